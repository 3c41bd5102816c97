import type { VatCategory } from '@billhook/core/einvoice/model';
import type { SourceAdjustment, SourceDocument, SourceLine, SourceTax } from '@billhook/core/einvoice/source';
import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonObject } from '@billhook/core/kernel/json';
import { currencyCode } from '@billhook/core/money/currency';
import { dateAt, formatDate } from '@billhook/core/time/calendar-date';
import { addMs, type Instant, parseInstant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import { partyOfEInvoice, wishesOf } from './parties.ts';

type Tax = {
  rate_id: string;
  percent: string;
  category: VatCategory;
  tax_minor: string;
  /** Why it is nothing; left out where it is something. */
  exemption?: { code?: string | null; text: string };
};
type Taxed = { position: number; taxes: { rate_id: string }[] };

/** The members of a frozen invoice that an e-invoice rests on. */
type FrozenInvoice = {
  number: string;
  currency: string;
  issued_at: string;
  due_at: string;
  /** On a debit note. */
  raises?: { invoice_number: string; reason: string };
  seller: JsonObject;
  buyer: JsonObject;
  lines: (Taxed & {
    key: string;
    description: string;
    quantity: string;
    amount_minor: string;
    net_minor: string;
    discounts: { discount_id: string; amount_minor: string }[];
    service_period: { start: string; end: string };
  })[];
  adjustments: (Taxed & { description: string; net_minor: string })[];
  taxes: Tax[];
  totals: { total_minor: string; due_minor: string };
};

/** The same of a frozen credit note; which rates its lines had stands on the invoice. */
type FrozenNote = {
  number: string;
  currency: string;
  issued_at: string;
  reason: string;
  seller: JsonObject;
  buyer: JsonObject;
  taxes: { rate_id: string; tax_minor: string }[];
  lines: {
    position: number;
    key: string | null;
    description: string;
    discount_minor: string;
    amount_minor: string;
    net_minor: string;
  }[];
  total_minor: string;
};

/** What stands beside the frozen text. */
export type Beside = {
  timeZone: string;
  /** The unit of a line by its position, such as `GB`. */
  units: ReadonlyMap<number, string>;
  /** Names of coupons by the id of the discount. */
  coupons: ReadonlyMap<string, string>;
  /** The invoice that this one takes the place of. */
  replaces: { number: string; issuedAt: Instant } | null;
  /** The invoice that a debit note raises. */
  raises: { number: string; issuedAt: Instant } | null;
  transfer: { iban: string; holder: string; bic: string | null; reference: string } | null;
};

/** A frozen invoice with all that its e-invoice says. */
export function sourceOfInvoice(canonical: string, beside: Beside): SourceDocument {
  const frozen = JSON.parse(canonical) as FrozenInvoice;
  const day = dayIn(beside.timeZone);
  const { replaces, raises, transfer } = beside;
  const preceding = raises ?? replaces;
  return {
    kind: raises !== null ? 'debit_note' : replaces === null ? 'invoice' : 'corrected_invoice',
    number: frozen.number,
    issuedOn: day(instantOf(frozen.issued_at)),
    dueOn: day(instantOf(frozen.due_at)),
    currency: currencyCode(frozen.currency),
    seller: partyOfEInvoice(frozen.seller),
    buyer: partyOfEInvoice(frozen.buyer),
    ...wishesOf(frozen.buyer),
    preceding: preceding === null ? null : { number: preceding.number, issuedOn: day(preceding.issuedAt) },
    note: frozen.raises?.reason.trim() || null,
    terms: null,
    lines: frozen.lines.map((line) => lineOf(line, day, beside)),
    adjustments: frozen.adjustments.map(adjustmentOf),
    taxes: frozen.taxes.map((tax) => taxOf(tax, tax.tax_minor)),
    totalMinor: BigInt(frozen.totals.total_minor),
    dueMinor: BigInt(frozen.totals.due_minor),
    account: transfer === null ? null : { iban: transfer.iban, name: transfer.holder, bic: transfer.bic },
    paymentReference: transfer?.reference ?? null,
  };
}

/** A frozen credit note with all that its e-invoice says. @param canonicalInvoice the invoice that it takes back of */
export function sourceOfNote(
  canonical: string,
  canonicalInvoice: string,
  { timeZone }: Pick<Beside, 'timeZone'>,
): SourceDocument {
  const note = JSON.parse(canonical) as FrozenNote;
  const invoice = JSON.parse(canonicalInvoice) as FrozenInvoice;
  const day = dayIn(timeZone);
  const rates = new Map(invoice.taxes.map((tax) => [tax.rate_id, tax]));
  const rateIds = (of: readonly Taxed[], position: number) =>
    of.find((one) => one.position === position)?.taxes.map(({ rate_id }) => rate_id) ?? [];
  return {
    kind: 'credit_note',
    number: note.number,
    issuedOn: day(instantOf(note.issued_at)),
    dueOn: null,
    currency: currencyCode(note.currency),
    seller: partyOfEInvoice(note.seller),
    buyer: partyOfEInvoice(note.buyer),
    ...wishesOf(note.buyer),
    preceding: { number: invoice.number, issuedOn: day(instantOf(invoice.issued_at)) },
    note: note.reason.trim() || null,
    terms: `Set off against invoice ${invoice.number} or kept as credit.`,
    lines: note.lines.flatMap((line): SourceLine[] =>
      line.key === null ? [] : [noteLineOf(line, rateIds(invoice.lines, line.position))],
    ),
    adjustments: note.lines.flatMap(({ key, description, net_minor, position }): SourceAdjustment[] => {
      if (key !== null) return [];
      return [{ description, netMinor: BigInt(net_minor), rateIds: rateIds(invoice.adjustments, position) }];
    }),
    taxes: note.taxes.map(({ rate_id, tax_minor }) => {
      const rate = rates.get(rate_id);
      invariant(rate !== undefined, 'Every rate of a credit note stands on its invoice.');
      return taxOf(rate, tax_minor);
    }),
    totalMinor: BigInt(note.total_minor),
    dueMinor: BigInt(note.total_minor),
    account: null,
    paymentReference: null,
  };
}

function lineOf(
  line: FrozenInvoice['lines'][number],
  day: (at: Instant) => string,
  { units, coupons }: Beside,
): SourceLine {
  const { start, end } = line.service_period;
  const last = start === end ? instantOf(end) : addMs(instantOf(end), -1);
  return {
    id: `${line.position}`,
    name: line.description,
    note: null,
    quantity: decimalOf(line.quantity),
    unit: unitCode(units.get(line.position) ?? ''),
    amountMinor: BigInt(line.amount_minor),
    netMinor: BigInt(line.net_minor),
    discounts: line.discounts.map(({ discount_id, amount_minor }) => ({
      reason: coupons.get(discount_id) ?? 'Discount',
      amountMinor: BigInt(amount_minor),
    })),
    rateIds: line.taxes.map(({ rate_id }) => rate_id),
    period: { start: day(instantOf(start)), end: day(last) },
  };
}

function noteLineOf(line: FrozenNote['lines'][number], rateIds: readonly string[]): SourceLine {
  const discountMinor = BigInt(line.discount_minor);
  return {
    id: `${line.position}`,
    name: line.description,
    note: null,
    quantity: decimalOf('1'),
    unit: 'C62',
    amountMinor: BigInt(line.amount_minor),
    netMinor: BigInt(line.net_minor),
    discounts: discountMinor > 0n ? [{ reason: 'Discount', amountMinor: discountMinor }] : [],
    rateIds,
    period: null,
  };
}

function adjustmentOf({
  description,
  net_minor,
  taxes,
}: FrozenInvoice['adjustments'][number]): SourceAdjustment {
  return { description, netMinor: BigInt(net_minor), rateIds: taxes.map(({ rate_id }) => rate_id) };
}

function taxOf({ rate_id, category, percent, exemption }: Tax, taxMinor: string): SourceTax {
  return {
    rateId: rate_id,
    category,
    percent: decimalOf(percent),
    taxMinor: BigInt(taxMinor),
    exemptionReason: exemption?.text ?? null,
    exemptionCode: exemption?.code ?? null,
  };
}

/** UN/ECE Recommendation 20 of what sellers call their units; what it has no word for is counted in pieces. */
const UNIT_CODES: Readonly<Record<string, string>> = {
  hour: 'HUR',
  day: 'DAY',
  month: 'MON',
  year: 'ANN',
  kb: '2P',
  mb: '4L',
  gb: 'E34',
};

function unitCode(unit: string): string {
  const name = unit.trim().toLowerCase();
  return UNIT_CODES[name] ?? UNIT_CODES[name.replace(/s$/, '')] ?? 'C62';
}

function dayIn(timeZone: string): (at: Instant) => string {
  const zone = zoneNamed(timeZone);
  return (at) => formatDate(dateAt(at, zone));
}

function instantOf(text: string): Instant {
  const at = parseInstant(text);
  invariant(at.ok, 'A frozen time is an instant.');
  return at.value;
}

function decimalOf(text: string): Decimal12 {
  const value = parseDecimal12(text);
  invariant(value.ok, 'A frozen figure is a decimal.');
  return value.value;
}
