import { discountLines } from '@billhook/core/invoicing/discount-lines';
import { coversRest } from '@billhook/core/invoicing/documents/covers-rest';
import { type CreditedPart, creditAmounts } from '@billhook/core/invoicing/documents/credit-amounts';
import {
  type DocumentTotals,
  documentTotals,
  effectiveTaxPercent,
} from '@billhook/core/invoicing/documents/document-totals';
import { NO_TAX } from '@billhook/core/invoicing/tax';
import { formatPlaces } from './decimal-places.ts';
import {
  amountOf,
  type CaseExtra,
  currencyOf,
  discountTerms,
  type InvoiceCase,
  type InvoiceSettings,
  ratesOfCase,
} from './invoice-translation.ts';
import { comparedMembers, sum } from './members.ts';
import { type CaseOutcome, compared } from './outcome.ts';

const RATE_PLACES = 5;

interface Document {
  readonly amounts: readonly bigint[];
  readonly discounts: readonly bigint[];
  readonly totals: DocumentTotals;
}

function documentOf(one: InvoiceCase, settings: InvoiceSettings): Document {
  const currency = currencyOf(one);
  const amounts = one.lines.map((line) => amountOf(line, settings, currency));
  const taken = discountLines(amounts, discountTerms(one), settings.discounts, settings.rounding);
  const discounts = amounts.map((_, at) =>
    sum(taken.flatMap(({ line, amountMinor }) => (line === at ? [amountMinor] : []))),
  );
  const totals = documentTotals({
    lines: one.lines.map((line, at) => ({
      amountMinor: (amounts[at] ?? 0n) - (discounts[at] ?? 0n),
      taxCode: line.id,
      taxRates: ratesOfCase(line),
    })),
    allowances: (one.document_allowances ?? []).map(extraOf),
    charges: (one.document_charges ?? []).map(extraOf),
    taxChoice: { ...NO_TAX, mode: one.tax_mode ?? 'exclusive' },
    taxPolicy: settings.tax,
    progressiveMinor: BigInt(one.progressive_credit ?? 0),
    creditNotes: (one.credit_notes_applied ?? []).map((amount, at) => ({
      id: `note-${at}`,
      leftMinor: BigInt(amount),
    })),
    prepaidCredits: [{ id: 'prepaid', leftMinor: BigInt(one.prepaid_credits_applied ?? 0) }],
    prepaidMinor: BigInt(one.prepaid ?? 0),
    payableRoundingMinor: BigInt(one.payable_rounding ?? 0),
  });
  return { amounts, discounts, totals };
}

function extraOf(extra: CaseExtra) {
  return {
    description: '',
    amountMinor: BigInt(extra.amount),
    taxCode: 'document',
    taxRates: ratesOfCase(extra),
  };
}

/** A whole document: its lines give the totals that its source prints. */
export function runDocument(one: InvoiceCase, settings: InvoiceSettings): CaseOutcome {
  const written = one.lines.find((line, at) => {
    const amount = line.net;
    return amount !== undefined && BigInt(amount) !== documentOf(one, settings).amounts[at];
  });
  if (written !== undefined) return compared(`net ${written.net} of line ${written.id}`, 'another net');
  const { discounts, totals } = documentOf(one, settings);
  const { tax_in_accounting_currency: _, taxes, ...expected } = one.expected;
  const seen: Record<string, unknown> = {
    ...(taxes === undefined ? {} : { taxes: taxesSeen(taxes as readonly object[], totals) }),
    line_total: Number(totals.lineTotalMinor + sum(discounts)),
    allowance_total: Number(totals.allowanceTotalMinor),
    charge_total: Number(totals.chargeTotalMinor),
    coupon_total: Number(sum(discounts)),
    line_coupons: discounts.map(Number),
    line_taxes: totals.lines.map(({ taxMinor }) => Number(taxMinor)),
    line_nets: totals.lines.map(({ netMinor }) => Number(netMinor)),
    tax_exclusive: Number(totals.netMinor),
    taxable: Number(totals.netMinor),
    net_total: Number(totals.netMinor),
    tax_total: Number(totals.taxMinor),
    tax_inclusive: Number(totals.totalMinor),
    total_before_credits: Number(totals.totalMinor),
    effective_tax_rate: formatPlaces(effectiveTaxPercent(totals), RATE_PLACES),
    progressive_credit: Number(totals.progressiveMinor),
    credit_notes: Number(totals.creditNotesMinor),
    prepaid_credits: Number(totals.prepaidCreditsMinor),
    prepaid: Number(totals.prepaidMinor),
    rounding: Number(totals.payableRoundingMinor),
    payable: Number(totals.payableMinor),
    total: Number(totals.payableMinor),
  };
  return comparedMembers(
    { ...expected, ...(taxes === undefined ? {} : { taxes: sorted(taxes as readonly object[]) }) },
    seen,
  );
}

/** The table of taxes in the form of the source: by category and rate, or by rate alone. Sources leave out empty rows. */
function taxesSeen(stated: readonly object[], totals: DocumentTotals): readonly string[] {
  const byCategory = stated.some((row) => 'tax_category' in row);
  const rows = totals.taxes.flatMap(({ rate, netMinor, taxMinor }): readonly object[] => {
    const [category, percent] = rate.id.split('/');
    const tax = Number(taxMinor);
    if (!byCategory) return [{ percent, tax }];
    const row = { tax_category: category, tax_percent: percent, taxable: Number(netMinor), tax };
    const isStated = stated.some((other) => JSON.stringify(other) === JSON.stringify(row));
    return netMinor === 0n && !isStated ? [] : [row];
  });
  return sorted(rows);
}

function sorted(rows: readonly object[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

/** A note on a part of an invoice, with the totals of earlier notes. */
export function runCreditNote(one: InvoiceCase, settings: InvoiceSettings): CaseOutcome {
  const { amounts, discounts, totals } = documentOf(one, settings);
  const mode = one.tax_mode ?? 'exclusive';
  const parts = one.lines.map(
    (line, at): CreditedPart => ({
      grossMinor: amounts[at] ?? 0n,
      discountMinor: discounts[at] ?? 0n,
      rates: ratesOfCase(line),
      creditMinor: BigInt(one.credit?.[line.id] ?? 0),
    }),
  );
  const earlier = (one.prior_credit_notes ?? []).map(BigInt);
  const note = creditAmounts({
    parts,
    mode,
    policy: settings.tax,
    notePolicy: settings.creditNotes,
    left: { netMinor: null, totalMinor: totals.totalMinor - sum(earlier) },
    isLast: coversRest(parts, earlier, mode),
  });
  return comparedMembers(one.expected, {
    coupon_adjustment: Number(note.discountMinor),
    subtotal: Number(note.netMinor),
    tax: Number(note.taxMinor),
    total: Number(note.totalMinor),
  });
}
