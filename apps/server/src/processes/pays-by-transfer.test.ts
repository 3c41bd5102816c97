import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, type DunningApp, dunningStep, startDunningApp } from '../testing/dunning.ts';

let world: DunningApp;

beforeAll(async () => {
  world = await startDunningApp();
  const account = { holder: 'Acme GmbH', iban: 'DE89370400440532013000', currency: 'EUR' };
  await world.post('/v1/bank_accounts', account);
  const remind = (key: string, day: number) => dunningStep(key, day, 'mail', { mail: 'reminder' });
  const definition = {
    steps: [remind('soon', -3), remind('late', 3), dunningStep('end', 30, 'stop')],
    hours: null,
    paydays: null,
    failure_mail: 'none',
  };
  const made = await world.post('/v1/dunning/campaigns', {
    name: 'Terms',
    kind: 'terms',
    rank: 1,
    definition,
  });
  await world.post(`/v1/dunning/campaigns/${made.id}/publish`);
});
afterAll(() => world.app.close());

type Invoice = { id: string; status: string; number: string; amount_due: string };

async function customerWithCard(key: string, more: object): Promise<string> {
  const facts = { name: key, external_id: key, email: `${key}@example.com`, country: 'DE', ...more };
  const { id } = await world.post('/v1/customers', facts);
  await world.post(`/v1/customers/${id}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  return String(id);
}

const start = async (customer: string) => {
  await world.post('/v1/subscriptions', { customer, plan: 'pro', quantity: 1, collection: 'automatic' });
  await world.settle();
};
const rows = async <T>(path: string) => (await world.get(path)).data as unknown as T[];

test('I405 who pays by transfer is never charged by itself, whatever stands on file; the invoice says where to pay, and its terms are what reminds', async () => {
  const ada = await customerWithCard('ada', { pays_by_transfer: true });
  await start(ada);
  const [invoice] = await rows<Invoice>(`/v1/invoices?customer=${ada}`);
  expect(invoice).toMatchObject({ status: 'open' });
  expect(await rows(`/v1/payments?customer=${ada}`)).toEqual([]);
  const details = await world.get(`/v1/invoices/${invoice?.id}/transfer_details`);
  expect(details).toMatchObject({ iban: 'DE89370400440532013000', amount: '2900' });
  expect(String(details.reference)).toMatch(/^RF/);
  const run = await world.runOf(ada);
  expect(run.ahead.map(({ key }) => key)).toEqual(['soon', 'late', 'end']);
  // The invoice is due after fourteen days.
  for (const days of [12, 6]) {
    world.app.passWallTime(days * DAY);
    await world.settle();
  }
  expect((await world.runOf(ada)).past.map(({ key }) => key)).toEqual(['soon', 'late']);
  expect(await rows(`/v1/payments?customer=${ada}`)).toEqual([]);
});

test('I405 it holds from the next invoice on, and ends the same way; a payment that somebody asks for is made', async () => {
  const bob = await customerWithCard('bob', {});
  await start(bob);
  expect(await rows<Invoice>(`/v1/invoices?customer=${bob}`)).toMatchObject([{ status: 'paid' }]);
  expect(await world.must('PATCH', `/v1/customers/${bob}`, { pays_by_transfer: true })).toMatchObject({
    pays_by_transfer: true,
  });
  await start(bob);
  const [second, first] = await rows<Invoice>(`/v1/invoices?customer=${bob}`);
  expect([second?.status, first?.status]).toEqual(['open', 'paid']);
  // Staff who agreed on it with the customer may still collect.
  await world.post(`/v1/invoices/${second?.id}/collect`, {});
  await world.settle();
  expect((await rows<Invoice>(`/v1/invoices?customer=${bob}`)).map(({ status }) => status)).toEqual([
    'paid',
    'paid',
  ]);
  await world.must('PATCH', `/v1/customers/${bob}`, { pays_by_transfer: false });
  await start(bob);
  expect((await rows<Invoice>(`/v1/invoices?customer=${bob}`))[0]).toMatchObject({ status: 'paid' });
});
