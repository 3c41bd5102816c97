import { DECIMAL12_ZERO, type Decimal12 } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { minorDigits } from '../money/currency.ts';
import { checkEInvoice } from './check.ts';
import { isGermanPair } from './check-profiles.ts';
import { fromMinor } from './figures.ts';
import { mapLine, type Taxing } from './map-line.ts';
import type { EAdjustment, EInvoice, EInvoiceProfile, EParty, EPayment, EPeriod, EVatRow } from './model.ts';
import { PROFILES } from './profiles.ts';
import type { SourceDocument, SourceParty, SourceTax } from './source.ts';
import { exemptionOf, rowKey, taxedAmounts, totalsFrom } from './totals.ts';

const TYPES = { invoice: '380', corrected_invoice: '384', credit_note: '381', debit_note: '383' } as const;

/**
 * The frozen document in the semantic model, for one kind of file. Figures are those of the document, never computed
 * anew. Refusals: `einvoice.currency`, of a currency with three decimals, which the standard cannot hold;
 * `einvoice.tax`, of a line with several rates or, among taxed ones, with none; `einvoice.incomplete`, with the rules
 * that do not hold and the terms that are missing.
 */
export function decideEInvoice(source: SourceDocument, profile: EInvoiceProfile): Result<EInvoice> {
  if (minorDigits(source.currency) > 2)
    return refuse('einvoice.currency', 'Amounts of an e-invoice have at most two decimals.', {
      currency: source.currency,
    });
  const taxings = taxingsOf(source);
  if (!taxings.ok) return taxings;
  const invoice = mapDocument(source, profile, taxings.value);
  const faults = checkEInvoice(invoice, profile);
  if (faults.length === 0) return ok(invoice);
  return refuse('einvoice.incomplete', 'The document does not hold what this kind of e-invoice must have.', {
    missing: faults.map(({ rule, term, detail }) => ({ rule, term, detail })),
  });
}

/** How each line, then each allowance or charge, is taxed. */
function taxingsOf({ lines, adjustments, taxes }: SourceDocument): Result<readonly Taxing[]> {
  const byId = new Map(taxes.map((tax) => [tax.rateId, tax]));
  const isTaxed = taxes.length > 0;
  const found: Taxing[] = [];
  for (const [index, { rateIds }] of [...lines, ...adjustments].entries()) {
    const tax = byId.get(rateIds[0] ?? '');
    if (rateIds.length > 1 || (tax === undefined && isTaxed))
      return refuse('einvoice.tax', 'Every line of an e-invoice has exactly one rate of VAT.', {
        position: `${index + 1}`,
      });
    found.push(tax === undefined ? { category: 'O', percent: null } : taxingOf(tax));
  }
  return ok(found);
}

function taxingOf({ category, percent }: SourceTax): Taxing {
  if (category === 'O') return { category, percent: null };
  return { category, percent: category === 'S' ? percent : DECIMAL12_ZERO };
}

function mapDocument(source: SourceDocument, profile: EInvoiceProfile, taxings: readonly Taxing[]): EInvoice {
  const { specification, process, isGerman, isPeppol } = PROFILES[profile];
  const wantsRates = isGerman || (isPeppol && isGermanPair(source.seller, source.buyer));
  const { currency } = source;
  const lines = source.lines.map((line, index) => mapLine(line, taxings[index] as Taxing, currency));
  const adjustments = source.adjustments.map(({ description, netMinor }, index): EAdjustment => {
    const amount = fromMinor(netMinor < 0n ? -netMinor : netMinor, currency);
    const taxing = taxings[lines.length + index] as Taxing;
    return { isCharge: netMinor >= 0n, amount, reason: description, ...taxing };
  });
  const vat = vatOfDocument(source, lines, adjustments).map((row) =>
    // XRechnung wants a rate in every row, outside the scope of VAT too (BR-DE-14), and so does Peppol of Germans.
    wantsRates && row.percent === null ? { ...row, percent: DECIMAL12_ZERO } : row,
  );
  const isOutside = vat.some(({ category }) => category === 'O');
  const paid = fromMinor(source.totalMinor - source.dueMinor, currency);
  return {
    specification,
    process,
    number: source.number,
    issuedOn: source.issuedOn,
    type: typeOf(source, profile),
    currency,
    dueOn: source.dueOn,
    buyerReference: source.buyerReference,
    orderReference: source.orderReference,
    terms: source.terms,
    note: source.note,
    preceding: source.preceding,
    seller: partyOf(source.seller, isOutside),
    buyer: { ...partyOf(source.buyer, isOutside), taxNumber: null },
    deliveredTo: vat.some(({ category }) => category === 'K') ? source.buyer.address : null,
    deliveredOn: null,
    period: periodOf(source),
    payment: paymentOf(source),
    adjustments,
    totals: totalsFrom(lines, adjustments, vat, { paid }),
    vat,
    lines,
  };
}

/**
 * A debit note is the type 383 of UNTDID 1001, an invoice in both syntaxes. Germany's list has no such type: there it is
 * an invoice that names the one before it, and so is a corrected invoice in Peppol between others
 * (PEPPOL-EN16931-P0112).
 */
function typeOf({ kind, seller, buyer }: SourceDocument, profile: EInvoiceProfile): EInvoice['type'] {
  const { isGerman, isPeppol } = PROFILES[profile];
  const isOfGermany = isGerman || (isPeppol && isGermanPair(seller, buyer));
  if (kind === 'debit_note' && isOfGermany) return TYPES.invoice;
  return kind === 'corrected_invoice' && isPeppol && !isOfGermany ? TYPES.invoice : TYPES[kind];
}

/** A document outside the scope of VAT names no VAT number (BR-O-02); the number then identifies the party alone. */
function partyOf({ vatId, ...party }: SourceParty, isOutside: boolean): EParty {
  return isOutside ? { ...party, vatId: null, id: vatId } : { ...party, vatId, id: null };
}

/** Two rates of the document with one category and percent are one row; the tax is that of the document. */
function vatOfDocument(
  { taxes, currency }: SourceDocument,
  lines: EInvoice['lines'],
  adjustments: EInvoice['adjustments'],
): readonly EVatRow[] {
  const rows = new Map<string, EVatRow>();
  for (const taxed of taxedAmounts(lines, adjustments)) {
    const key = rowKey(taxed);
    const before = rows.get(key);
    const own = taxes.filter((tax) => rowKey(taxingOf(tax)) === key);
    const tax = own.reduce((sum, { taxMinor }) => sum + taxMinor, 0n);
    const { category, percent, net } = taxed;
    rows.set(key, {
      category,
      percent,
      taxable: ((before?.taxable ?? 0n) + net) as Decimal12,
      tax: fromMinor(tax, currency),
      ...exemptionOf(category, own[0]?.exemptionReason ?? null, own[0]?.exemptionCode ?? null),
    });
  }
  return [...rows.values()];
}

/** From the first day of any line to the last one, so that every line lies inside (PEPPOL-EN16931-R110, R111). */
function periodOf({ lines }: SourceDocument): EPeriod | null {
  const periods = lines.flatMap(({ period }) => (period === null ? [] : [period]));
  const [start] = periods.map((period) => period.start).sort();
  const end = periods
    .map((period) => period.end)
    .sort()
    .at(-1);
  return start === undefined || end === undefined ? null : { start, end };
}

function paymentOf({ account, currency, paymentReference }: SourceDocument): EPayment {
  if (account === null) return { means: '1', reference: paymentReference, account };
  return { means: currency === 'EUR' ? '58' : '30', reference: paymentReference, account };
}
