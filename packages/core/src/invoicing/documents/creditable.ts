import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { IssuedInvoice } from '../invoice.ts';
import type { CreditedPart } from './credit-amounts.ts';
import type { CreditNote } from './credit-note.ts';

/** What a credit of one line is wanted to be: an amount before discounts, of the sign of the line. */
export interface WantedCredit {
  readonly position: number;
  readonly creditMinor: bigint;
}

/** A line, allowance or charge of an invoice, with what earlier notes have left of it before discounts. */
export interface Creditable extends Omit<CreditedPart, 'creditMinor'> {
  readonly position: number;
  readonly key: string | null;
  readonly description: string;
  readonly leftMinor: bigint;
}

/** Everything on an invoice that can be credited, in order of position. */
export function creditableOf(invoice: IssuedInvoice, earlier: readonly CreditNote[]): readonly Creditable[] {
  const credited = new Map<number, bigint>();
  for (const { position, creditMinor } of earlier.flatMap((note) => note.lines))
    credited.set(position, (credited.get(position) ?? 0n) + creditMinor);
  const leftOf = (position: number, grossMinor: bigint) => grossMinor - (credited.get(position) ?? 0n);
  return [
    ...invoice.lines.map(({ position, key, description, grossMinor, amountMinor, taxes }) => ({
      position,
      key,
      description,
      grossMinor,
      discountMinor: grossMinor - amountMinor,
      rates: taxes.map(({ rate }) => rate),
      leftMinor: leftOf(position, grossMinor),
    })),
    ...invoice.adjustments.map(({ position, description, amountMinor, taxes }) => ({
      position,
      key: null,
      description,
      grossMinor: amountMinor,
      discountMinor: 0n,
      rates: taxes.map(({ rate }) => rate),
      leftMinor: leftOf(position, amountMinor),
    })),
  ];
}

/**
 * The parts to credit, one for each creditable entry.
 * Refusals: `credit_note.line_unknown`, `credit_note.line_twice`, `credit_note.beyond_line`.
 */
export function wantedOf(
  creditable: readonly Creditable[],
  lines: 'rest' | readonly WantedCredit[],
): Result<readonly CreditedPart[]> {
  if (lines === 'rest') return ok(creditable.map((entry) => ({ ...entry, creditMinor: entry.leftMinor })));
  const byPosition = new Map<number, bigint>();
  const positions = new Set(creditable.map((entry) => entry.position));
  for (const [index, { position, creditMinor }] of lines.entries()) {
    const facts = { pointer: `/lines/${index}` };
    if (!positions.has(position))
      return refuse('credit_note.line_unknown', `The invoice has no line ${position}.`, facts);
    if (byPosition.has(position))
      return refuse('credit_note.line_twice', `Line ${position} is named twice.`, facts);
    byPosition.set(position, creditMinor);
  }
  for (const { position, grossMinor, leftMinor } of creditable) {
    const creditMinor = byPosition.get(position);
    if (creditMinor === undefined) continue;
    const isWithin =
      grossMinor < 0n
        ? creditMinor < 0n && creditMinor >= leftMinor
        : creditMinor > 0n && creditMinor <= leftMinor;
    if (!isWithin)
      return refuse('credit_note.beyond_line', `Of line ${position}, ${leftMinor} can be credited.`, {
        position,
        left_minor: `${leftMinor}`,
      });
  }
  return ok(creditable.map((entry) => ({ ...entry, creditMinor: byPosition.get(entry.position) ?? 0n })));
}
