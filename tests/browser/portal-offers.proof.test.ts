import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { payWith } from './pay.ts';
import { PASSWORD, signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

const VISA = '4242 4242 4242 4242';
const cadence = { interval: 'month', count: 1 };
const flat = (amount: string) => ({
  key: 'base',
  name: 'Base',
  pricing: { model: 'flat', amount },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence,
});
const storage = {
  key: 'storage',
  name: 'Extra storage',
  pricing: { model: 'per_unit', unit_amount: '5', per: '1' },
  quantity: { kind: 'seats' },
  timing: 'in_advance',
  cadence,
};
const offer = (key: string, name: string, prices: object[], more: object) => ({
  key,
  name,
  currency: 'EUR',
  prices,
  entitlements: [],
  ...more,
});

type Row = { currency: string; status: string; total: string };

/** What a customer chooses beside a plan; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('add-ons and currencies in the portal', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let customer: string;
  let base: string;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'extras');
    base = `${shop.app.baseUrl}/p/extras`;
    const { api } = seller;
    await send(api, '/v1/plans', offer('storage', 'Extra storage', [storage], { kind: 'add_on' }));
    await send(api, '/v1/plans', offer('set-up', 'Set-up', [flat('25000')], { kind: 'one_off' }));
    const elsewhere = { kind: 'add_on', offered_with: ['starter'] };
    await send(api, '/v1/plans', offer('small-only', 'Only for Starter', [flat('100')], elsewhere));
    const world = { public: true, rank: 9, other_currencies: [{ currency: 'USD', prices: [flat('4500')] }] };
    await send(api, '/v1/plans', offer('world', 'World', [flat('4000')], world));
    const signedIn = await signUp(browser, seller, { name: 'Pia', email: 'pia@extras.example' }, ['Pia KG']);
    ({ page, complaints } = await openPage(browser, { signedIn }));
    const found = (await must(api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    customer = found[0]?.id ?? '';
    await send(api, '/v1/subscriptions', { customer, plan: 'professional', collection: 'manual' });
    await page.goto(`${base}/plan`);
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  const dialog = () => page.getByRole('dialog');
  const totals = async () =>
    ((await must(seller.api('GET', `/v1/invoices?customer=${customer}`))).data as unknown as Row[]).map(
      ({ total }) => total,
    );

  test('an add-on is taken in the number and at the price that were shown', async () => {
    await page.getByText('5.00').first().waitFor();
    await expect.poll(() => page.getByText('Only for Starter').count()).toBe(0);
    await keepPicture(page, 'portal-add-ons');
    await keepVariant(page, 'portal-add-ons-dark', { dark: true });
    await page.getByRole('button', { name: 'Add Extra storage' }).click();
    await dialog()
      .getByRole('button', { name: /^Add it, pay 5\.95.EUR today$/ })
      .waitFor();
    await dialog().getByLabel('How many').fill('2');
    await keepPicture(page, 'portal-add-on');
    await atRest(page);
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      .include('[role=dialog]')
      .analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await keepVariant(page, 'portal-add-on-phone', { width: 390 });
    await dialog()
      .getByRole('button', { name: /^Add it, pay 11\.90.EUR today$/ })
      .click();
    await page.getByText('2 × Extra storage').waitFor();
    await dialog().waitFor({ state: 'detached' });
    expect(await totals()).toContain('1190');
  });

  test('its number changes now or with the renewal, and what lies ahead is taken back', async () => {
    await page.getByRole('button', { name: 'Change the number of Extra storage' }).click();
    await dialog().getByText('You have 2 now').waitFor();
    await dialog().getByLabel('How many').fill('5');
    await dialog().getByRole('radio', { name: 'At the next renewal' }).click();
    await dialog().getByRole('button', { name: 'Change the number, pay nothing today' }).click();
    await page.getByText(/^5 × Extra storage from/).waitFor();
    await page.getByRole('button', { name: 'Undo the change' }).click();
    await page.getByText(/^5 × Extra storage from/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Change the number of Extra storage' }).click();
    await dialog().getByLabel('How many').fill('3');
    await dialog()
      .getByRole('button', { name: /^Change the number, pay 5\.95.EUR today$/ })
      .click();
    await page.getByText('3 × Extra storage').waitFor();
    expect(await totals()).toContain('595');
  });

  test('what is sold once is charged once, and an add-on is removed with the renewal', async () => {
    await page.getByRole('button', { name: 'Buy Set-up' }).click();
    await dialog()
      .getByRole('button', { name: /^Buy it, pay 297\.50.EUR today$/ })
      .click();
    await dialog().waitFor({ state: 'detached' });
    expect(await totals()).toContain('29750');
    await page.getByRole('button', { name: 'Remove Extra storage' }).click();
    await dialog().getByRole('button', { name: 'Remove it, pay nothing today' }).click();
    await page.getByText(/^Extra storage ends on/).waitFor();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByText(/^Extra storage ends on/).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('a visitor chooses the currency, and signs up and pays in it', async () => {
    const visitor = await openPage(browser);
    const { page: guest } = visitor;
    await guest.goto(`${base}/pricing`);
    const card = guest.getByRole('article').filter({ hasText: 'World' });
    await card.getByText('40.00').waitFor();
    await guest.getByRole('group', { name: 'Currency' }).getByText('USD').click();
    await card.getByText('45.00').waitFor();
    await keepPicture(guest, 'portal-currency');
    await card.getByRole('link', { name: 'Start with World' }).click();
    await guest.getByLabel('Your name').fill('Uma');
    await guest.getByLabel('Company').fill('Uma Inc');
    await guest.getByRole('combobox', { name: 'Country' }).click();
    await guest.getByRole('option', { name: 'United States' }).first().click();
    await guest.getByLabel('E-mail').fill('uma@extras.example');
    await guest.getByLabel('Password').fill(PASSWORD);
    await guest.getByRole('button', { name: 'Create account' }).click();
    await guest.getByRole('button', { name: /^Pay 45\.00.USD/ }).waitFor();
    // Another currency is still a click away, and back.
    await guest.getByRole('group', { name: 'Currency' }).getByText('EUR').click();
    await guest.getByRole('button', { name: /^Pay 40\.00.EUR/ }).waitFor();
    await keepVariant(guest, 'portal-checkout-currency-phone', { width: 390 });
    await guest.getByRole('group', { name: 'Currency' }).getByText('USD').click();
    await guest.getByRole('button', { name: /^Pay 45\.00.USD/ }).click();
    await payWith(guest, VISA);
    await guest.getByRole('heading', { name: /^Welcome to / }).waitFor();
    const found = (await must(seller.api('GET', '/v1/customers?q=Uma'))).data as unknown as {
      id: string;
      currency: string;
    }[];
    expect(found.map(({ currency }) => currency)).toEqual(['USD']);
    const invoices = (await must(seller.api('GET', `/v1/invoices?customer=${found[0]?.id}`))).data;
    expect(invoices).toMatchObject([{ currency: 'USD', status: 'paid', subtotal: '4500' }]);
    await guest.goto(`${base}/pricing`);
    await guest.getByRole('heading', { name: 'Plans and prices' }).waitFor();
    await guest.getByText('Your plan', { exact: true }).waitFor();
    await expect.poll(() => guest.getByRole('group', { name: 'Currency' }).count()).toBe(0);
    expect(visitor.complaints.filter((text) => !/ 401 /.test(text))).toEqual([]);
    await guest.context().close();
  });
});
