import type { Proof } from './figures.ts';
import type { LoadResult } from './load.ts';

/** No answer was a refusal or a fault. */
export function failed({ failures, requests }: LoadResult): Proof {
  const told = [...failures].map(([status, count]) => `${count} x ${status}`).join(', ');
  return {
    name: 'every request was answered well',
    isTrue: failures.size === 0 && requests > 0,
    seen: failures.size === 0 ? `${requests} requests` : told,
  };
}

export function equal(name: string, seen: bigint | number, wanted: bigint | number): Proof {
  const isTrue = seen === wanted;
  return { name, isTrue, seen: isTrue ? String(seen) : `${seen}, which must be ${wanted}` };
}

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
