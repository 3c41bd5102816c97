import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_KEY, type TestSandbox, testSandbox } from '../../testing/sandbox.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');

let sandbox: TestSandbox;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await testSandbox();
  stripe = sandbox.stripe;
  const { id } = await sandbox.control.putAccount({ key: TEST_KEY });
  await sandbox.control.setClock(id, NOW);
});
afterAll(() => sandbox.dispose());

const AUSTIN = { country: 'US', state: 'TX', postal_code: '78701', city: 'Austin' };

function calculate(
  address: Stripe.Tax.CalculationCreateParams.CustomerDetails.Address,
  lines: Partial<Stripe.Tax.CalculationCreateParams.LineItem>[],
  more: Partial<Stripe.Tax.CalculationCreateParams.CustomerDetails> = {},
  currency = 'usd',
) {
  return stripe.tax.calculations.create({
    currency,
    customer_details: { address, address_source: 'billing', ...more },
    line_items: lines.map((line) => ({ amount: 10_000, ...line })),
    expand: ['line_items', 'line_items.data.tax_breakdown'],
  });
}

const shown = (calculation: Stripe.Tax.Calculation) =>
  calculation.line_items?.data.map(({ amount_tax, tax_breakdown }) => [
    amount_tax,
    ...(tax_breakdown ?? []).map(
      (part) =>
        `${part.jurisdiction.display_name} ${part.tax_rate_details?.percentage_decimal} = ${part.amount}`,
    ),
  ]);

it('works tax out for every jurisdiction of an address, by its own made-up rates of the day', async () => {
  expect(shown(await calculate(AUSTIN, [{}]))).toEqual([
    [825, 'Texas 6.5 = 650', 'Travis County 0.25 = 25', 'Austin 1.5 = 150'],
  ]);
  const partly = await calculate(AUSTIN, [{ tax_code: 'txcd_10103001', reference: 'a' }]);
  expect(partly.line_items?.data[0]?.tax_breakdown?.[0]).toMatchObject({
    amount: 520,
    taxable_amount: 8000,
    taxability_reason: 'taxable_basis_reduced',
  });
  expect(shown(await calculate({ country: 'US', state: 'OR', postal_code: '97201' }, [{}]))).toEqual([
    [0, 'OR undefined = 0'],
  ]);
  const california = { country: 'US', state: 'CA', postal_code: '90001' };
  expect(shown(await calculate(california, [{ amount: 999 }]))).toEqual([[70, 'California 7 = 70']]);
  const french = await calculate(
    { country: 'FR' },
    [{}],
    { tax_ids: [{ type: 'eu_vat', value: 'FR1' }] },
    'eur',
  );
  expect(french.line_items?.data[0]?.tax_breakdown?.[0]?.taxability_reason).toBe('reverse_charge');
  const yen = await calculate({ country: 'JP' }, [{ amount: 105, tax_behavior: 'inclusive' }], {}, 'jpy');
  expect([yen.tax_amount_inclusive, yen.tax_amount_exclusive, yen.amount_total]).toEqual([9, 0, 105]);
});

it('shows lines and their parts only where they are asked for', async () => {
  const plain = await stripe.tax.calculations.create({
    currency: 'usd',
    customer_details: { address: AUSTIN, address_source: 'billing' },
    line_items: [{ amount: 100 }],
  });
  expect(plain.line_items).toBeUndefined();
  const lines = await stripe.tax.calculations.listLineItems(plain.id ?? '');
  expect(lines.data[0]).toMatchObject({ amount: 100, amount_tax: 9, reference: 'L1' });
  expect(lines.data[0]?.tax_breakdown).toBeUndefined();
});

it('refuses places that cannot be found, negative amounts, names that come twice and codes that are none', async () => {
  const vague = { country: 'US', state: 'TX' };
  await expect(calculate(vague, [{}])).rejects.toMatchObject({ code: 'customer_tax_location_invalid' });
  await expect(calculate(AUSTIN, [{ amount: -1 }])).rejects.toMatchObject({ statusCode: 400 });
  await expect(calculate(AUSTIN, [{ reference: 'a' }, { reference: 'a' }])).rejects.toThrow(/unique/);
  await expect(calculate(AUSTIN, [{ tax_code: 'food' }])).rejects.toMatchObject({ code: 'resource_missing' });
});

it('makes one transaction of a calculation under a reference, and reverses no more than it was', async () => {
  const calculation = await calculate(AUSTIN, [{ reference: 'a' }, { reference: 'b', amount: 500 }]);
  const create = (key: string) =>
    stripe.tax.transactions.createFromCalculation(
      { calculation: calculation.id ?? '', reference: 'inv_1', expand: ['line_items'] },
      { idempotencyKey: key },
    );
  const made = await create('one');
  expect((await create('one')).id).toBe(made.id);
  await expect(create('two')).rejects.toMatchObject({ code: 'resource_already_exists' });
  const [first] = made.line_items?.data ?? [];
  const back = (reference: string, amount: number, tax: number) =>
    stripe.tax.transactions.createReversal({
      mode: 'partial',
      original_transaction: made.id,
      reference,
      line_items: [{ original_line_item: first?.id ?? '', reference: 'a', amount, amount_tax: tax }],
    });
  await expect(back('n0', -10_001, -825)).rejects.toThrow(/more than what is left/);
  expect((await back('n1', -4000, -330)).type).toBe('reversal');
  await expect(back('n2', -6001, -495)).rejects.toThrow(/more than what is left/);
  const whole = await stripe.tax.transactions.createReversal({
    mode: 'full',
    original_transaction: made.id,
    reference: 'void_1',
    expand: ['line_items'],
  });
  expect(whole.line_items?.data.map(({ amount, amount_tax }) => [amount, amount_tax])).toEqual([
    [-6000, -495],
    [-500, -42],
  ]);
});
