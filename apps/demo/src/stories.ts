import { readFileSync, renameSync, writeFileSync } from 'node:fs';

type State = 'begun' | 'told';

export type Stories = {
  stateOf(slug: string): State | undefined;
  /** On the disk before this returns, so that a stop at any moment leaves no half-told story that passes for a whole one. */
  mark(slug: string, state: State): void;
};

/** Which stories were begun and which were told to their end, kept in a file beside the owner's password. */
export function openStories(file: string): Stories {
  const states = read(file);
  return {
    stateOf: (slug) => states[slug],
    mark(slug, state) {
      states[slug] = state;
      writeFileSync(`${file}.new`, `${JSON.stringify(states)}\n`, { mode: 0o600, flush: true });
      renameSync(`${file}.new`, file);
    },
  };
}

function read(file: string): Record<string, State> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, State>;
  } catch {
    // Nothing was told yet.
    return {};
  }
}
