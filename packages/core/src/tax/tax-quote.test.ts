import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalInvoice } from '../invoicing/canonical-invoice.ts';
import { creditAmounts, DEFAULT_CREDIT_NOTE_POLICY } from '../invoicing/documents/credit-amounts.ts';
import { creditableOf } from '../invoicing/documents/creditable.ts';
import type { IssuedInvoice } from '../invoicing/invoice.ts';
import { NO_TAX, type TaxableAmount, type TaxMode, taxLines } from '../invoicing/tax.ts';
import { DEFAULT_TAX_POLICY, type TaxPolicy } from '../invoicing/tax-policy.ts';
import { verifyInvoice } from '../invoicing/verify/verify-invoice.ts';
import { DECIMAL12_SCALE } from '../kernel/decimal.ts';
import { currencyCode } from '../money/currency.ts';
import { rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { Account, at, dec, flat, version } from '../testing/factories.ts';
import { quotedTaxes } from './spread-quote.ts';
import { judgeQuote, type QuotedPart, quoteLinesOf, type TaxQuote } from './tax-quote.ts';

const EUR = currencyCode('EUR');

const part = (
  place: readonly [region: string | null, level: QuotedPart['jurisdiction']['level'], name: string],
  percent: string,
  taxableMinor: bigint,
  more: Partial<QuotedPart> = {},
): QuotedPart => ({
  jurisdiction: { country: 'US', region: place[0], level: place[1], name: place[2] },
  name: 'Sales tax',
  percent: dec(percent),
  taxableMinor,
  taxMinor: roundRational(
    rational(taxableMinor * dec(percent), DECIMAL12_SCALE * 100n),
    'half_away_from_zero',
  ),
  reason: 'standard_rated',
  ...more,
});

/** State, county and city for every line that is asked about, each on the whole of it. */
function answerTo(
  lines: readonly TaxableAmount[],
  mode: TaxMode = 'exclusive',
  percents: readonly [string, string, string] = ['6.25', '1', '0.975'],
): TaxQuote {
  const asked = quoteLinesOf(lines);
  if (!asked.ok) throw new Error(asked.refusal.code);
  const places = [
    ['TX', 'state', 'Texas'],
    ['TX', 'county', 'Travis'],
    ['TX', 'city', 'Austin'],
  ] as const;
  return {
    provider: 'stripe_tax',
    calculationId: 'calc_1',
    currency: EUR,
    mode,
    expiresAt: null,
    lines: asked.value.map(({ reference, amountMinor }) => {
      const sum = percents.reduce((all, percent) => all + dec(percent), 0n);
      const whole = DECIMAL12_SCALE * 100n;
      const taxable =
        mode === 'exclusive'
          ? amountMinor
          : roundRational(rational(amountMinor * whole, whole + sum), 'half_away_from_zero');
      const parts = places.map((place, index) => part(place, percents[index] as string, taxable));
      return { reference, amountMinor, taxMinor: parts.reduce((all, one) => all + one.taxMinor, 0n), parts };
    }),
  };
}

const line = (amountMinor: bigint, taxCode = 'saas'): TaxableAmount => ({ amountMinor, taxCode });
const POLICIES: readonly TaxPolicy[] = [
  DEFAULT_TAX_POLICY,
  { rounding: 'per_line', inclusive: 'round_net' },
  { rounding: 'precise_once', inclusive: 'round_tax' },
];

test('I410 lines share what a provider quoted for their tax code, and add up to it by jurisdiction, whatever rounding the seller chose', () => {
  const amounts = fc.array(fc.tuple(fc.bigInt(-400n, 90_000n), fc.constantFrom('saas', 'book', '')), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(amounts, fc.constantFrom<TaxMode>('exclusive', 'inclusive'), (given, mode) => {
      const lines = given.map(([amountMinor, taxCode]) => line(amountMinor, taxCode));
      if (!quoteLinesOf(lines).ok) return;
      const quote = answerTo(lines, mode);
      const taxes = quotedTaxes(lines, quote);
      for (const policy of POLICIES) {
        const taxed = taxLines(
          lines.map((one, index) => ({ ...one, quotedTaxes: taxes[index] ?? [] })),
          { ...NO_TAX, mode },
          policy,
        );
        const quotedOf = (name: string) =>
          quote.lines
            .flatMap(({ parts }) => parts)
            .filter(({ jurisdiction }) => jurisdiction.name === name)
            .reduce((sum, { taxMinor }) => sum + taxMinor, 0n);
        for (const { rate, taxMinor } of taxed.subtotals)
          expect(taxMinor).toBe(quotedOf(rate.jurisdiction?.name ?? ''));
        for (const [index, { netMinor, taxMinor }] of taxed.amounts.entries()) {
          const amountMinor = lines[index]?.amountMinor ?? 0n;
          expect(mode === 'inclusive' ? netMinor + taxMinor : netMinor).toBe(amountMinor);
        }
        for (const { reference, taxMinor } of quote.lines) {
          const own = taxed.amounts.filter((_, index) => (lines[index]?.taxCode || 'standard') === reference);
          expect(own.reduce((sum, one) => sum + one.taxMinor, 0n)).toBe(taxMinor);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('I410 what is credited lowers what is asked about, and more credited than charged is not asked about at all', () => {
  const asked = quoteLinesOf([line(5000n), line(-1200n), line(0n, 'book'), line(300n, '')]);
  expect(asked.ok && asked.value).toEqual([
    { reference: 'saas', taxCode: 'saas', amountMinor: 3800n },
    { reference: 'standard', taxCode: '', amountMinor: 300n },
  ]);
  expect(quoteLinesOf([line(100n), line(-101n)])).toMatchObject({
    ok: false,
    refusal: { code: 'tax_quote.negative_amount', facts: { tax_code: 'saas', amount_minor: '-1' } },
  });
});

test('I411 an answer that does not fit is refused: negative tax, another currency or amount, a lost line, sums and rates that are not so', () => {
  const lines = [line(10_000n), line(2000n, 'book')];
  const asked = quoteLinesOf(lines);
  if (!asked.ok) throw new Error('asked');
  const head = { currency: EUR, mode: 'exclusive', lines: asked.value } as const;
  const good = answerTo(lines);
  expect(judgeQuote(head, good)).toEqual({ ok: true, value: good });
  const [first, second] = good.lines;
  if (first === undefined || second === undefined) throw new Error('two lines');
  const [state, ...others] = first.parts;
  if (state === undefined) throw new Error('parts');
  const withFirst = (more: object): TaxQuote => ({ ...good, lines: [{ ...first, ...more }, second] });
  const withState = (more: Partial<QuotedPart>) => withFirst({ parts: [{ ...state, ...more }, ...others] });
  const bad: readonly [TaxQuote, string][] = [
    [{ ...good, currency: currencyCode('USD') }, 'another currency'],
    [{ ...good, mode: 'inclusive' }, 'prices include tax'],
    [{ ...good, lines: [first] }, 'other lines'],
    [{ ...good, lines: [first, { ...second, reference: 'cd' }] }, 'a line is missing'],
    [withFirst({ amountMinor: first.amountMinor + 1n }), 'another amount'],
    [withState({ taxMinor: -1n }), 'negative'],
    [withState({ percent: dec('-1') }), 'negative'],
    [withState({ taxableMinor: first.amountMinor + 1n }), 'more is taxed'],
    [withState({ taxMinor: state.taxMinor + 2n }), 'not that of its rate'],
    [withFirst({ taxMinor: first.taxMinor + 1n }), 'do not add up'],
  ];
  for (const [quote, why] of bad) {
    const judged = judgeQuote(head, quote);
    expect(judged.ok ? 'accepted' : judged.refusal.detail).toContain(why);
    expect(judged).toMatchObject({ refusal: { code: 'tax_quote.unfit' } });
  }
});

/** An invoice of two months whose tax is that of a quote, of which a fifth of the second plan is not taxed. */
function quotedInvoice(mode: TaxMode): IssuedInvoice {
  const account = new Account({ taxChoice: { ...NO_TAX, mode } });
  const plan = version('two', [
    flat('base', 4999n, { taxCode: 'saas' }),
    flat('data', 3333n, { taxCode: 'data' }),
  ]);
  account.start(at('2026-04-01T00:00:00Z'), plan, { timeZone: 'Europe/Berlin' });
  const lines = [line(4999n), line(3333n, 'data')];
  const quote = answerTo(lines, mode);
  const reduced = quote.lines.map((one) => {
    if (one.reference !== 'data') return one;
    const parts = one.parts.map((each) =>
      part(
        [each.jurisdiction.region, each.jurisdiction.level, each.jurisdiction.name],
        each.jurisdiction.level === 'state' ? '6.25' : '1',
        (each.taxableMinor * 4n) / 5n,
      ),
    );
    return { ...one, parts, taxMinor: parts.reduce((sum, { taxMinor }) => sum + taxMinor, 0n) };
  });
  account.quote = { ...quote, lines: reduced };
  const { invoice } = account.bill(at('2026-04-01T00:00:00Z'));
  if (invoice === null) throw new Error('an invoice was expected');
  return invoice;
}

test.each(['exclusive', 'inclusive'] as const)(
  'I412 a note over all of an invoice, or several that take it in parts, reverse the tax of each jurisdiction (%s)',
  (mode) => {
    const invoice = quotedInvoice(mode);
    const parts = creditableOf(invoice, [], []).map((entry) => ({ ...entry, creditMinor: entry.leftMinor }));
    const { netMinor, totalMinor } = invoice.totals;
    const base = { mode, policy: DEFAULT_TAX_POLICY, notePolicy: DEFAULT_CREDIT_NOTE_POLICY };
    const whole = creditAmounts({ ...base, parts, left: { netMinor, totalMinor }, isLast: true });
    expect(whole).toMatchObject(invoiceSums(invoice));
    for (const [index, { taxes }] of whole.lines.entries())
      expect(taxes.map(({ taxMinor }) => taxMinor)).toEqual(
        invoice.lines[index]?.taxes.map(({ taxMinor }) => taxMinor),
      );
    const halves = parts.map((one) => ({ ...one, creditMinor: one.creditMinor / 2n }));
    const half = creditAmounts({ ...base, parts: halves, left: { netMinor, totalMinor }, isLast: false });
    const doubled = half.taxMinor * 2n - invoice.totals.taxMinor;
    expect(doubled >= -4n && doubled <= 4n).toBe(true);
  },
);

const invoiceSums = ({ totals: { netMinor, taxMinor, totalMinor } }: IssuedInvoice) => ({
  netMinor,
  taxMinor,
  totalMinor,
});

test.each(['exclusive', 'inclusive'] as const)(
  'I413 an invoice with quoted tax is verified from its own text, and a tax that is not that of its rate is found (%s)',
  (mode) => {
    const invoice = quotedInvoice(mode);
    const text = JSON.stringify(canonicalInvoice(invoice, { number: 'N-1', seller: {}, buyer: {} }));
    expect(verifyInvoice(JSON.parse(text))).toEqual({ ok: true, lines: 2 });
    const forged = JSON.parse(text) as { lines: { taxes: { tax_minor: string }[]; tax_minor: string }[] };
    const tax = forged.lines[0]?.taxes[0];
    if (tax === undefined) throw new Error('a tax was expected');
    tax.tax_minor = `${BigInt(tax.tax_minor) + 5n}`;
    const verdict = verifyInvoice(forged);
    const found = verdict.ok ? [] : verdict.differences.map(({ at: place }) => place);
    expect(found).toContain('/lines/0/taxes/0/tax_minor');
  },
);
