import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { payOnPage } from '../testing/payments.ts';
import { must, send } from '../testing/scenario.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
});
afterAll(() => app.close());

type Asked = { id: string; pay_url: string; customer: string };

/** Somebody who is asked for 90.00 EUR, and the last part of the address to pay at. */
async function ask(key: string, more: object = {}) {
  await send(app.api, '/v1/customers', {
    name: key,
    external_id: key,
    email: `${key}@example.com`,
    country: 'DE',
    ...more,
  });
  const body = { customer: key, currency: 'EUR', amount: '9000', description: 'Two terminals' };
  const asked = (await send(app.api, '/v1/payment_requests', body)) as unknown as Asked;
  const token = new URL(asked.pay_url).pathname.split('/').at(-1) ?? '';
  return { ...asked, token, at: `/p/${app.tenant.slug}/api/v1/asked_payments/${token}` };
}

const inboxOf = async (to: string) => (await app.sandbox.mails({ to, limit: 10 })).data;

test('I400 whoever has the address of a request pays it without an account, and nobody else finds it', async () => {
  const asked = await ask('ada');
  expect(await must(app.anybody('GET', asked.at))).toMatchObject({
    status: 'open',
    amount: '9000',
    description: 'Two terminals',
    is_under_way: false,
  });
  // One letter of the proof, the id of another request, the id alone: each is unknown.
  const other = await ask('bob');
  const [, proof = ''] = asked.token.split('.');
  const forged = [
    `${asked.id}.${proof.startsWith('A') ? 'B' : 'A'}${proof.slice(1)}`,
    `${other.id}.${proof}`,
    asked.id,
    'x',
  ];
  for (const token of forged) {
    const at = asked.at.replace(asked.token, token);
    for (const [method, path] of [
      ['GET', at],
      ['POST', `${at}/pay`],
    ] as const)
      expect((await app.anybody(method, path)).body.code).toBe('payment_request.not_found');
  }
  const page = await must(app.anybody('POST', `${asked.at}/pay`));
  // Asked again, it is the same page: nobody pays twice.
  expect((await must(app.anybody('POST', `${asked.at}/pay`))).url).toBe(page.url);
  const paid = await payOnPage(String(page.url), '4242424242424242');
  expect(paid.location).toBe(`${asked.pay_url}?back=paid`);
  await app.settle();
  expect(await must(app.anybody('GET', asked.at))).toMatchObject({ status: 'paid' });
  expect((await app.anybody('POST', `${asked.at}/pay`)).body.code).toBe('payment_request.not_open');
  expect((await must(app.api('GET', '/v1/payment_requests?status=paid'))).data).toMatchObject([
    { id: asked.id, pay_url: null },
  ]);
});

test('I400 the card of whoever pays what was asked for is not kept, and pays nothing else', async () => {
  const asked = await ask('benefactor');
  const page = await must(app.anybody('POST', `${asked.at}/pay`));
  await payOnPage(String(page.url), '4242424242424242');
  await app.settle();
  expect(await must(app.anybody('GET', asked.at))).toMatchObject({ status: 'paid' });
  const methods = await must(app.api('GET', `/v1/customers/${asked.customer}/payment_methods`));
  expect(methods.data).toEqual([]);
});

test('an address of one seller opens nothing at another', async () => {
  const asked = await ask('cleo');
  await must(
    (await app.signIn(app.owner.email, app.owner.password))('POST', '/v1/tenants', {
      body: { name: 'Other', slug: 'other-shop', kind: 'sandbox', currency: 'EUR', time_zone: 'UTC' },
    }),
  );
  const elsewhere = asked.at.replace(`/p/${app.tenant.slug}/`, '/p/other-shop/');
  expect((await app.anybody('GET', elsewhere)).body.code).toBe('payment_request.not_found');
});

test('the customer gets one mail with the address, in their language, unless the seller sends it', async () => {
  const asked = await ask('dora', { locale: 'de-DE' });
  await app.settle();
  await expect.poll(async () => (await inboxOf('dora@example.com')).length, { timeout: 20_000 }).toBe(1);
  const [mail] = await inboxOf('dora@example.com');
  const { text, subject } = await app.sandbox.mail(mail?.id ?? '');
  expect(text).toContain(asked.pay_url);
  expect(subject).toMatch(/bittet um 90,00 EUR: Two terminals/);
  const body = { customer: 'dora', currency: 'EUR', amount: '100', description: 'Quiet', send_mail: false };
  await send(app.api, '/v1/payment_requests', body);
  await app.settle();
  // A fact that comes after it has its mail, so the quiet one would have had it too.
  await send(app.api, '/v1/payment_requests', { ...body, description: 'Loud', send_mail: true });
  await app.settle();
  await expect.poll(async () => (await inboxOf('dora@example.com')).length, { timeout: 20_000 }).toBe(2);
  const subjects = (await inboxOf('dora@example.com')).map((one) => one.subject);
  expect(subjects.filter((one) => one?.includes('Quiet'))).toEqual([]);
});
