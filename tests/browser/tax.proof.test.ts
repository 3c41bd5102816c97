import { expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { openBusiness, sharedShop } from './shop.ts';

test.runIf(hasBrowser)(
  'staff set the rules of tax, and a customer’s page says which tax and why, in both themes and on a narrow screen',
  { timeout: 180_000 },
  async () => {
    const { browser, app } = await sharedShop();
    const seller = await openBusiness(app, 'taxes');
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const origin = app.baseUrl;
    await page.request.post(`${origin}/auth/sign-in/email`, {
      headers: { origin },
      data: { email, password },
    });
    await page.goto(`${origin}/admin/settings?tenant=taxes`);
    await page.getByRole('switch', { name: 'Choose tax by rules' }).click();
    await page.getByRole('textbox', { name: 'Country of the seller' }).fill('de');
    await page.getByRole('button', { name: 'Add registration' }).click();
    await page.getByRole('textbox', { name: 'From', exact: true }).fill('2020-01-01');
    await page.getByRole('button', { name: 'Save tax rules' }).click();
    await page.getByText('Settings saved.').waitFor();
    const { settings } = await must(seller.api('GET', '/v1/tenant'));
    expect(settings?.tax_rules).toMatchObject({
      country: 'DE',
      registrations: [{ scheme: 'local', country: 'DE', from: '2020-01-01', to: null }],
    });
    const customer = { name: 'Dupont SA', country: 'FR', tax_id: 'FR69496323346' };
    const { id } = await send(seller.api, '/v1/customers', customer);
    await page.setViewportSize({ width: 320, height: 800 });
    await page.getByRole('button', { name: 'Remove registration DE' }).scrollIntoViewIfNeeded();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(320);
    await page.setViewportSize({ width: 1280, height: 1400 });
    await page.goto(`${origin}/admin/customers/${String(id)}?tenant=taxes`);
    await page.getByText('Not a VAT number: look for a slip of the pen').waitFor();
    await page.getByText('The seller is not registered for this tax.').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await atRest(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);
