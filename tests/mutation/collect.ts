import { expect } from 'vitest';

/** What a test file of core sees as `vitest` in a mutation run: tests are kept in a list, and `expect` is the real one. */
export { expect };

type Body = (...values: readonly unknown[]) => unknown;

export interface CollectedTest {
  readonly id: string;
  readonly run: () => unknown;
}

let collected: CollectedTest[] = [];
let names: string[] = [];

/** The tests that were declared since the last call, in their order. */
export function takeCollected(): readonly CollectedTest[] {
  const taken = collected;
  collected = [];
  return taken;
}

export function describe(name: string, body: () => void): void {
  names.push(name);
  body();
  names = names.slice(0, -1);
}

export function test(name: string, run: () => unknown): void {
  collected.push({ id: `${collected.length} ${[...names, name].join(' > ')}`, run });
}

test.each = (rows: readonly unknown[]) => (name: string, body: Body) => {
  for (const row of rows) test(name, () => (Array.isArray(row) ? body(...row) : body(row)));
};
