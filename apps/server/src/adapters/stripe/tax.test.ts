import { currencyCode } from '@billhook/core/money/currency';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { declareTaxConformance } from '../../modules/invoicing/tax-provider/conformance/suite.ts';
import { type SandboxTaxes, sandboxTaxes } from '../../testing/taxes.ts';

declareTaxConformance('Stripe Tax', sandboxTaxes);

let taxes: SandboxTaxes;

beforeAll(async () => {
  taxes = await sandboxTaxes();
});
afterAll(() => taxes.close());

const quoteOf = async (taxId: string | null, amountMinor = 10_000n) => {
  const answer = await taxes.provider.quote({
    currency: currencyCode('EUR'),
    mode: 'exclusive',
    taxedAt: taxes.now,
    seller: { country: 'FR' },
    customer: {
      country: 'DE',
      region: null,
      postalCode: '10115',
      city: 'Berlin',
      line1: null,
      taxId,
      isExempt: false,
    },
    lines: [{ reference: 'standard', taxCode: '', amountMinor }],
  });
  if (!answer.ok) throw new Error(answer.fault.message);
  return answer.value;
};

test('I417 a number with a slip of the pen, or one of another kind, makes no business of a customer; one sale is one under its key', async () => {
  const taxOf = async (taxId: string | null) => (await quoteOf(taxId)).lines[0]?.taxMinor;
  expect(await taxOf('DE 136 695 976')).toBe(0n);
  for (const slip of ['DE136695977', 'DE13669597', 'DE136659976', '12-3456789', null])
    expect(await taxOf(slip)).toBe(1850n);
  const { calculationId } = await quoteOf(null);
  const commit = () => taxes.provider.commit({ calculationId, reference: 'once' }, 'key-once');
  const first = await commit();
  expect(first.ok).toBe(true);
  expect(await commit()).toEqual(first);
  if (!first.ok) return;
  expect(await taxes.read(`/v1/tax/transactions/${first.value.transactionId}`)).toMatchObject({
    type: 'transaction',
    reference: 'once',
  });
});
