import { applyCredits } from '@billhook/core/invoicing/apply-credits';
import { assembleInvoice, type NewAdjustment } from '@billhook/core/invoicing/assemble-invoice';
import { discountLines } from '@billhook/core/invoicing/discount-lines';
import { coversRest } from '@billhook/core/invoicing/documents/covers-rest';
import { type CreditedPart, creditAmounts } from '@billhook/core/invoicing/documents/credit-amounts';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { ProposedLine } from '@billhook/core/invoicing/line';
import { DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import { NO_TAX, type TaxableAmount } from '@billhook/core/invoicing/tax';
import { decimal12FromInteger } from '@billhook/core/kernel/decimal';
import { RATIONAL_ONE, RATIONAL_ZERO, type Rational, rational } from '@billhook/core/money/rational';
import { EUR } from '@billhook/core/testing/factories';
import { ZONE_RULES_VERSION } from '@billhook/core/time/zone';
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
import { instantOf } from './read.ts';

const RATE_PLACES = 5;
const NOW = instantOf('2026-01-01T00:00:00Z');

interface Document {
  readonly amounts: readonly bigint[];
  readonly discounts: readonly bigint[];
  readonly invoice: IssuedInvoice;
}

/** What stands on every line of a case beside its amounts. */
const FACTS: Omit<ProposedLine, 'key' | 'taxCode' | 'grossMinor' | 'discounts' | 'amountMinor'> = {
  kind: 'one_off',
  subscriptionId: 'subscription',
  itemId: 'item',
  planVersionId: 'version',
  priceId: 'price',
  meterId: null,
  description: '',
  currency: EUR,
  servicePeriod: { start: NOW, end: NOW },
  billableAt: NOW,
  quantityCutoffAt: NOW,
  collectAt: NOW,
  quantity: decimal12FromInteger(1n),
  explanation: {
    rule: 'one_off',
    priceId: 'price',
    priceKey: 'price',
    planId: 'plan',
    planVersionId: 'version',
    billingPeriod: { start: NOW, end: NOW },
    periodIndex: 0,
    timeZone: 'UTC',
    zoneRulesVersion: ZONE_RULES_VERSION,
    quantity: decimal12FromInteger(1n),
    readings: null,
    trace: null,
    basis: null,
    fraction: RATIONAL_ONE,
    proration: null,
    exactMinor: RATIONAL_ZERO,
    rounding: 'half_away_from_zero',
  },
};

/** The lines of a case on an invoice, as the engine puts lines on every invoice. */
function documentOf(one: InvoiceCase, settings: InvoiceSettings): Document {
  const currency = currencyOf(one);
  const amounts = one.lines.map((line) => amountOf(line, settings, currency));
  const taken = discountLines(amounts, discountTerms(one), settings.discounts, settings.rounding);
  const discounts = amounts.map((_, at) =>
    sum(taken.flatMap(({ line, amountMinor }) => (line === at ? [amountMinor] : []))),
  );
  const lines = one.lines.map((line, at): ProposedLine & TaxableAmount => ({
    ...FACTS,
    currency,
    // Lines of one moment stand in the order of their keys.
    key: `line ${`${at}`.padStart(4, '0')}`,
    taxCode: line.id,
    taxRates: ratesOfCase(line),
    grossMinor: amounts[at] ?? 0n,
    discounts: [],
    amountMinor: sum([amounts[at] ?? 0n, -(discounts[at] ?? 0n)]),
  }));
  const invoice = assembleInvoice(
    {
      now: NOW,
      invoiceId: 'invoice',
      customer: { id: 'customer', currency, creditBalanceMinor: sum(creditsOf(one)) },
      taxChoice: { ...NO_TAX, mode: one.tax_mode ?? 'exclusive' },
      settings: { ...DEFAULT_BILLING_SETTINGS, tax: settings.tax, discounts: settings.discounts },
      adjustments: [
        ...(one.document_allowances ?? []).map((extra) => extraOf('allowance', extra)),
        ...(one.document_charges ?? []).map((extra) => extraOf('charge', extra)),
      ],
    },
    lines,
  );
  return { amounts, discounts, invoice };
}

function extraOf(kind: NewAdjustment['kind'], extra: CaseExtra): NewAdjustment {
  return {
    kind,
    description: '',
    amountMinor: BigInt(extra.amount),
    taxCode: 'document',
    taxRates: ratesOfCase(extra),
  };
}

/** The customer's credit in the order in which sources use it: of thresholds, of credit notes, prepaid. */
function creditsOf(one: InvoiceCase): readonly [bigint, bigint, bigint] {
  return [
    BigInt(one.progressive_credit ?? 0),
    sum((one.credit_notes_applied ?? []).map(BigInt)),
    BigInt(one.prepaid_credits_applied ?? 0),
  ];
}

/** What each kind of credit pays of a total. */
function creditsUsed(one: InvoiceCase, totalMinor: bigint): readonly bigint[] {
  let dueMinor = totalMinor;
  return creditsOf(one).map((balanceMinor) => {
    const use = applyCredits(dueMinor, balanceMinor);
    dueMinor = use.dueMinor;
    return use.creditAppliedMinor;
  });
}

/** A whole document: its lines give the totals that its source prints. */
export function runDocument(one: InvoiceCase, settings: InvoiceSettings): CaseOutcome {
  const written = one.lines.find((line, at) => {
    const amount = line.net;
    return amount !== undefined && BigInt(amount) !== documentOf(one, settings).amounts[at];
  });
  if (written !== undefined) return compared(`net ${written.net} of line ${written.id}`, 'another net');
  const { discounts, invoice } = documentOf(one, settings);
  const { totals, lines, adjustments } = invoice;
  const { tax_in_accounting_currency: _, taxes, ...expected } = one.expected;
  const net = (kind: NewAdjustment['kind']) =>
    sum(adjustments.flatMap((extra) => (extra.kind === kind ? [extra.netMinor] : [])));
  const [progressive, notes, prepaidCredits] = creditsUsed(one, totals.totalMinor);
  // What was paid in advance and the rounding of cash are settled beside an invoice.
  const payable = sum([
    totals.dueMinor,
    -totals.creditGrantedMinor,
    -BigInt(one.prepaid ?? 0),
    BigInt(one.payable_rounding ?? 0),
  ]);
  const seen: Record<string, unknown> = {
    ...(taxes === undefined ? {} : { taxes: taxesSeen(taxes as readonly object[], invoice) }),
    line_total: Number(sum([...lines.map(({ netMinor }) => netMinor), ...discounts])),
    allowance_total: Number(-net('allowance')),
    charge_total: Number(net('charge')),
    coupon_total: Number(sum(discounts)),
    line_coupons: discounts.map(Number),
    line_taxes: lines.map(({ taxMinor }) => Number(taxMinor)),
    line_nets: lines.map(({ netMinor }) => Number(netMinor)),
    tax_exclusive: Number(totals.netMinor),
    taxable: Number(totals.netMinor),
    net_total: Number(totals.netMinor),
    tax_total: Number(totals.taxMinor),
    tax_inclusive: Number(totals.totalMinor),
    total_before_credits: Number(totals.totalMinor),
    effective_tax_rate: formatPlaces(effectivePercent(totals), RATE_PLACES),
    progressive_credit: Number(progressive),
    credit_notes: Number(notes),
    prepaid_credits: Number(prepaidCredits),
    prepaid: Number(one.prepaid ?? 0),
    rounding: Number(one.payable_rounding ?? 0),
    payable: Number(payable),
    total: Number(payable),
  };
  return comparedMembers(
    { ...expected, ...(taxes === undefined ? {} : { taxes: sorted(taxes as readonly object[]) }) },
    seen,
  );
}

/** The tax in percent of the net, over all rates; 0 for a net of nothing. */
function effectivePercent({ netMinor, taxMinor }: IssuedInvoice['totals']): Rational {
  return netMinor === 0n ? RATIONAL_ZERO : rational(taxMinor * 100n, netMinor);
}

/** The table of taxes in the form of the source: by category and rate, or by rate alone. Sources leave out empty rows. */
function taxesSeen(stated: readonly object[], invoice: IssuedInvoice): readonly string[] {
  const byCategory = stated.some((row) => 'tax_category' in row);
  const rows = invoice.taxes.flatMap(({ rate, netMinor, taxMinor }): readonly object[] => {
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
  const { amounts, discounts, invoice } = documentOf(one, settings);
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
    left: { netMinor: null, totalMinor: invoice.totals.totalMinor - sum(earlier) },
    isLast: coversRest(parts, earlier, mode),
  });
  return comparedMembers(one.expected, {
    coupon_adjustment: Number(note.discountMinor),
    subtotal: Number(note.netMinor),
    tax: Number(note.taxMinor),
    total: Number(note.totalMinor),
  });
}
