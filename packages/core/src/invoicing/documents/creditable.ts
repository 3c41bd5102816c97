import { ok, type Result, refuse } from '../../kernel/result.ts';
import { type BilledLine, lineKey } from '../line.ts';
import type { LineTax } from '../tax.ts';
import type { CreditedPart } from './credit-amounts.ts';
import type { CreditedInvoice, CreditNote } from './credit-note.ts';

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
  /** What credits for unused time took back of it, before discounts. */
  readonly elsewhereMinor: bigint;
}

/**
 * Everything on an invoice that can be credited, in order of position.
 *
 * @param billed the lines of the customer that stand, for credits of unused time among them
 */
export function creditableOf(
  invoice: CreditedInvoice,
  earlier: readonly CreditNote[],
  billed: readonly BilledLine[],
): readonly Creditable[] {
  const credited = new Map<number, bigint>();
  for (const { position, creditMinor } of earlier.flatMap((note) => note.lines))
    credited.set(position, (credited.get(position) ?? 0n) + creditMinor);
  const given = new Map<number, bigint>();
  for (const { position, amountMinor } of earlier.flatMap((note) => note.lines))
    given.set(position, (given.get(position) ?? 0n) + amountMinor);
  const unused = unusedTime(billed);
  const notedOf = (position: number) => credited.get(position) ?? 0n;
  return [
    ...invoice.lines.map((line): Creditable => {
      const { position, key, description, grossMinor, amountMinor, taxes } = line;
      const elsewhereMinor = grossShare(unused.get(key) ?? 0n, grossMinor, amountMinor);
      const leftMinor = grossMinor - notedOf(position) - elsewhereMinor;
      return {
        position,
        key,
        description,
        grossMinor,
        discountMinor: grossMinor - amountMinor,
        leftAmountMinor: leftOf(amountMinor, (given.get(position) ?? 0n) + (unused.get(key) ?? 0n)),
        ...taxedBy(amountMinor, taxes),
        leftMinor: grossMinor > 0n && leftMinor < 0n ? 0n : leftMinor,
        elsewhereMinor,
      };
    }),
    ...invoice.adjustments.map(
      ({ position, description, amountMinor, taxes }): Creditable => ({
        position,
        key: null,
        description,
        grossMinor: amountMinor,
        discountMinor: 0n,
        ...taxedBy(amountMinor, taxes),
        leftMinor: amountMinor - notedOf(position),
        elsewhereMinor: 0n,
      }),
    ),
  ];
}

/** What is left of an amount, of its sign or 0. */
function leftOf(amountMinor: bigint, backMinor: bigint): bigint {
  const leftMinor = amountMinor - backMinor;
  return leftMinor < 0n === amountMinor < 0n ? leftMinor : 0n;
}

function taxedBy(amountMinor: bigint, taxes: readonly LineTax[]): Pick<CreditedPart, 'rates' | 'quoted'> {
  const rates = taxes.map(({ rate }) => rate);
  const isQuoted = taxes.some(({ taxableMinor }) => taxableMinor !== undefined);
  return isQuoted ? { rates, quoted: { amountMinor, taxes } } : { rates };
}

/** What credits for unused time took back, by the key of the charge, less what notes took back of the credits. */
function unusedTime(billed: readonly BilledLine[]): ReadonlyMap<string, bigint> {
  const unused = new Map<string, bigint>();
  for (const { kind, itemId, billingPeriod, amountMinor, creditedMinor } of billed) {
    if (kind === 'proration_credit')
      unused.set(lineKey(itemId, 'recurring', billingPeriod.start), creditedMinor - amountMinor);
  }
  return unused;
}

/** An amount after discounts as the part of the gross that it stands for, rounded up: what is left is never too much. */
function grossShare(backMinor: bigint, grossMinor: bigint, amountMinor: bigint): bigint {
  if (backMinor <= 0n || amountMinor <= 0n) return 0n;
  return (backMinor * grossMinor + amountMinor - 1n) / amountMinor;
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
