import type { CreateDebitNote } from '@billhook/sdk/generated/types';
import type { Claims } from './line-claims.tsx';

/** Null while something is not filled in. */
export function claimedLines(claims: Claims): CreateDebitNote['lines'] | null {
  const lines: CreateDebitNote['lines'] = [];
  for (const [line, { amount, description }] of claims) {
    if (amount === null || BigInt(amount) <= 0n) return null;
    lines.push({ line, amount, ...(description.trim() === '' ? {} : { description: description.trim() }) });
  }
  return lines.length === 0 ? null : lines;
}
