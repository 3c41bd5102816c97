import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  acceptCertificate,
  type CertificateTerms,
  giveCertificate,
  refuseCertificate,
  withdrawCertificate,
} from '../modules/customers/certificates/api.ts';
import { frozenText } from '../modules/invoicing/api.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../testing/billing.ts';
import type { Caller } from '../testing/caller.ts';
import { must, send, signUpMember } from '../testing/scenario.ts';
import { certificateNoticesSource } from './certificate-notices.ts';

const TEXAS = { country: 'US', address: { region: 'TX', postal_code: '78701', city: 'Austin' } };
const RESALE: CertificateTerms = {
  reason: 'resale',
  number: '32-1234567',
  country: 'US',
  regions: ['TX'],
  from: '2026-01-01',
  to: '2026-04-15',
};
const RULES = {
  country: 'DE',
  registrations: [{ scheme: 'local', country: 'DE', from: '2020-01-01', to: null }],
  supply: 'electronic_service',
  verification: 'registry_confirmed',
  consumers: 'destination',
  unknownCountry: 'origin',
  registry: { validDays: 30, whenDown: 'trust', trustDays: 7 },
  evidence: 'none',
  lineRates: [{ taxCode: 'book', country: 'DE', rate: '0.07' }],
};

describe('tax', () => {
  let world: BillingWorld;
  afterEach(() => world.close());

  async function open(settings: Record<string, unknown>) {
    world = await createBillingWorld('2026-03-01T00:00:00Z', settings);
    return addPlan(world, {
      key: 'pro',
      prices: [flatPrice('10000'), flatPrice('2000', { key: 'book', name: 'Book', tax_code: 'book' })],
    });
  }
  const accepted = (owner: string, terms: CertificateTerms) =>
    world.command(async (ctx) => {
      const { id } = await giveCertificate(ctx, owner, terms, null);
      return acceptCertificate(ctx, id, {});
    });
  const taxes = async (owner: string) => (await world.invoices(owner)).map(({ taxMinor }) => taxMinor);
  const frozen = async (owner: string, at: number) => {
    const id = (await world.invoices(owner))[at]?.id ?? '';
    return JSON.parse((await world.query((ctx) => frozenText(ctx, id))) ?? '{}');
  };

  test('I495 at issue the certificate of that day counts and is frozen; once it has run out tax is charged', async () => {
    const plan = await open({ taxRates: { US: { name: 'Sales tax', rate: '0.08' } } });
    const shop = await addCustomer(world, { name: 'Shop', ...TEXAS });
    const other = await addCustomer(world, { name: 'Other', country: 'US', address: { region: 'CA' } });
    const { id } = await accepted(shop.id, RESALE);
    await accepted(other.id, RESALE);
    for (const one of [shop, other]) await subscribe(world, one.id, plan);
    await world.bill();
    expect(await taxes(shop.id)).toEqual([0n]);
    expect(await taxes(other.id)).toEqual([960n]);
    const first = await frozen(shop.id, 0);
    expect(first.buyer.tax_certificate).toEqual({
      id,
      reason: 'resale',
      number: '32-1234567',
      country: 'US',
      regions: ['TX'],
      valid_from: '2026-01-01',
      valid_to: '2026-04-15',
    });
    expect(first.taxes).toMatchObject([
      { category: 'E', percent: '0', exemption: { text: 'Exempt from tax (32-1234567).' } },
    ]);
    expect((await frozen(other.id, 0)).buyer.tax_certificate).toBeUndefined();
    await world.billUntil('2026-05-02T00:00:00Z');
    expect(await taxes(shop.id)).toEqual([0n, 0n, 960n]);
    expect((await frozen(shop.id, 2)).buyer.tax_certificate).toBeUndefined();
  });

  test('I495 by rules of tax it frees of every rate, also those of tax codes, and stands on the e-invoice by its code', async () => {
    const plan = await open({ taxRules: RULES });
    const embassy = await addCustomer(world, { name: 'Embassy', country: 'DE' });
    await accepted(embassy.id, { ...RESALE, reason: 'diplomatic', country: 'DE', regions: [], number: null });
    await subscribe(world, embassy.id, plan);
    await world.bill();
    expect(await taxes(embassy.id)).toEqual([0n]);
    const { taxes: rows, buyer } = await frozen(embassy.id, 0);
    expect(rows).toMatchObject([{ category: 'E', exemption: { code: 'VATEX-EU-151-1A' } }]);
    expect(buyer.tax).toMatchObject({ ground: 'exempt_customer' });
    await world.billUntil('2026-05-02T00:00:00Z');
    expect(await taxes(embassy.id)).toEqual([0n, 0n, 2040n]);
  });

  test('I496 what waits, was refused or withdrawn frees of nothing, and nothing is decided twice', async () => {
    const plan = await open({ taxRates: { US: { name: 'Sales tax', rate: '0.08' } } });
    const shop = await addCustomer(world, { name: 'Shop', ...TEXAS });
    const give = () => world.command((ctx) => giveCertificate(ctx, shop.id, { ...RESALE, to: null }, null));
    const refused = await give();
    await world.command((ctx) => refuseCertificate(ctx, refused.id, 'Another company.'));
    const kept = await give();
    await subscribe(world, shop.id, plan);
    await world.bill();
    await world.command((ctx) => acceptCertificate(ctx, kept.id, { number: '32-7' }));
    await world.billUntil('2026-04-02T00:00:00Z');
    await world.command((ctx) => withdrawCertificate(ctx, kept.id, 'Revoked.'));
    await world.billUntil('2026-05-02T00:00:00Z');
    expect(await taxes(shop.id)).toEqual([960n, 0n, 960n]);
    // What was invoiced stays as it is.
    expect((await frozen(shop.id, 1)).buyer.tax_certificate.number).toBe('32-7');
    for (const [id, act] of [
      [refused.id, 'accept'],
      [kept.id, 'accept'],
      [kept.id, 'refuse'],
      [refused.id, 'withdraw'],
    ] as const) {
      const tried = world.command((ctx) =>
        act === 'accept'
          ? acceptCertificate(ctx, id, {})
          : act === 'refuse'
            ? refuseCertificate(ctx, id, 'No.')
            : withdrawCertificate(ctx, id, 'No.'),
      );
      await expect(tried).rejects.toMatchObject({ code: 'tax_certificate.decided' });
    }
    const crooked = world.command((ctx) =>
      giveCertificate(ctx, shop.id, { ...RESALE, country: 'ZZ', from: '2026-02-30', to: '2026-01-01' }, null),
    );
    await expect(crooked).rejects.toMatchObject({ code: 'request.invalid', faults: [{}, {}, {}] });
  });

  test('I497 one that runs out is told of 30 and 7 days before and at its end, unless another goes on', async () => {
    await open({});
    const shop = await addCustomer(world, { name: 'Shop', ...TEXAS });
    const safe = await addCustomer(world, { name: 'Safe', ...TEXAS });
    await accepted(shop.id, RESALE);
    await accepted(safe.id, RESALE);
    await accepted(safe.id, { ...RESALE, from: '2026-04-16', to: null });
    const source = certificateNoticesSource({ transactor: world.transactor });
    const told: unknown[] = [];
    for (;;) {
      const at = await world.query((ctx) => source.nextDueAt(ctx));
      if (at === null) break;
      await world.setNow(new Date(at).toISOString());
      expect(await source.run(world.tenantId, 100)).toBe(2);
      expect(await source.run(world.tenantId, 100)).toBe(0);
      told.push(new Date(at).toISOString().slice(0, 10));
    }
    expect(told).toEqual(['2026-03-16', '2026-04-08', '2026-04-16']);
    const news = await world.admin(
      `select type, customer_id from outbox where type like 'tax_certificate.expir%' order by occurred_at`,
    );
    expect(news).toEqual(
      ['expiring', 'expiring', 'expired'].map((what) => ({
        type: `tax_certificate.${what}`,
        customer_id: shop.id,
      })),
    );
  });
});

describe('through the doors', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ clockAt: '2026-03-02T09:00:00Z' });
  });
  afterAll(() => app.close());

  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const GIVEN = {
    reason: 'resale',
    number: '32-1234567',
    country: 'US',
    regions: ['TX'],
    valid_from: '2026-01-01',
    valid_to: '2026-04-15',
  };

  async function upload(member: Caller, path: string): Promise<string> {
    const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="paper.png"\r\n';
    const text = `${head}content-type: image/png\r\n\r\n`;
    const answer = await member('POST', path, {
      raw: Buffer.concat([Buffer.from(text), PNG, Buffer.from('\r\n--b--\r\n')]),
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    expect(answer.status).toBe(201);
    return String(answer.body.id);
  }
  async function mailsTo(address: string): Promise<string[]> {
    await app.settle();
    const answer = await must(app.api('GET', `/v1/mailbox?to=${encodeURIComponent(address)}&limit=100`));
    return (answer.data as unknown as { subject: string }[]).map(({ subject }) => subject);
  }

  test.each([
    [
      'de',
      'Ihre Bescheinigung 32-1234567 (US) wurde angenommen',
      'Ihre Bescheinigung 32-1234567 (US) gilt nicht mehr',
    ],
    [
      'fr',
      'Votre attestation 32-1234567 (US) a été acceptée',
      'Votre attestation 32-1234567 (US) ne vaut plus',
    ],
    [
      'en',
      'Your certificate 32-1234567 (US) was accepted',
      'Your certificate 32-1234567 (US) does not count any more',
    ],
  ])(
    'I351 a customer whose language is %s is told of its certificate in it',
    async (locale, accepted, withdrawn) => {
      const email = `${locale}@shop.example`;
      const made = await send(app.api, '/v1/customers', { name: locale, email, locale, country: 'US' });
      const given = await send(app.api, `/v1/customers/${String(made.id)}/tax_certificates`, GIVEN);
      const path = `/v1/tax_certificates/${String(given.id)}`;
      await send(app.api, `${path}/accept`, {});
      await send(app.api, `${path}/withdraw`, { why: 'It was for another firm.' });
      expect((await mailsTo(email)).toReversed()).toEqual([accepted, withdrawn]);
    },
  );

  test('I498 a customer gives a paper, staff check it, both are told, and the file of an accepted one stays', async () => {
    const { slug } = app.tenant;
    const portal = `/p/${slug}/api/v1`;
    const member = await signUpMember(app, slug, 'nora@shop.example');
    const made = await send(member, `${portal}/customers`, {
      name: 'Nora LLC',
      country: 'US',
      time_zone: 'America/Chicago',
    });
    const customer = String(made.id);
    await must(app.api('PATCH', `/v1/customers/${customer}`, { body: { email: 'nora@shop.example' } }));
    const file = await upload(member, `${portal}/tax/certificate_files`);
    const given = await send(member, `${portal}/tax/certificates`, { ...GIVEN, file });
    expect(given).toMatchObject({ state: 'to_check', given_by: null, file: { id: file, name: 'paper.png' } });
    const other = await send(app.api, '/v1/customers', { name: 'Other' });
    const stolen = await app.api('POST', `/v1/customers/${String(other.id)}/tax_certificates`, {
      body: { ...GIVEN, file },
    });
    expect([stolen.status, stolen.body.code]).toEqual([404, 'file.not_found']);
    const cases = async () =>
      ((await must(app.api('GET', '/v1/cases?open=true'))).data as unknown as { kind: string }[]).filter(
        ({ kind }) => kind === 'tax.certificate_to_check',
      );
    expect(await cases()).toHaveLength(1);
    expect(await mailsTo(app.owner.email)).toEqual(['A certificate of exemption is to be checked']);
    const path = `/v1/tax_certificates/${String(given.id)}`;
    const done = await send(app.api, `${path}/accept`, { valid_to: '2026-04-30' });
    expect(done).toMatchObject({ state: 'valid', valid_to: '2026-04-30', decided_by: 'API' });
    expect(await cases()).toEqual([]);
    const removed = await app.api('DELETE', `/v1/files/${file}`);
    expect([removed.status, removed.body.code]).toEqual([409, 'file.in_use']);
    await send(app.api, '/v1/clock/advance', { to: '2026-05-01T12:00:00Z' });
    await app.server.mover.finished(app.tenant.id);
    expect((await mailsTo('nora@shop.example')).toReversed().slice(1)).toEqual([
      'Your certificate 32-1234567 (US) was accepted',
      'Your certificate 32-1234567 (US) runs out on Thu 30 Apr 2026',
      'Your certificate 32-1234567 (US) runs out on Thu 30 Apr 2026',
      'Your certificate 32-1234567 (US) has run out',
    ]);
    expect((await mailsTo(app.owner.email)).slice(0, 3)).toEqual([
      'A certificate of exemption has run out',
      'A certificate of exemption runs out soon',
      'A certificate of exemption runs out soon',
    ]);
    const list = await must(member('GET', `${portal}/tax/certificates`));
    expect(list.data).toMatchObject([{ state: 'expired' }]);
    for (let one = 0; one < 20; one += 1) await send(member, `${portal}/tax/certificates`, GIVEN);
    const crowded = await member('POST', `${portal}/tax/certificates`, { body: GIVEN });
    expect([crowded.status, crowded.body.code]).toEqual([409, 'tax_certificate.too_many']);
    const nothing = await app.api('POST', `/v1/tax_certificates/${String(made.id)}/accept`, { body: {} });
    expect([nothing.status, nothing.body.code]).toEqual([404, 'tax_certificate.not_found']);
    // The paper proves why no tax was charged, so it outlives the file service's own deletion.
    expect(await must(app.api('GET', `/v1/files/${file}`))).toMatchObject({ purpose: 'tax_certificate' });
  });
});
