import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** What staff does with usage that is wrong or waits. */
describe.runIf(hasBrowser)('usage put right in a real browser', () => {
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

  test('what a customer used opens on the meter with most events, though another comes first by name', async () => {
    const found = (await must(seller.api('GET', '/v1/customers?q=brandt'))).data as unknown as {
      id: string;
    }[];
    await page.goto(`${seller.app.baseUrl}/admin/customers/${found[0]?.id}?tenant=care&tab=usage`);
    await page.getByRole('combobox', { name: 'Meter' }).filter({ hasText: 'Kilobytes' }).waitFor();
    await page.getByRole('combobox', { name: 'Meter' }).click();
    await expect.poll(() => page.getByRole('option').first().textContent()).toContain('API calls');
    await page.keyboard.press('Escape');
  });

  test('I147 an event is amended and voided after its effect on every invoice was shown', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/usage?tenant=care`);
    await page.getByRole('row', { name: /Brandt KG probe/ }).click();
    await sheet().getByText('Brandt KG').waitFor();
    await sheet().getByText('Amend', { exact: true }).click();
    const time = await sheet().getByLabel('Time').inputValue();
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d/);
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
    await expect.poll(() => page.getByRole('row', { name: /voided/ }).count()).toBe(1);
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
    const customer = sheet().getByRole('combobox', { name: 'Count for' });
    await customer.fill('nobody at all');
    await page.getByText('Nobody is called so.').waitFor();
    await customer.fill('Bra');
    await page.getByRole('option', { name: /Brandt KG/ }).waitFor();
    await keepPicture(page, 'quarantine-search');
    await keepVariant(page, 'quarantine-search-dark', { dark: true });
    await page.getByRole('option', { name: /Brandt KG/ }).click();
    await sheet().getByRole('combobox', { name: 'Count by meter' }).click();
    await page.getByRole('option', { name: /Kilobytes/ }).click();
    await sheet().getByRole('button', { name: 'Count 2 events' }).click();
    await page.getByText('Nothing waits.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('I147 usage is filled in after every fault and every invoice that it changes was shown', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/usage?tenant=care`);
    await page.getByRole('button', { name: 'Fill usage in' }).click();
    const now = Date.parse(String((await must(seller.api('GET', '/v1/clock'))).now));
    const at = (ms: number) => new Date(now + ms).toISOString();
    // A field of day and time shows the clock on the wall of the seller.
    const wall = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/Berlin',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    const onWall = (ms: number) => {
      const below = String((((now + ms) % 1000) + 1000) % 1000).padStart(3, '0');
      return `${wall.format(now + ms).replace(' ', 'T')}.${below}`;
    };
    const line = (id: string, n: number) =>
      JSON.stringify({
        specversion: '1.0',
        id,
        source: 'books',
        type: 'kb',
        subject: 'brandt',
        time: at(0),
        data: { n },
      });
    await sheet().getByRole('combobox', { name: 'Customer' }).fill('brandt');
    await page.getByRole('option', { name: /Brandt KG/ }).click();
    await sheet().getByRole('combobox', { name: 'Event type' }).click();
    await page.getByRole('option', { name: 'kb' }).click();
    await sheet().getByLabel('From', { exact: true }).fill(onWall(-1));
    await sheet().getByLabel('Up to', { exact: true }).fill(onWall(0));
    await sheet()
      .getByRole('textbox', { name: 'Events' })
      .fill(`${line('book-1', 40)}\n{`);
    await sheet().getByText('Line 2 is no JSON object yet.').waitFor();
    await sheet()
      .getByRole('textbox', { name: 'Events' })
      .fill(`${line('book-1', 40)}\n${line('book-2', 2)}`);
    await sheet().getByLabel('Reason').fill('The probe was away.');
    await sheet().getByText('The time lies outside the stretch.').first().waitFor();
    await sheet().getByLabel('Up to', { exact: true }).fill(onWall(1));
    await sheet().getByText('2 events are added.').waitFor();
    await sheet().getByRole('button', { name: 'Add the events' }).scrollIntoViewIfNeeded();
    await keepPicture(page, 'usage-backfill');
    await keepVariant(page, 'usage-backfill-dark', { dark: true });
    await keepVariant(page, 'usage-backfill-phone', { width: 320 });
    await sheet().getByRole('button', { name: 'Add the events' }).click();
    await sheet().waitFor({ state: 'detached' });
    expect(await must(seller.api('GET', '/v1/event?source=books&id=book-2'))).toMatchObject({
      readings: [{ quantity: '2' }],
    });
    // The browser says of each refused preview that it was refused.
    expect(complaints.splice(0).every((text) => /422/.test(text))).toBe(true);
  });

  test('I230 a meter is told what becomes of its late usage, and the invoice says how much came late', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/usage?tenant=care&tab=meters`);
    await page.getByRole('row', { name: /Kilobytes/ }).click();
    await sheet().getByRole('combobox', { name: 'Usage that comes after its bill' }).click();
    await page.getByRole('option', { name: 'Counts on the next invoice' }).click();
    await keepPicture(page, 'meter-late');
    await keepVariant(page, 'meter-late-dark', { dark: true });
    await sheet().getByRole('button', { name: 'Save meter' }).click();
    await sheet().waitFor({ state: 'detached' });
    const began = Date.parse(String((await must(seller.api('GET', '/v1/clock'))).now));
    const move = async (days: number) => {
      await send(seller.api, '/v1/clock/advance', { to: new Date(began + days * 86_400_000).toISOString() });
      const moving = async () => (await must(seller.api('GET', '/v1/clock'))).moving;
      await expect.poll(moving, { timeout: 60_000 }).toBeNull();
    };
    await move(32);
    const late = { specversion: '1.0', id: 'late', source: 'probe', type: 'kb', subject: 'brandt' };
    const { counts } = await send(seller.api, '/v1/events', [
      { ...late, time: new Date(began + 86_400_000).toISOString(), data: { n: 9 } },
    ]);
    expect(counts).toMatchObject({ accepted: 1 });
    await move(63);
    const { data } = await must(seller.api('GET', '/v1/invoices'));
    const [last] = data as unknown as { id: string }[];
    await page.goto(`${seller.app.baseUrl}/admin/invoices/${last?.id}?tenant=care`);
    await page.locator('button[aria-expanded]', { hasText: 'Traffic' }).click();
    await page.getByText('of which 1 came after an earlier bill').waitFor();
    await keepPicture(page, 'invoice-late');
    await keepVariant(page, 'invoice-late-dark', { dark: true });
    expect(complaints).toEqual([]);
  });
});
