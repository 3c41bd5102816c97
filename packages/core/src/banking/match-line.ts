import type { CurrencyCode } from '../money/currency.ts';
import { formatMinor } from '../money/format.ts';
import { readCreditorReference, referenceBody } from './creditor-reference.ts';
import { likeness } from './name-likeness.ts';

/** An invoice on which something is left to pay. */
export interface OpenInvoice {
  readonly id: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly number: string;
  readonly currency: CurrencyCode;
  readonly remainingMinor: bigint;
}

/** What of a line the matching looks at; the amount is more than 0. */
export interface IncomingTransfer {
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly name: string | null;
  readonly iban: string | null;
  readonly reference: string | null;
  readonly text: string;
  readonly endToEndId: string | null;
}

export interface Allocation {
  /** Null: this part becomes credit of the customer. */
  readonly invoiceId: string | null;
  readonly amountMinor: bigint;
}

/**
 * `exact`: the payer named what is paid, so it is booked at once. `proposed`: somebody should look at it first. `none`:
 * nothing points to a customer.
 */
export interface Match {
  readonly kind: 'exact' | 'proposed' | 'none';
  readonly customerId: string | null;
  readonly allocations: readonly Allocation[];
  /** From 0 to 100. */
  readonly score: number;
  /** One sentence each, for whoever decides. */
  readonly reasons: readonly string[];
}

export const NO_MATCH: Match = {
  kind: 'none',
  customerId: null,
  allocations: [],
  score: 0,
  reasons: ['Nothing in the transfer points to an open invoice.'],
};

/**
 * Finds what a transfer pays. In order: our structured reference, numbers of invoices in the text, then the amount with
 * the name and with accounts that paid before. `invoices` are those in the line's currency with something left to pay,
 * oldest first; `knownAccounts` are customers by the IBANs they paid from.
 */
export function matchLine(
  transfer: IncomingTransfer,
  invoices: readonly OpenInvoice[],
  knownAccounts: ReadonlyMap<string, string>,
): Match {
  const own = invoices.filter(({ currency }) => currency === transfer.currency);
  return byReference(transfer, own) ?? byNumbers(transfer, own) ?? byLikeness(transfer, own, knownAccounts);
}

function byReference(transfer: IncomingTransfer, invoices: readonly OpenInvoice[]): Match | null {
  for (const text of [transfer.reference, ...references(transfer.text), transfer.endToEndId]) {
    const body = text === null ? null : readCreditorReference(text);
    const invoice = body === null ? undefined : invoices.find(({ number }) => referenceBody(number) === body);
    if (invoice === undefined) continue;
    const reasons = [
      `It carries the reference of invoice ${invoice.number}.`,
      difference(transfer, [invoice]),
    ];
    return match('exact', transfer, [invoice], 100, reasons);
  }
  return null;
}

/** Creditor references that stand in free text, with spaces or without. */
function references(text: string): string[] {
  const compact = text.toUpperCase().replaceAll(/\s/g, '');
  const found = [...compact.matchAll(/RF[0-9]{2}[A-Z0-9]{1,21}/g)].map(([one]) => one);
  const spaced = [...text.toUpperCase().matchAll(/\bRF[0-9]{2}[A-Z0-9 ]{1,26}/g)].map(([one]) => one);
  // What follows a reference is no part of it: every shorter reading is tried, and the check digits decide.
  return [...spaced, ...found].flatMap((one) => {
    const plain = one.replaceAll(' ', '');
    return Array.from({ length: Math.max(plain.length - 4, 0) }, (_, cut) =>
      plain.slice(0, plain.length - cut),
    );
  });
}

function byNumbers(transfer: IncomingTransfer, invoices: readonly OpenInvoice[]): Match | null {
  const text = `${transfer.reference ?? ''} ${transfer.text} ${transfer.endToEndId ?? ''}`;
  const compact = referenceBody(text);
  const named = invoices.filter(
    ({ number }) => compact.includes(referenceBody(number)) && names(text, number),
  );
  const [first] = named;
  if (first === undefined) return null;
  const several = named.some(({ customerId }) => customerId !== first.customerId);
  const kept = named.filter(({ customerId }) => customerId === first.customerId);
  const isEven = remaining(kept) === transfer.amountMinor;
  const numbers = kept.map(({ number }) => number).join(', ');
  const reasons = [
    kept.length === 1 ? `It names invoice ${numbers}.` : `It names the invoices ${numbers}.`,
    difference(transfer, kept),
    ...(several ? ['It also names invoices of other customers.'] : []),
  ];
  if (isEven && !several) return match('exact', transfer, kept, 95, reasons);
  return match('proposed', transfer, kept, several ? 60 : 80, reasons);
}

/** Whether a text has the number, however it is spaced and dashed, and not as the beginning of a longer one. */
function names(text: string, number: string): boolean {
  const body = referenceBody(number);
  if (body.length < 5) return false;
  const spread = [...body].join('[^A-Z0-9]{0,2}');
  return new RegExp(`(?<![A-Z0-9])${spread}(?![0-9])`).test(text.toUpperCase());
}

function byLikeness(
  transfer: IncomingTransfer,
  invoices: readonly OpenInvoice[],
  knownAccounts: ReadonlyMap<string, string>,
): Match {
  const known = transfer.iban === null ? undefined : knownAccounts.get(transfer.iban);
  let best: Match = NO_MATCH;
  for (const [customerId, own] of Map.groupBy(invoices, (invoice) => invoice.customerId)) {
    const found = likelyOf(transfer, own, known === customerId);
    if (found.score > best.score) best = { ...found, customerId };
  }
  if (best.score >= 50) return best;
  if (known === undefined) return NO_MATCH;
  const reasons = ['The account has paid for this customer before, and nothing of theirs is open for it.'];
  const credit = [{ invoiceId: null, amountMinor: transfer.amountMinor }];
  return { kind: 'proposed', customerId: known, allocations: credit, score: 50, reasons };
}

function likelyOf(transfer: IncomingTransfer, own: readonly OpenInvoice[], isKnown: boolean): Match {
  const [first] = own;
  if (first === undefined) return NO_MATCH;
  const reasons: string[] = [];
  let score = 0;
  if (isKnown) {
    score += 45;
    reasons.push(`The account has paid for ${first.customerName} before.`);
  }
  const like = transfer.name === null ? 0 : likeness(transfer.name, first.customerName);
  if (like >= 50) {
    score += Math.floor((like * 40) / 100);
    reasons.push(`The payer’s name "${transfer.name}" is like ${first.customerName}.`);
  }
  const same = own.filter(({ remainingMinor }) => remainingMinor === transfer.amountMinor);
  const [only] = same;
  if (only !== undefined) {
    score += same.length === 1 ? 40 : 30;
    reasons.push(
      same.length === 1
        ? `Exactly the amount of invoice ${only.number}.`
        : `The amount of ${same.length} open invoices; the oldest is taken.`,
    );
    return match('proposed', transfer, [only], Math.min(score, 94), reasons);
  }
  if (own.length > 1 && remaining(own) === transfer.amountMinor) {
    score += 40;
    reasons.push(`Exactly what is left on the ${own.length} open invoices together.`);
  } else if (score > 0) reasons.push(difference(transfer, own));
  return match('proposed', transfer, own, Math.min(score, 94), reasons);
}

/** Pays the invoices in their order; what is left over becomes credit. */
function match(
  kind: 'exact' | 'proposed',
  { amountMinor }: IncomingTransfer,
  invoices: readonly OpenInvoice[],
  score: number,
  reasons: readonly string[],
): Match {
  const allocations: Allocation[] = [];
  let left = amountMinor;
  for (const { id, remainingMinor } of invoices) {
    const part = remainingMinor < left ? remainingMinor : left;
    if (part > 0n) allocations.push({ invoiceId: id, amountMinor: part });
    left -= part;
  }
  if (left > 0n) allocations.push({ invoiceId: null, amountMinor: left });
  const said = reasons.filter((reason) => reason !== '');
  return { kind, customerId: invoices[0]?.customerId ?? null, allocations, score, reasons: said };
}

function difference(transfer: IncomingTransfer, invoices: readonly OpenInvoice[]): string {
  const dueMinor = remaining(invoices);
  const { amountMinor, currency } = transfer;
  if (dueMinor === amountMinor) return 'The amount is exactly what is left to pay.';
  const money = (minor: bigint) => `${formatMinor(minor, currency)} ${currency}`;
  return amountMinor < dueMinor
    ? `${money(dueMinor - amountMinor)} less than the ${money(dueMinor)} that are left to pay.`
    : `${money(amountMinor - dueMinor)} more than the ${money(dueMinor)} that are left to pay; the rest becomes credit.`;
}

function remaining(invoices: readonly OpenInvoice[]): bigint {
  return invoices.reduce((sum, { remainingMinor }) => sum + remainingMinor, 0n);
}
