import { expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { openBusiness, sharedShop } from './shop.ts';

test.runIf(hasBrowser)(
  'the seller sees what is earned month by month and of an invoice, closes a month for good, and reads an account',
  async () => {
    const { app, browser } = await sharedShop();
    const seller = await openBusiness(app, 'months');
    const customer = (
      await send(seller.api, '/v1/customers', { name: 'Ida', email: 'ida@months.example', country: 'DE' })
    ).id;
    await send(seller.api, '/v1/subscriptions', {
      customer,
      plan: 'starter',
      quantity: 1,
      collection: 'manual',
    });
    await app.drain();
    const { now } = await must(seller.api('GET', '/v1/clock'));
    const to = new Date(Date.parse(String(now)) + 40 * 86_400_000).toISOString();
    await must(seller.api('POST', '/v1/clock/advance', { body: { to } }));
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    await page.goto(`${app.baseUrl}/admin/ledger?tenant=months`);
    await page.getByRole('heading', { name: 'Earned revenue' }).waitFor();
    await page.getByRole('button', { name: /^Close [A-Z][a-z]{2,4} \d{4}$/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Close [A-Z][a-z]{2,4} \d{4}$/ })
      .click();
    await page
      .getByText(/is closed\.$/)
      .first()
      .waitFor();
    await atRest(page);
    await keepPicture(page, 'admin-ledger');
    await keepVariant(page, 'admin-ledger-dark', { dark: true });
    await page.getByRole('link', { name: 'Deferred revenue' }).click();
    await page.getByRole('heading', { name: 'Deferred revenue, EUR' }).waitFor();
    await page.getByRole('cell', { name: 'Month end' }).first().waitFor();
    await keepPicture(page, 'admin-account');
    await keepVariant(page, 'admin-account-dark-phone', { dark: true, width: 390 });
    await page.getByRole('link', { name: 'Ledger', exact: true }).first().click();
    await page.getByRole('link', { name: 'Receivable' }).click();
    await page.getByRole('link', { name: 'Invoice', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Earned' }).waitFor();
    await atRest(page);
    await page.getByRole('heading', { name: 'Earned' }).scrollIntoViewIfNeeded();
    await keepPicture(page, 'admin-invoice-earned');
    await keepVariant(page, 'admin-invoice-earned-dark', { dark: true });
    expect(complaints).toEqual([]);
    await page.context().close();
  },
  120_000,
);
