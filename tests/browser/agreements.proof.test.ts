import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, changeFee, openBusiness, sharedShop } from './shop.ts';

type Found = {
  id: string;
  number: string;
  total: string;
  billing_day: number | null;
  plan: { version: number };
  schedule: { kind: string; at: string; quantity: number; phase: number | null; plan: { key: string } }[];
};

/** What staff agrees on with customers beyond a plan; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('terms of a start and new versions in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const customers = new Map<string, string>();

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'terms');
    for (const name of ['Rampe AG', 'Alt eins', 'Alt zwei']) {
      const body = { name, country: 'DE', time_zone: 'Europe/Berlin' };
      customers.set(name, String((await send(seller.api, '/v1/customers', body)).id));
    }
    ({ page, complaints } = await openPage(browser));
    const { app } = seller;
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  const sheet = () => page.getByRole('dialog');
  /** A list that is drawn anew while it opens takes no click, so it is asked for until the choice is shown. */
  const choose = (box: Locator, name: string) => {
    const isChosen = async () => (await box.textContent())?.includes(name) === true;
    const tryOnce = async () => {
      if (await isChosen()) return true;
      await box.click();
      const option = page.getByRole('option', { name: new RegExp(`^${name}`) });
      await option.click({ timeout: 3_000 }).catch(() => undefined);
      return isChosen();
    };
    return expect.poll(tryOnce, { timeout: 60_000 }).toBe(true);
  };
  const open = (path: string, filters = '') =>
    page.goto(`${seller.app.baseUrl}/admin${path}?tenant=terms${filters}`);
  const subscriptionOf = async (name: string) => {
    const path = `/v1/subscriptions?customer=${customers.get(name)}`;
    return ((await must(seller.api('GET', path))).data as unknown as Found[])[0];
  };

  test('a start with a billing day and a ramp shows what comes when, and keeps to it', async () => {
    // The days of this test are on the calendar of the business.
    await must(seller.api('POST', '/v1/clock/advance', { body: { to: '2027-01-10T09:00:00Z' } }));
    await expect.poll(async () => (await must(seller.api('GET', '/v1/clock'))).moving).toBeNull();
    await open(`/customers/${customers.get('Rampe AG')}`);
    await page.getByRole('button', { name: 'Start subscription' }).first().click();
    await sheet().getByRole('combobox', { name: 'Plan' }).click();
    await page.getByRole('option', { name: /^Starter/ }).click();
    await sheet().getByText('Billing day, end, phases').click();
    await sheet().getByRole('combobox', { name: 'Billing day' }).click();
    await page.getByRole('option', { name: 'Day 15 of the month', exact: true }).click();
    await sheet().getByRole('button', { name: 'Add a phase' }).click();
    await expect.poll(() => sheet().getByLabel('Phase 1: from').inputValue()).toBe('2027-02-10');
    await sheet().getByRole('group', { name: 'Phases' }).getByLabel('Seats').fill('5');
    await sheet().getByRole('button', { name: 'Add a phase' }).click();
    await sheet().getByLabel('Phase 2: from').fill('2027-06-01');
    await choose(
      sheet().getByRole('group', { name: 'Phases' }).getByRole('combobox', { name: 'Plan' }).last(),
      'Enterprise',
    );
    await sheet().getByText('Phase 2 changes to Enterprise, 5 seats').waitFor();
    await keepPicture(page, 'admin-phases');
    await atRest(page);
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      .include('[role=dialog]')
      .analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await keepVariant(page, 'admin-phases-dark-phone', { dark: true, width: 390 });
    await sheet()
      .getByRole('radio', { name: /^By invoice/ })
      .click();
    await sheet()
      .getByRole('button', { name: /^Start subscription, .* due today$/ })
      .click();
    await sheet().waitFor({ state: 'detached' });
    await page.getByText('Phase 1 changes to Starter, 5 seats').first().waitFor();
    const made = await subscriptionOf('Rampe AG');
    expect(made?.billing_day).toBe(15);
    expect(made?.schedule.map(({ at, quantity, phase, plan }) => [at, quantity, phase, plan.key])).toEqual([
      ['2027-02-09T23:00:00.000Z', 5, 1, 'starter'],
      ['2027-05-31T22:00:00.000Z', 5, 2, 'enterprise'],
    ]);
    // Five days up to the 15th, of the month that ends there.
    const invoices = await must(seller.api('GET', `/v1/invoices?customer=${customers.get('Rampe AG')}`));
    expect(Number((invoices.data as unknown as Found[])[0]?.total)).toBeLessThan(3451 / 4);
  });

  test('customers of an old version are moved after it is shown who pays what', async () => {
    for (const name of ['Alt eins', 'Alt zwei']) {
      const body = { customer: customers.get(name), plan: 'professional', collection: 'manual' };
      await send(seller.api, '/v1/subscriptions', body);
    }
    await changeFee(seller, 'professional', '6400');
    const plans = (await must(seller.api('GET', '/v1/plans'))).data as unknown as {
      id: string;
      key: string;
    }[];
    await open(`/plans/${plans.find(({ key }) => key === 'professional')?.id}`);
    await page.getByRole('button', { name: 'Move customers' }).click();
    const row = sheet().getByRole('row').filter({ hasText: 'Alt eins' });
    await row.getByText('59.00').waitFor();
    await row.getByText('64.00').waitFor();
    await keepPicture(page, 'admin-migration');
    await keepVariant(page, 'admin-migration-dark', { dark: true });
    await keepVariant(page, 'admin-migration-phone', { width: 390 });
    await sheet()
      .getByRole('radio', { name: /^Never/ })
      .click();
    await row.getByText('the same').waitFor();
    await sheet()
      .getByRole('radio', { name: /^At renewal/ })
      .click();
    await sheet().getByRole('button', { name: 'Move them at renewal' }).click();
    await sheet().getByRole('status').waitFor();
    await keepPicture(page, 'admin-migrated');
    await sheet().getByRole('button', { name: 'Done' }).click();
    const planned = await subscriptionOf('Alt zwei');
    expect(planned?.plan.version).toBe(1);
    expect(planned?.schedule).toHaveLength(1);
    await page.getByRole('button', { name: 'Move customers' }).click();
    await sheet().getByRole('radio', { name: /^Now/ }).click();
    await sheet().getByRole('row').filter({ hasText: 'Alt zwei' }).getByText('5.95').waitFor();
    await sheet().getByRole('button', { name: 'Move them now' }).click();
    await sheet().getByRole('status').waitFor();
    expect((await subscriptionOf('Alt zwei'))?.plan.version).toBe(2);
    expect((await subscriptionOf('Alt zwei'))?.schedule).toEqual([]);
  });

  test('every credit note stands in a list that leads to its invoice and its document', async () => {
    const path = `/v1/invoices?customer=${customers.get('Alt eins')}`;
    const invoices = (await must(seller.api('GET', path))).data as unknown as Found[];
    const first = invoices[0];
    const note = await send(seller.api, `/v1/invoices/${first?.id}/credit_notes`, {
      reason: 'A day of outage',
    });
    await open('/invoices', '&tab=credit-notes');
    const row = page.getByRole('row').filter({ hasText: String(note.number) });
    await row.getByText('A day of outage').waitFor();
    await keepPicture(page, 'admin-credit-notes');
    await keepVariant(page, 'admin-credit-notes-dark-phone', { dark: true, width: 390 });
    const download = page.waitForEvent('download');
    await row.getByRole('button', { name: `PDF of ${note.number}` }).click();
    expect((await download).suggestedFilename()).toBe(`${note.number}.pdf`);
    await row.getByRole('link', { name: String(first?.number) }).click();
    await page.getByRole('heading', { level: 1, name: String(first?.number) }).waitFor();
    expect(complaints).toEqual([]);
  });
});
