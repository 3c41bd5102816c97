import type { ProposedLine } from './line.ts';

/** Older service first, then by subscription and key, so that the same facts always give the same document. */
export function byTime(left: ProposedLine, right: ProposedLine): number {
  if (left.billableAt !== right.billableAt) return left.billableAt - right.billableAt;
  // Names of one subscription begin alike, so their keys say it all.
  if (left.subscriptionId === right.subscriptionId)
    return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
  const leftName = `${left.subscriptionId}/${left.key}`;
  const rightName = `${right.subscriptionId}/${right.key}`;
  return leftName < rightName ? -1 : 1;
}
