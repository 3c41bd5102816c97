import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { textOfPdf } from '../testing/pdf-text.ts';
import { must, send } from '../testing/scenario.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const price = {
    key: 'base',
    name: 'Base fee',
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    pricing: { model: 'flat', amount: '129000' },
    cadence: { interval: 'month', count: 1 },
  };
  await send(app.api, '/v1/plans', {
    key: 'pro',
    name: 'Pro',
    currency: 'EUR',
    prices: [price],
    entitlements: [],
  });
});
afterAll(() => app.close());

/** A customer who paid the first invoice by card, and what the receipt of it says. */
async function receiptOf(name: string, locale: string) {
  const customer = await send(app.api, '/v1/customers', { name, locale, country: 'DE' });
  await send(app.api, `/v1/customers/${customer.id}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  await send(app.api, '/v1/subscriptions', { customer: customer.id, plan: 'pro', collection: 'automatic' });
  await app.settle();
  const { data } = await must(app.api('GET', `/v1/payments?customer=${customer.id}`));
  const [payment] = data as unknown as { id: string; invoice_number: string }[];
  const answer = await fetch(`${app.baseUrl}/v1/payments/${payment?.id}/receipt`, {
    headers: { authorization: `Bearer ${app.apiKey}` },
  });
  expect(answer.status).toBe(200);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return {
    name: answer.headers.get('content-disposition'),
    text: textOfPdf(bytes),
    invoice: payment?.invoice_number,
  };
}

test('I617 a receipt says what was paid for which invoice, when and by what, in the language of who paid, and asks for nothing', async () => {
  const english = await receiptOf('Ada Lovelace', 'en');
  const number = 'INV-RC-2026-000001';
  expect(english.name).toBe(`attachment; filename="${number}.pdf"`);
  expect(english.text.slice(0, 2)).toEqual(['Receipt', number]);
  expect(english.text).toEqual(expect.arrayContaining(['Ada Lovelace', 'Paid', '10 January 2026']));
  const last = english.text.indexOf('Description');
  expect(english.text.slice(last)).toEqual([
    ...['Description', 'Amount', '1,290.00'],
    `Payment of invoice ${english.invoice}`,
    'Paid by Visa ending in 4242 on 10 January 2026.',
    'Paid, EUR1,290.00',
    `Sandbox · Receipt ${number}Page 1 of 1`,
  ]);

  const german = await receiptOf('Käthe', 'de');
  expect(german.text).toEqual(
    expect.arrayContaining([
      ...['Quittung', 'INV-RC-2026-000002', 'Käthe', '10.01.2026', '1.290,00'],
      `Zahlung der Rechnung ${german.invoice}`,
      'Bezahlt mit Visa mit den Endziffern 4242 am 10.01.2026.',
    ]),
  );
  const asking = /due|pay by|fällig|zahlbar|IBAN|Menge|Quantity/i;
  expect([...english.text, ...german.text].filter((text) => asking.test(text))).toEqual([]);
});
