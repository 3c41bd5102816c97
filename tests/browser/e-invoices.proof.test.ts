import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** From the seller's legal data to the file in the customer's hands; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('e-invoices in a real browser', { timeout: 40_000 }, () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let portal: Page;
  let complaints: string[];
  let customer: string;
  let invoice: { id: string; number: string };

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'e-invoices');
    const { app } = seller;
    const signedIn = await signUp(browser, seller, { name: 'Ida', email: 'ida@einvoice.example' }, [
      'Ida Rhodes KG',
    ]);
    ({ page: portal } = await openPage(browser, { signedIn }));
    ({ page, complaints } = await openPage(browser));
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    customer = found[0]?.id ?? '';
  }, 180_000);

  afterAll(async () => {
    await page?.context().close();
    await portal?.context().close();
  });

  const go = (path: string) => page.goto(`${seller.app.baseUrl}/admin${path}?tenant=${seller.typeId}`);
  const saved = async (from: Page, label: string) => {
    await from.getByRole('button', { name: 'E-invoice', exact: true }).click();
    const file = from.waitForEvent('download');
    await from.getByRole('menuitem', { name: label }).click();
    return (await file).suggestedFilename();
  };

  test('the seller gives legal data, and the customer gets a wished format', async () => {
    await go('/settings');
    await page.locator('input[name="line1"]').fill('Lindenstraße 4');
    await page.locator('input[name="postalCode"]').fill('10969');
    await page.locator('input[name="city"]').fill('Berlin');
    await page.locator('input[name="country"]').fill('DE');
    await page.locator('input[name="vatId"]').fill('DE136695976');
    await page.locator('input[name="scheme"]').fill('9930');
    await page.locator('input[name="endpoint"]').fill('DE136695976');
    await page.locator('input[name="person"]').fill('Ada Berg');
    await page.locator('input[name="phone"]').fill('+49 30 1234567');
    await page.locator('input[name="email"]').last().fill('rechnung@seller.example');
    await page.getByRole('button', { name: 'Save e-invoice data' }).click();
    await page.getByText('Settings saved.').waitFor();
    await page.getByRole('button', { name: 'Save e-invoice data' }).scrollIntoViewIfNeeded();
    await keepPicture(page, 'admin-e-invoice-settings');
    await keepVariant(page, 'admin-e-invoice-settings-dark', { dark: true });
    await keepVariant(page, 'admin-e-invoice-settings-phone', { width: 320 });
    await go(`/customers/${customer}`);
    await page.getByRole('button', { name: 'Edit' }).first().click();
    await page.getByRole('combobox', { name: 'Documents are sent as' }).click();
    await page.getByRole('option', { name: 'PDF and XRechnung (UBL)' }).click();
    await page.locator('input[name="line1"]').fill('Markt 1');
    await page.locator('input[name="postalCode"]').fill('12345');
    await page.locator('input[name="city"]').fill('Musterstadt');
    await page.locator('input[name="country"]').fill('DE');
    await page.locator('input[name="buyerReference"]').fill('991-12345-06');
    await page.locator('input[name="endpointScheme"]').fill('0204');
    await page.locator('input[name="endpointId"]').fill('991-12345-06');
    await keepPicture(page, 'admin-customer-e-invoice');
    await keepVariant(page, 'admin-customer-e-invoice-dark', { dark: true });
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Changes saved.').waitFor();
  });

  test('staff and the customer save the files, and the invoice shows how it reached its readers', async () => {
    await send(seller.api, '/v1/subscriptions', { customer, plan: 'professional', collection: 'manual' });
    await vi.waitFor(
      async () => {
        const list = (await must(seller.api('GET', '/v1/invoices'))).data as unknown as (typeof invoice)[];
        expect(list).toHaveLength(1);
        invoice = list[0] ?? { id: '', number: '' };
      },
      { timeout: 20_000, interval: 100 },
    );
    await portal.goto(`${seller.app.baseUrl}/p/${seller.slug}/invoices/${invoice.id}`);
    expect(await saved(portal, 'Factur-X')).toBe(`${invoice.number}-factur_x.xml`);
    await keepPicture(portal, 'portal-invoice-e-invoice');
    await vi.waitFor(
      async () => {
        const list = await must(seller.api('GET', `/v1/invoices/${invoice.id}/deliveries`));
        expect((list.data as unknown as unknown[]).length).toBe(3);
      },
      { timeout: 20_000, interval: 200 },
    );
    await go(`/invoices/${invoice.id}`);
    expect(await saved(page, 'XRechnung (UBL)')).toBe(`${invoice.number}-xrechnung-ubl.xml`);
    await page.getByText('XRechnung (UBL) · Mail').waitFor();
    await atRest(page);
    await keepPicture(page, 'admin-invoice-deliveries');
    await keepVariant(page, 'admin-invoice-deliveries-dark', { dark: true });
    await keepVariant(page, 'admin-invoice-deliveries-phone', { width: 320 });
  });

  test('what Peppol refused is sent again, and a credit note shows how it reached its readers', async () => {
    const eInvoice = { format: 'peppol_bis', endpoint: { scheme: '0204', id: '410-1' } };
    const facts = { name: 'Late AG', email: 'late@einvoice.example', country: 'DE' };
    const address = { line1: 'Markt 2', postal_code: '12345', city: 'Musterstadt' };
    const parties = { legal_name: null, registration: null, buyer_reference: 'B-7', order_reference: null };
    const late = await send(seller.api, '/v1/customers', {
      ...facts,
      address,
      e_invoice: { ...parties, ...eInvoice },
    });
    await send(seller.api, '/v1/subscriptions', { customer: late.id, plan: 'starter', collection: 'manual' });
    const status = (path: string, wished: string) =>
      vi.waitFor(
        async () => {
          const { data } = await must(seller.api('GET', `${path}/deliveries`));
          const rows = data as unknown as { channel: string; status: string }[];
          expect(rows.find(({ channel }) => channel === 'peppol')?.status).toBe(wished);
        },
        { timeout: 30_000, interval: 200 },
      );
    const list = await must(seller.api('GET', `/v1/invoices?customer=${late.id}`));
    const [sold] = list.data as unknown as { id: string }[];
    await status(`/v1/invoices/${sold?.id}`, 'refused');
    await go(`/invoices/${sold?.id}`);
    await page.getByText('is not registered in the network').waitFor();
    await keepPicture(page, 'admin-peppol-refused');
    await keepVariant(page, 'admin-peppol-refused-dark', { dark: true });
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('It is sent again.').waitFor();
    await status(`/v1/invoices/${sold?.id}`, 'accepted');
    await page.getByText('Accepted', { exact: true }).waitFor();
    const note = await send(seller.api, `/v1/invoices/${sold?.id}/credit_notes`, {
      reason: 'A day of downtime',
      settle: 'reduce_open',
    });
    await status(`/v1/credit_notes/${note.id}`, 'accepted');
    await page.reload();
    await expect.poll(() => page.getByText('Peppol BIS · Peppol').count()).toBe(2);
    await atRest(page);
    await keepPicture(page, 'admin-note-deliveries');
    await keepVariant(page, 'admin-note-deliveries-dark', { dark: true });
    expect(complaints).toEqual([]);
  });
});
