import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** What staff does with usage that is wrong or waits. */
describe.runIf(hasBrowser)('usage put right in a real browser', { timeout: 60_000 }, () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'care');
    const { api, app } = seller;
    const cadence = { interval: 'month', count: 1 };
    const meter = { key: 'kb', name: 'Kilobytes', event_type: 'kb', aggregation: 'sum', value_property: 'n' };
    await send(api, '/v1/meters', meter);
    const price = {
      key: 'traffic',
      name: 'Traffic',
      pricing: { model: 'per_unit', unit_amount: '0.1', per: '1' },
      quantity: { kind: 'meter', meter: 'kb' },
      timing: 'in_arrears',
      cadence,
    };
    const plan = { key: 'by-use', name: 'By use', currency: 'EUR', entitlements: [], prices: [price] };
    await send(api, '/v1/plans', plan);
    await send(api, '/v1/customers', { name: 'Brandt KG', external_id: 'brandt', currency: 'EUR' });
    await send(api, '/v1/subscriptions', { customer: 'brandt', plan: 'by-use', collection: 'manual' });
    const time = String((await must(api('GET', '/v1/clock'))).now);
    const event = (id: string, patch: object = {}) => ({
      specversion: '1.0',
      id,
      source: 'probe',
      type: 'kb',
      subject: 'brandt',
      time,
      data: { n: 250 },
      ...patch,
    });
    await send(api, '/v1/events', [
      event('one'),
      event('one', { data: { n: 999 } }),
      event('two', { subject: 'brand' }),
      event('three', { subject: 'brand' }),
    ]);
    ({ page, complaints } = await openPage(browser));
    const data = { email: app.owner.email, password: app.owner.password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  const sheet = () => page.getByRole('dialog');

  test('I147 an event is amended and voided after its effect on every invoice was shown', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/usage?tenant=care`);
    await page.getByRole('row', { name: /probe/ }).click();
    await sheet().getByText('Brandt KG').waitFor();
    await sheet().getByText('Amend', { exact: true }).click();
    await sheet().getByRole('textbox', { name: 'Data' }).fill('{ "n": 100 }');
    await sheet().getByLabel('Reason').fill('The probe counted twice.');
    await sheet().getByText('250 → 100').waitFor();
    await sheet().getByRole('button', { name: 'Amend the event' }).scrollIntoViewIfNeeded();
    await keepPicture(page, 'usage-correction');
    await keepVariant(page, 'usage-correction-dark', { dark: true });
    await sheet().getByRole('button', { name: 'Amend the event' }).click();
    await sheet().waitFor({ state: 'detached' });
    const read = () => must(seller.api('GET', '/v1/event?source=probe&id=one'));
    expect(await read()).toMatchObject({ revision: 2, readings: [{ quantity: '100' }] });
    await page.getByRole('row', { name: /probe/ }).first().click();
    await sheet().getByText('The probe counted twice.').waitFor();
    await sheet().getByText('Void', { exact: true }).click();
    await sheet().getByLabel('Reason').fill('A test run.');
    await sheet().getByText('100 → 0').waitFor();
    await sheet().getByRole('button', { name: 'Void the event' }).click();
    await sheet().waitFor({ state: 'detached' });
    expect(await read()).toMatchObject({ status: 'voided' });
    expect(await page.getByRole('row', { name: /voided/ }).count()).toBe(1);
  });

  test('I33 quarantine shows both contents of one id, and many events are decided about at once', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/usage?tenant=care&tab=quarantine`);
    await page.getByRole('row', { name: /Same id, other content/ }).click();
    await sheet().getByText('Counts under this id').waitFor();
    await keepPicture(page, 'quarantine');
    await keepVariant(page, 'quarantine-dark', { dark: true });
    await sheet().getByLabel('Reason').fill('The first one is right.');
    await sheet().getByRole('button', { name: 'Discard event' }).click();
    await sheet().waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /Same id/ }).waitFor({ state: 'detached' });
    await page.getByRole('checkbox', { name: /all/i }).check();
    await page.getByRole('button', { name: 'Decide' }).click();
    await sheet().getByRole('button', { name: 'Count 2 events' }).click();
    await sheet().getByText('2 events still wait.').waitFor();
    await sheet().getByLabel('Count for').fill('brandt');
    await sheet().getByRole('button', { name: 'Count 2 events' }).click();
    await page.getByText('Nothing waits.').waitFor();
    expect(complaints).toEqual([]);
  });
});
