import {
  chooseTax,
  DEFAULT_TAX_CHOICE_POLICY,
  type VatNumberState,
} from '@billhook/core/invoicing/choose-tax';
import { discountLines } from '@billhook/core/invoicing/discount-lines';
import { DECIMAL12_SCALE } from '@billhook/core/kernel/decimal';
import { minorUnitsPerMajor } from '@billhook/core/money/currency';
import { rational } from '@billhook/core/money/rational';
import { roundRational } from '@billhook/core/money/round';
import { runCreditNote, runDocument } from './invoice-documents.ts';
import { currencyOf, discountTerms, type InvoiceCase, settingsOf } from './invoice-translation.ts';
import { comparedMembers, sum } from './members.ts';
import { type Adapter, type CaseOutcome, compared, unsupported } from './outcome.ts';
import { decimalOf } from './read.ts';

interface RoundingCase {
  readonly kind: 'rounding';
  readonly currency: string;
  readonly amount: string;
  readonly expected: { readonly minor: number };
}

interface TaxChoiceCase {
  readonly kind: 'tax_choice';
  readonly seller_country?: string;
  readonly customer_country?: string;
  readonly vat_number?: string;
  readonly expected: { readonly tax: string };
}

type Policies = Readonly<Record<string, string>>;

/** Runs a case of `invoices.json`. */
export const invoices: Adapter = (entry, policies) => {
  const one = entry as unknown as InvoiceCase | RoundingCase | TaxChoiceCase;
  const settings = settingsOf(policies);
  if (typeof settings === 'string') return unsupported(JSON.stringify(one.expected), settings);
  switch (one.kind) {
    case 'invoice':
    case 'credit_note':
      return runDocument(one, settings);
    case 'credit_note_of_invoice':
      return runCreditNote(one, settings);
    case 'discount':
      return runDiscount(one, settings);
    case 'rounding':
      return runRounding(one, settings);
    case 'tax_choice':
      return runTaxChoice(one, policies);
    default:
      return unsupported('a known kind', `No kind of case is called ${(one as { kind: string }).kind}.`);
  }
};

function runDiscount(
  one: InvoiceCase,
  settings: Exclude<ReturnType<typeof settingsOf>, string>,
): CaseOutcome {
  const gross = one.lines.map((line) => BigInt(line.net ?? 0));
  const taken = discountLines(gross, discountTerms(one), settings.discounts, settings.rounding);
  const byLine = gross.map((_, at) => sum(taken.filter(({ line }) => line === at).map((t) => t.amountMinor)));
  const seen: Record<string, unknown> = {
    discount_total: Number(sum(byLine)),
    remaining: Number(sum(gross) - sum(byLine)),
    line_discounts: byLine.map(Number),
    line_remaining: gross.map((amount, at) => Number(amount - (byLine[at] ?? 0n))),
  };
  return comparedMembers(one.expected, seen);
}

function runRounding(
  one: RoundingCase,
  settings: Exclude<ReturnType<typeof settingsOf>, string>,
): CaseOutcome {
  const exact = rational(decimalOf(one.amount) * minorUnitsPerMajor(currencyOf(one)), DECIMAL12_SCALE);
  return compared(`${one.expected.minor}`, `${roundRational(exact, settings.rounding)}`);
}

const VAT_STATES: Readonly<Record<string, VatNumberState>> = {
  valid: 'confirmed',
  confirmed: 'confirmed',
  good_format: 'well_formed',
  well_formed: 'well_formed',
  unverified: 'well_formed',
  invalid: 'refused',
  refused: 'refused',
  bad_format: 'malformed',
};

function runTaxChoice(one: TaxChoiceCase, policies: Policies): CaseOutcome {
  const vatNumber = one.vat_number === undefined ? 'none' : VAT_STATES[one.vat_number];
  if (vatNumber === undefined) return unsupported(one.expected.tax, `A number is never ${one.vat_number}.`);
  const verification = policies['verification'] === 'format_only' ? 'format_only' : 'registry_confirmed';
  const chosen = chooseTax(
    { sellerCountry: one.seller_country ?? null, customerCountry: one.customer_country ?? null, vatNumber },
    { ...DEFAULT_TAX_CHOICE_POLICY, verification },
  );
  return compared(one.expected.tax, chosen.kind === 'standard' ? `standard:${chosen.country}` : chosen.kind);
}
