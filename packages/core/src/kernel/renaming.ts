import { invariant } from './invariant.ts';
import { filled, patternOf } from './text-pattern.ts';

/** Names are ids: of one length, and drawn so that none comes about in a text by chance. */
export const NAME_LENGTH = 36;

type Writer = (names: readonly string[]) => unknown;

/**
 * The same value for others: plain data in which each of `names` is replaced by the name in its place. What holds none of
 * them is shared by all answers and not copied. It is worked out once and answers any number of times.
 */
export function renaming<T>(value: T, names: readonly string[]): (others: readonly string[]) => T {
  invariant(
    names.every((name) => name.length === NAME_LENGTH),
    'Names that are replaced are ids.',
  );
  const write = writerOf(value, { names, any: new RegExp(names.join('|')) });
  return write === null ? () => value : (others) => write(others) as T;
}

type Sought = { names: readonly string[]; any: RegExp };

/** Null for what stays as it is. */
function writerOf(value: unknown, sought: Sought): Writer | null {
  if (typeof value === 'string') return textWriter(value, sought);
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return listWriter(value, sought);
  invariant(Object.getPrototypeOf(value) === Object.prototype, 'Only plain data can be renamed.');
  return recordWriter(value as Record<string, unknown>, sought);
}

function textWriter(text: string, { names, any }: Sought): Writer | null {
  if (text.length < NAME_LENGTH || !any.test(text)) return null;
  const whole = names.indexOf(text);
  if (whole >= 0) return (others) => others[whole];
  const pattern = patternOf(text, names);
  return (others) => filled(pattern, others);
}

function listWriter(list: readonly unknown[], sought: Sought): Writer | null {
  const changed = list.flatMap((member, index) => {
    const write = writerOf(member, sought);
    return write === null ? [] : [{ index, write }];
  });
  if (changed.length === 0) return null;
  return (others) => {
    const copy = list.slice();
    for (const { index, write } of changed) copy[index] = write(others);
    return copy;
  };
}

function recordWriter(record: Record<string, unknown>, sought: Sought): Writer | null {
  const keys: string[] = [];
  const writers: Writer[] = [];
  for (const key of Object.keys(record)) {
    const writer = writerOf(record[key], sought);
    if (writer === null) continue;
    keys.push(key);
    writers.push(writer);
  }
  if (keys.length === 0) return null;
  return (others) => {
    const copy = { ...record };
    for (let index = 0; index < keys.length; index += 1)
      copy[keys[index] as string] = (writers[index] as Writer)(others);
    return copy;
  };
}
