import { grouped } from '../kernel/grouped.ts';

/** The lines of one subscription on a document that bills several, in their order. */
export interface LineGroup<T> {
  readonly subscriptionId: string;
  readonly lines: readonly T[];
  /** As on the lines: before tax, or with it where prices include it. */
  readonly subtotalMinor: bigint;
}

/** The lines of a document by subscription, in order of first appearance; each stands in one group. */
export function lineGroups<T extends { readonly subscriptionId: string; readonly amountMinor: bigint }>(
  lines: readonly T[],
): readonly LineGroup<T>[] {
  return [...grouped(lines, ({ subscriptionId }) => subscriptionId)].map(([subscriptionId, own]) => ({
    subscriptionId,
    lines: own,
    subtotalMinor: own.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
  }));
}
