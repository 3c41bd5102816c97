import { expect } from 'vitest';
import type { Result } from '../kernel/result.ts';

/** The code of a refusal, `ok` if there is none. Every refusal also says in a sentence what is wrong. */
export function codeOf(result: Result<unknown>): string {
  if (result.ok) return 'ok';
  expect(result.refusal.detail).toMatch(/^\S.*\.$/s);
  return result.refusal.code;
}

/** What `invariant` throws: a bug of the program, with words for the log. */
export const A_BUG: unknown = expect.objectContaining({
  name: 'InvariantError',
  message: expect.stringMatching(/\S/),
});
