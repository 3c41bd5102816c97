import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { textOfPdf } from '../testing/pdf-text.ts';
import { must, send } from '../testing/scenario.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-04-01T08:00:00Z' });
  const plan = { key: 'pro', name: 'Pro', currency: 'EUR', prices: [PRICE], entitlements: [] };
  await send(app.api, '/v1/plans', plan);
});
afterAll(() => app.close());

const PRICE = {
  key: 'base',
  name: 'Base',
  pricing: { model: 'flat', amount: '3000' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'year', count: 1 },
};

type Found = { id: string; number: string; lines: { id: string }[] };

/** A yearly fee that was paid by card, and a debit note that raises it by a third, to be charged to another one. */
async function raised(name: string, card: string) {
  const facts = { name, external_id: name, email: `${name}@example.com`, locale: 'de-DE' };
  const customer = String((await send(app.api, '/v1/customers', facts)).id);
  const methods = `/v1/customers/${customer}/payment_methods`;
  await send(app.api, methods, { provider_method_id: 'pm_card_visa' });
  await send(app.api, '/v1/subscriptions', { customer, plan: 'pro', collection: 'automatic' });
  await app.drain();
  const { data } = await must(app.api('GET', `/v1/invoices?customer=${customer}`));
  const id = (data as unknown as Found[])[0]?.id;
  const invoice = (await must(app.api('GET', `/v1/invoices/${id}`))) as unknown as Found;
  await send(app.api, methods, { provider_method_id: card, make_default: true });
  const lines = [{ line: invoice.lines[0]?.id, amount: '1000' }];
  const claim = { lines, reason: 'Zu wenig berechnet.' };
  const note = (await send(app.api, `/v1/invoices/${id}/debit_notes`, claim)) as unknown as Found;
  await app.settle();
  return { customer, invoice, note };
}

async function pageOf(path: string): Promise<string> {
  const file = await fetch(`${app.baseUrl}${path}`, { headers: { authorization: `Bearer ${app.apiKey}` } });
  return textOfPdf(new Uint8Array(await file.arrayBuffer())).join(' ');
}

test('I595 a debit note that cannot be collected, and is credited in part, is called a debit note in every mail about it', async () => {
  const { invoice, note } = await raised('ada', 'pm_card_chargeCustomerFail');
  await must(app.api('POST', '/v1/clock/advance', { body: { to: '2026-05-15T08:00:00Z' } }));
  await app.server.mover.finished(app.tenant.id);
  await app.settle();
  const credit = await send(app.api, `/v1/invoices/${note.id}/credit_notes`, {
    lines: [{ line: note.lines[0]?.id, amount: '400' }],
    reason: 'Doch weniger.',
  });
  await app.drain();
  const mails = (await app.sandbox.mails({ to: 'ada@example.com', limit: 50 })).data.toReversed();
  const about: string[] = [];
  for (const { id: mailId, subject } of mails) {
    const { text } = await app.sandbox.mail(mailId);
    if (text?.includes(note.number)) about.push(`${subject}\n${text}`);
  }
  expect(about.map((text) => text.split(/ INV| über| von/)[0])).toEqual([
    'Belastungsanzeige',
    ...Array.from({ length: 5 }, () => 'Zahlung'),
    'Gutschrift',
  ]);
  // The invoice that it raises is named once, in the mail that tells of it.
  const [told, ...later] = about;
  expect(told).toContain(`Rechnung ${invoice.number}`);
  for (const text of later) {
    expect(text).toContain(`Belastungsanzeige ${note.number}`);
    expect(text).not.toMatch(/\bRechnung\b/);
  }
  const page = await pageOf(`/v1/credit_notes/${credit.id}/pdf`);
  expect(page).toContain('Zu Belastungsanzeige');
  expect(page).not.toContain('Zu Rechnung');
});

test('I595 the receipt of a debit note that was paid calls it so', async () => {
  const { customer, note } = await raised('bob', 'pm_card_mastercard');
  const { data } = await must(app.api('GET', `/v1/payments?customer=${customer}`));
  const payments = data as unknown as { id: string; invoice: string }[];
  const receiptOf = (isAsked: (invoice: string) => boolean) =>
    pageOf(`/v1/payments/${payments.find(({ invoice }) => isAsked(invoice))?.id}/receipt`);
  const page = await receiptOf((invoice) => invoice === note.id);
  expect(page).toContain(`Zahlung der Belastungsanzeige ${note.number}`);
  expect(page).not.toContain('Zahlung der Rechnung');
  expect(await receiptOf((invoice) => invoice !== note.id)).toContain('Zahlung der Rechnung');
});
