import { invariant } from '../../kernel/invariant.ts';

/** Something that pays a part of an invoice before money does: a credit note or prepaid credit with what is left of it. */
export interface OpenCredit {
  readonly id: string;
  /** 0 or more. */
  readonly leftMinor: bigint;
}

export interface AppliedCredit {
  readonly id: string;
  /** More than 0. */
  readonly amountMinor: bigint;
}

/** Uses up credits one after the other, each as far as it and the amount go. A credit that gives nothing is left out. */
export function applyInOrder(
  amountMinor: bigint,
  credits: readonly OpenCredit[],
): { readonly applied: readonly AppliedCredit[]; readonly appliedMinor: bigint; readonly leftMinor: bigint } {
  const applied: AppliedCredit[] = [];
  let left = amountMinor > 0n ? amountMinor : 0n;
  let appliedMinor = 0n;
  for (const credit of credits) {
    invariant(credit.leftMinor >= 0n, 'What is left of a credit is never negative.');
    const used = credit.leftMinor < left ? credit.leftMinor : left;
    if (used === 0n) continue;
    applied.push({ id: credit.id, amountMinor: used });
    appliedMinor += used;
    left -= used;
  }
  return { applied, appliedMinor, leftMinor: amountMinor - appliedMinor };
}
