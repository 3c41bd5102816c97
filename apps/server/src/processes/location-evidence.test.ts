import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../platform/config.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must, send, signUpMember } from '../testing/scenario.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    environment: () => ({ TRUSTED_PROXIES: '1', COUNTRY_HEADER: 'CF-IPCountry' }),
  });
});
afterAll(() => app.close());

const RULES = {
  country: 'DE',
  registrations: [
    { scheme: 'local', country: 'DE', from: '2020-01-01', to: null },
    { scheme: 'oss', country: 'DE', from: '2021-07-01', to: null },
  ],
  supply: 'electronic_service',
  verification: 'registry_confirmed',
  consumers: 'destination',
  unknown_country: 'origin',
  registry: { valid_days: 30, when_down: 'charge', trust_days: 0 },
  evidence: 'two',
  line_rates: [],
};

test('I503 the country of a customer’s own visit, as a trusted proxy names it, is evidence; that of a seller’s server never', async () => {
  const { slug } = app.tenant;
  await must(app.api('PATCH', '/v1/tenant', { body: { settings: { tax_rules: RULES } } }));
  const member = await signUpMember(app, slug, 'ada@person.example');
  const made = await send(member, `/p/${slug}/api/v1/customers`, {
    name: 'Ada',
    country: 'AT',
    time_zone: 'Europe/Vienna',
  });
  const path = `/v1/customers/${String(made.id)}`;
  const pages = { success_url: `${app.baseUrl}/ok`, cancel_url: `${app.baseUrl}/no` };
  const headers = { 'cf-ipcountry': 'AT', 'x-forwarded-for': '192.0.2.7' };
  await must(app.api('GET', `${path}/tax`, { headers: { 'cf-ipcountry': 'FR' } }));
  await send(member, `/p/${slug}/api/v1/payment_methods/checkout`, pages, { headers });
  expect((await must(app.api('GET', `${path}/location_evidence`))).pieces).toMatchObject([
    { kind: 'ip_address', country: 'AT', detail: '192.0.2.7', source: 'visit', replaced_at: null },
  ]);
  expect((await must(app.api('GET', `${path}/tax`))).evidence).toMatchObject({ state: 'agrees' });
});

test('I503 without a trusted proxy nobody’s header is believed: the server does not start so', () => {
  expect(() => readConfig({ COUNTRY_HEADER: 'cf-ipcountry' }, [])).toThrow(/TRUSTED_PROXIES/);
});
