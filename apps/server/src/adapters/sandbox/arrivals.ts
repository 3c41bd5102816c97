import type { SandboxControl } from './control.ts';

type Drained = Pick<SandboxControl, 'drain'>;

/**
 * Has a stand-in deliver all that waits for an account, and answers how many messages arrived since it was asked last,
 * those among them that came while nobody drained. Nought means that whoever looked after the last time saw them all.
 */
export function createArrivals(standIn: Drained): (account: string) => Promise<number> {
  const known = new Map<string, number>();
  return async (account) => {
    const { total } = await standIn.drain(account);
    const before = known.get(account) ?? 0;
    known.set(account, total);
    // A stand-in that was started anew counts from nought.
    return total < before ? total : total - before;
  };
}
