import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from './context.ts';
import { UsageError } from './exit-codes.ts';

/** The file that the person means: npm runs scripts in the folder of the project, wherever the person stands. */
export function placeOf(environment: Environment, file: string): string {
  return path.resolve(environment.folder ?? '.', file);
}

const REASONS: Record<string, (file: string) => string> = {
  ENOENT: (file) => `There is no file ${file}.`,
  EISDIR: (file) => `${file} is a folder.`,
  EACCES: (file) => `${file} may not be read by this user.`,
};

/** Says in plain words why a file cannot be read; gives anything else back as it is. */
export function explainFile(error: unknown, file: string): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException | null)?.code ?? ''];
  return reason === undefined ? error : new UsageError(reason(file));
}

/** @throws UsageError that says why the file cannot be read */
export async function readTextFile(environment: Environment, file: string): Promise<string> {
  const place = placeOf(environment, file);
  try {
    return await readFile(place, 'utf8');
  } catch (error) {
    throw explainFile(error, place);
  }
}

/** @throws UsageError with the line and the column of the slip */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const at = firstSlip(text);
    const before = text.slice(0, at).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    const slip =
      at === text.length ? 'it ends too early' : `${JSON.stringify(text[at])} does not belong there`;
    throw new UsageError(`${file} is not JSON: ${place}: ${slip}.`);
  }
}

/**
 * The position of the first character after which nothing could make the text JSON any more; its length if more text
 * could. The runtime itself names the position in some of its messages only.
 */
function firstSlip(text: string): number {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (couldGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function couldGoOn(start: string): boolean {
  try {
    JSON.parse(start);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/^(Unexpected end|Unterminated)/.test(message)) return true;
    return /position (\d+)/.exec(message)?.[1] === String(start.length);
  }
}
