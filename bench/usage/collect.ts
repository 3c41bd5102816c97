import { median, type Proof } from './figures.ts';

/** The same facts of several rounds as one: true if each was, with the first that was not. */
export function joinProofs(rounds: readonly (readonly Proof[])[]): Proof[] {
  const names = [...new Set(rounds.flatMap((proofs) => proofs.map(({ name }) => name)))];
  return names.map((name) => {
    const own = rounds.flatMap((proofs) => proofs.filter((proof) => proof.name === name));
    const untrue = own.find(({ isTrue }) => !isTrue);
    if (untrue !== undefined) return untrue;
    return { name, isTrue: true, seen: own.map(({ seen }) => seen).join(', ') };
  });
}

/** Medians over the rounds. */
export function timesOf(rounds: readonly { p50Ms: number; p99Ms: number }[]) {
  return {
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
  };
}
