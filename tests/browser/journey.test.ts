import fs from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkTo, must } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { payWith } from './pay.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sendCalls, sharedShop } from './shop.ts';

const BUYER = 'erika@lindenhof.example';
const PASSWORD = 'correct horse battery';
const DECLINED = '4000 0000 0000 0002';
const VISA = '4242 4242 4242 4242';

/** One customer's first month, from the price list to the seller's revenue; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('a customer in a real browser', () => {
  let seller: Business;
  let portal: Page;
  let admin: Page;
  const complaints: string[][] = [];
  let base: string;

  beforeAll(async () => {
    const { app, browser } = await sharedShop();
    seller = await openBusiness(app, 'concierge');
    const pages = await Promise.all([openPage(browser), openPage(browser)]);
    portal = pages[0].page;
    admin = pages[1].page;
    complaints.push(pages[0].complaints, pages[1].complaints);
    base = `${app.baseUrl}/p/${seller.slug}`;
  }, 120_000);

  afterAll(async () => {
    await Promise.all([portal, admin].map((page) => page.context().close()));
  });

  test('sees the prices, signs up, and sees to the cent what is due before paying', async () => {
    await portal.goto(`${base}/pricing`);
    await portal.getByRole('heading', { name: 'Plans and prices' }).waitFor();
    const starter = portal.getByRole('article').filter({ hasText: 'For up to 3 buildings' });
    await starter.getByText('29.00').waitFor();
    await portal.getByText('What would a year cost?').waitFor();
    await portal.waitForLoadState('networkidle');
    await keepPicture(portal, 'portal-pricing');
    await starter.getByRole('link', { name: 'Start with Starter' }).click();

    await portal.getByRole('heading', { name: 'Create your account' }).waitFor();
    await portal.getByLabel('Your name').fill('Erika Mustermann');
    await portal.getByLabel('Company').fill('Hausverwaltung Lindenhof GmbH');
    await portal.getByRole('combobox', { name: 'Country' }).click();
    await portal.getByRole('option', { name: 'Germany', exact: true }).click();
    await portal.getByLabel('E-mail').fill(BUYER);
    await portal.getByLabel('Password').fill(PASSWORD);
    await portal.getByRole('button', { name: 'Create account' }).click();

    await portal.getByRole('heading', { name: 'Check what you buy' }).waitFor();
    await portal.getByRole('button', { name: /^Pay .*34\.51/ }).waitFor();
    await portal.getByText('5.51').first().waitFor();
    await keepPicture(portal, 'portal-checkout');
  });

  test('is asked by mail whether the address is theirs, and the link in it says so', async () => {
    const link = await linkTo(seller.app, BUYER, `/p/${seller.slug}/auth/verify-email`);
    const mail = await portal.context().newPage();
    await mail.goto(link.href);
    await mail.getByRole('heading', { level: 1 }).first().waitFor();
    await mail.close();
    const session = await portal.request.get(`${base}/api/v1/session`);
    expect((await session.json()).user).toMatchObject({ email: BUYER, email_verified: true });
  });

  test('pays nothing with a card that is declined, and starts the plan with the next one', async () => {
    await portal.getByRole('button', { name: /^Pay .*34\.51/ }).click();
    await payWith(portal, DECLINED);
    await portal.getByRole('alert').filter({ hasText: 'Try another card' }).waitFor();
    expect((await must(seller.api('GET', '/v1/invoices'))).data).toEqual([]);
    await payWith(portal, VISA);
    await portal.getByText('Welcome to Starter').waitFor();
    await portal.getByRole('main').getByRole('link', { name: 'To the overview' }).click();
    await portal.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    const main = portal.getByRole('main');
    await main.getByRole('link', { name: /^Plan.*Starter.*Active/ }).waitFor();
    await main.getByRole('link', { name: /^Next charge.*34\.51.*4242/ }).waitFor();
    await main.getByText('Everything is paid.').waitFor();
  });

  test('sees usage that was sent by API on the meter, and what it adds to the next charge', async () => {
    const customer = await onlyCustomer(seller);
    await sendCalls(seller, customer, 'calls-1', 8_200);
    await portal.reload();
    const main = portal.getByRole('main');
    const meter = main.getByRole('meter', { name: 'API calls' });
    await meter.waitFor();
    await expect.poll(() => meter.getAttribute('aria-valuenow')).toBe('82');
    await main.getByText('8,200').waitFor();
    await main.getByRole('link', { name: /^Next charge.*34\.51/ }).waitFor();
    await keepPicture(portal, 'portal-dashboard');
    await keepVariant(portal, 'portal-dashboard-dark', { dark: true });
    await keepVariant(portal, 'portal-dashboard-phone', { width: 390 });

    await sendCalls(seller, customer, 'calls-2', 4_300);
    await portal.reload();
    await main.getByText('Beyond what is included').waitFor();
    // (29.00 + 2,500 calls beyond the 10,000 at 0.50 a thousand) with 19 % on top.
    await main.getByRole('link', { name: /^Next charge.*36\.00/ }).waitFor();
  });

  test('is billed when the seller moves the clock by a month, and pays the usage with the next fee', async () => {
    await admin.goto(`${seller.app.baseUrl}/admin/clock?tenant=${seller.typeId}`);
    await admin.getByLabel('E-mail').fill(seller.app.owner.email);
    await admin.getByLabel('Password').fill(seller.app.owner.password);
    await admin.getByRole('button', { name: 'Sign in' }).click();
    await admin.getByRole('heading', { name: 'Clock', level: 1 }).waitFor();
    await admin.getByRole('button', { name: '+1 month' }).click();
    const move = admin.getByRole('region', { name: 'Last move' });
    await move.getByText('100 %').waitFor();
    await keepPicture(admin, 'admin-clock');
    const { data } = await must(seller.api('GET', '/v1/invoices'));
    const money = Array.from({ length: 2 }, (_, index) => data?.[index]).map((one) => [
      one?.status,
      one?.total,
    ]);
    expect(money).toEqual([
      ['paid', '3600'],
      ['paid', '3451'],
    ]);
  });

  test('opens the invoice, sees why each amount is what it is, and takes its PDF along', async () => {
    await portal.goto(`${base}/invoices`);
    const row = portal.getByRole('row').filter({ hasText: '36.00' });
    await row.getByRole('link').first().click();
    const main = portal.getByRole('main');
    await main.getByText('36.00').first().waitFor();
    await main.getByText('1.25').first().waitFor();
    await main
      .getByRole('button', { name: /API calls/ })
      .first()
      .click();
    await main
      .getByText(/\b2,500/)
      .filter({ visible: true })
      .first()
      .waitFor();
    await keepPicture(portal, 'portal-invoice');
    const [download] = await Promise.all([
      portal.waitForEvent('download'),
      main
        .getByRole('button', { name: /PDF/ })
        .or(main.getByRole('link', { name: /PDF/ }))
        .first()
        .click(),
    ]);
    const bytes = fs.readFileSync(await download.path());
    expect(bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  });

  test('has a receipt in the mailbox for each payment', async () => {
    await admin.getByRole('link', { name: 'Mailbox' }).first().click();
    const mails = admin.getByRole('main').getByRole('row').filter({ hasText: BUYER });
    const receipts = mails.filter({ hasText: /paid|receipt/i });
    await receipts.nth(1).waitFor();
    await receipts.first().click();
    await admin
      .getByRole('dialog')
      .getByText(/36\.00/)
      .first()
      .waitFor();
    await admin.keyboard.press('Escape');
  });

  test('is money that the seller sees: revenue, cash, the customer, the invoice and its why', async () => {
    await admin.getByRole('link', { name: 'Home' }).first().click();
    const main = admin.getByRole('main');
    await main.getByRole('link', { name: /^Monthly recurring revenue.*29\.00/ }).waitFor();
    await main.getByRole('link', { name: /^Cash this month.*36\.00/ }).waitFor();
    await main.getByRole('link', { name: /^Active subscriptions.*1/ }).waitFor();

    await keepPicture(admin, 'admin-first-month');
    await keepVariant(admin, 'admin-first-month-dark', { dark: true });

    await admin.getByRole('link', { name: 'Customers' }).first().click();
    await main.getByRole('row').filter({ hasText: 'Lindenhof' }).click();
    await admin.getByRole('heading', { name: 'Hausverwaltung Lindenhof GmbH', level: 1 }).waitFor();
    await main.getByText('70.51').first().waitFor();
    await keepPicture(admin, 'admin-customer');

    await admin.getByRole('link', { name: 'Invoices' }).first().click();
    await main.getByRole('row').filter({ hasText: '36.00' }).click();
    await main.getByRole('button', { name: /API calls/ }).click();
    await main
      .getByText(/\b2,500/)
      .filter({ visible: true })
      .first()
      .waitFor();
    await keepPicture(admin, 'admin-invoice');
  });

  test('meets no page that the browser complains about', () => {
    // The browser reports these two answers, which are as they should be: who is not signed in, and the declined card.
    const expected = [/ 401 .*\/v1\/session\)$/, / 402 .*\/c\/pay\//];
    const others = complaints.flat().filter((text) => !expected.some((one) => one.test(text)));
    expect(others).toEqual([]);
  });
});

async function onlyCustomer({ api }: Business): Promise<string> {
  const { data } = await must(api('GET', '/v1/customers'));
  return String(data?.[0]?.id);
}
