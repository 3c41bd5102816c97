import { expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { openBusiness, sharedShop } from './shop.ts';

test.runIf(hasBrowser)(
  'the seller sees what is earned month by month, and closes a month for good',
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
    await page.getByRole('button', { name: /^Close 20/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Close 20/ })
      .click();
    await page
      .getByText(/is closed\.$/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  },
  90_000,
);
