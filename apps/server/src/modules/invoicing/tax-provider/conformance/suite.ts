import type { TaxMode } from '@billhook/core/invoicing/tax';
import { currencyCode } from '@billhook/core/money/currency';
import { judgeQuote } from '@billhook/core/tax/tax-quote';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TaxAnswer, TaxProvider, TaxQuestion } from '../port.ts';
import type { Place, TaxDriver } from './driver.ts';

let serial = 0;

/** The driver, which starts before the first test. */
type Under = { driver: TaxDriver };

/** What every provider of taxes must do, whoever it is. */
export function declareTaxConformance(name: string, start: () => Promise<TaxDriver>): void {
  const under = {} as Under;
  beforeAll(async () => {
    under.driver = await start();
  });
  afterAll(() => under.driver.close());
  describe(`a provider of taxes: ${name}`, () => {
    declareAnswers(under);
    declareBookings(under);
  });
}

function questionAt(
  { driver }: Under,
  place: Place,
  more: Partial<TaxQuestion> = {},
  customer: Partial<TaxQuestion['customer']> = {},
): TaxQuestion {
  return {
    currency: currencyCode('USD'),
    mode: 'exclusive',
    taxedAt: driver.now,
    seller: { country: 'US' },
    customer: { ...place, city: null, line1: null, taxId: null, isExempt: false, ...customer },
    lines: driver.taxCodes.map((taxCode, at) => {
      return { reference: `code-${at}`, taxCode, amountMinor: 10_003n + BigInt(at) };
    }),
    ...more,
  };
}

async function sold(under: Under) {
  serial += 1;
  const reference = `sale-${serial}`;
  const quote = answerOf(await under.driver.provider.quote(questionAt(under, under.driver.manyTaxes)));
  return { quote, sale: { calculationId: quote.calculationId, reference }, key: `key-${reference}` };
}

function declareAnswers(under: Under): void {
  test.each(
    (['USD', 'JPY', 'KWD'] as const).flatMap((currency) =>
      (['exclusive', 'inclusive'] as const).map((mode): [string, TaxMode] => [currency, mode]),
    ),
  )(
    'its answer fits the question and adds up, by jurisdiction, in %s with prices %s of tax',
    async (currency, mode) => {
      const question = questionAt(under, under.driver.manyTaxes, { currency: currencyCode(currency), mode });
      const quote = answerOf(await under.driver.provider.quote(question));
      expect(judgeQuote(question, quote)).toMatchObject({ ok: true });
      for (const { parts, taxMinor } of quote.lines) {
        expect(parts.length).toBeGreaterThan(1);
        expect(new Set(parts.map(({ jurisdiction }) => jurisdiction.name)).size).toBe(parts.length);
        expect(taxMinor).toBeGreaterThan(0n);
      }
    },
  );

  test('who is exempt, and a business that accounts for the tax itself, pay none, and the answer says why', async () => {
    const exempt = answerOf(
      await under.driver.provider.quote(questionAt(under, under.driver.manyTaxes, {}, { isExempt: true })),
    );
    const reasons = exempt.lines.flatMap(({ parts }) => parts.map(({ reason }) => reason));
    expect([...new Set(reasons)]).toEqual(['customer_exempt']);
    expect(exempt.lines.map(({ taxMinor }) => taxMinor)).toEqual([0n, 0n]);
    const { taxId, ...place } = under.driver.selfAccounting;
    const business = answerOf(await under.driver.provider.quote(questionAt(under, place, {}, { taxId })));
    expect(business.lines[0]?.parts.map(({ reason }) => reason)).toEqual(['reverse_charge']);
    const person = answerOf(await under.driver.provider.quote(questionAt(under, place)));
    expect(person.lines[0]?.taxMinor).toBeGreaterThan(0n);
  });

  test('every line is answered, however many tax codes there are', async () => {
    const [taxCode] = under.driver.taxCodes;
    const lines = Array.from({ length: 37 }, (_, at) => {
      return { reference: `code-${at}`, taxCode, amountMinor: 100n + BigInt(at) };
    });
    const question = questionAt(under, under.driver.manyTaxes, { lines });
    expect(judgeQuote(question, answerOf(await under.driver.provider.quote(question))).ok).toBe(true);
  });

  test('an address that is too vague is refused, and a stranger is denied, without an exception', async () => {
    expect(faultOf(await under.driver.provider.quote(questionAt(under, under.driver.nowhere)))).toBe(
      'refused',
    );
    const { sale, key } = await sold(under);
    expect(faultOf(await under.driver.stranger.commit(sale, key))).not.toBe('busy');
  });
}

function declareBookings(under: Under): void {
  test('what is turned away did not happen, and what gets no answer may have', async () => {
    await under.driver.setFaults({ rejectWith: 429 });
    expect(faultOf(await under.driver.provider.quote(questionAt(under, under.driver.manyTaxes)))).toBe(
      'busy',
    );
    await under.driver.setFaults({ rejectWith: 500 });
    expect(faultOf(await under.driver.provider.quote(questionAt(under, under.driver.manyTaxes)))).toBe(
      'unknown',
    );
    await under.driver.setFaults({ timeoutsBefore: 1 });
    expect(faultOf(await under.driver.provider.quote(questionAt(under, under.driver.manyTaxes)))).toBe(
      'unknown',
    );
    expect((await under.driver.provider.quote(questionAt(under, under.driver.manyTaxes))).ok).toBe(true);
  });

  test('a sale is booked once under its key, also when the first answer was lost, and its reference once for ever', async () => {
    const { sale, key } = await sold(under);
    await under.driver.setFaults({ timeoutsAfter: 1 });
    expect(faultOf(await under.driver.provider.commit(sale, key))).toBe('unknown');
    const first = answerOf(await under.driver.provider.commit(sale, key));
    expect(answerOf(await under.driver.provider.commit(sale, key))).toEqual(first);
    expect(faultOf(await under.driver.provider.commit(sale, `${key}-other`))).toBe('refused');
  });

  test('parts of a sale are taken back, never more than it was, and then the rest', async () => {
    const { quote, sale, key } = await sold(under);
    const { transactionId } = answerOf(await under.driver.provider.commit(sale, key));
    const [line] = quote.lines;
    if (line === undefined) throw new Error('a line was expected');
    const back = { reference: line.reference, amountMinor: 4000n, taxMinor: line.taxMinor / 3n };
    const reversal = (reference: string, lines: Parameters<TaxProvider['reverse']>[0]['lines']) =>
      under.driver.provider.reverse({ transactionId, reference, lines }, `key-${reference}`);
    const first = answerOf(await reversal(`${sale.reference}/a`, [back]));
    expect(answerOf(await reversal(`${sale.reference}/a`, [back]))).toEqual(first);
    const beyond = { ...back, amountMinor: line.amountMinor };
    expect(faultOf(await reversal(`${sale.reference}/b`, [beyond]))).toBe('refused');
    expect(faultOf(await reversal(`${sale.reference}/c`, [{ ...back, reference: 'none' }]))).toBe('refused');
    expect((await reversal(`${sale.reference}/d`, 'rest')).ok).toBe(true);
    expect(faultOf(await reversal(`${sale.reference}/e`, [{ ...back, amountMinor: 1n }]))).toBe('refused');
  });
}

function answerOf<T>(answer: TaxAnswer<T>): T {
  if (!answer.ok) throw new Error(`${answer.fault.kind}: ${answer.fault.message}`);
  return answer.value;
}

const faultOf = <T>(answer: TaxAnswer<T>) => (answer.ok ? 'answered' : answer.fault.kind);
