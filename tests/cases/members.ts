import { type CaseOutcome, compared, unsupported } from './outcome.ts';

/** Compares the members that the case states. */
export function comparedMembers(
  expected: Readonly<Record<string, unknown>>,
  seen: Readonly<Record<string, unknown>>,
): CaseOutcome {
  const unknown = Object.keys(expected).filter((name) => !Object.hasOwn(seen, name));
  if (unknown.length > 0)
    return unsupported(JSON.stringify(expected), `No figure is called ${unknown.join(', ')}.`);
  const stated = Object.fromEntries(Object.keys(expected).map((name) => [name, seen[name]]));
  return compared(JSON.stringify(expected), JSON.stringify(stated));
}

export function sum(amounts: readonly bigint[]): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}
