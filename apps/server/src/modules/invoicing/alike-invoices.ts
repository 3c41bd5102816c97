import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import { filled, patternOf, type TextPattern } from '@billhook/core/kernel/text-pattern';
import type { CommandCtx } from '../../platform/context.ts';
import type { Members } from '../../platform/members.ts';
import { type BuyerData, buyerOf } from './parties.ts';
import type { TaxGrounds } from './tax-basis.ts';

/** The first of a kind, whose invoice is issued by itself, and the ids in it; the last is that of the invoice. */
export type AlikeKind = {
  leader: IssuedInvoice;
  leaderNames: readonly string[];
  collection: 'automatic' | 'manual';
};

/** Invoices that were decided by those of customers like theirs: they differ in names, number and buyer alone. */
export type AlikeInvoices = {
  kinds: readonly AlikeKind[];
  members: Members;
  /** Of each member where its customer stands in the order of the numbers. */
  places: Int32Array;
  /** The buyer of a member, but for what many buyers share. */
  buyerOf(member: number): AlikeBuyer;
};

/** `shared` is one value for all who share it. */
export type AlikeBuyer = { shared: Omit<BuyerData, 'name' | 'email'>; name: string; email: string | null };

/**
 * Every member's buyer as canonical JSON. What it shares with others is written out once for a kind; whose tax rests on what
 * that of the first of its kind does says the same of it.
 */
export function buyerTexts(
  ctx: Pick<CommandCtx, 'newId'>,
  { kinds, members, buyerOf: dataOf }: AlikeInvoices,
  groundsOf: (leader: IssuedInvoice) => TaxGrounds,
): string[] {
  const marks = { name: ctx.newId(), email: ctx.newId() };
  const sought = [`"${marks.name}"`, `"${marks.email}"`];
  const known = kinds.map(() => new Map<AlikeBuyer['shared'], Map<boolean, TextPattern>>());
  return Array.from(members.kinds, (kind, member) => {
    const { shared, name, email } = dataOf(member);
    const ofKind = known[kind] as Map<AlikeBuyer['shared'], Map<boolean, TextPattern>>;
    const patterns = ofKind.get(shared) ?? new Map<boolean, TextPattern>();
    ofKind.set(shared, patterns);
    let pattern = patterns.get(email !== null);
    if (pattern === undefined) {
      const { basis, certificate } = groundsOf((kinds[kind] as AlikeKind).leader);
      const data = { ...shared, name: marks.name, email: email === null ? null : marks.email };
      pattern = patternOf(canonicalJson(buyerOf(data, basis, certificate)), sought);
      patterns.set(email !== null, pattern);
    }
    return filled(pattern, [JSON.stringify(name), JSON.stringify(email)]);
  });
}
