import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { openBusiness, sharedShop } from './shop.ts';

/** As long as a bank lets a name be; no IBAN of the euro is longer than Malta’s. */
const LONGEST = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte KG';

type Paid = { id: string; invoice: string; refunds: { status: string; way: string }[] };

/** Money that goes back, when the card it came from is closed. */
describe.runIf(hasBrowser)('refunds in a real browser', () => {
  test('a refund that came back is seen where it was paid, and goes by a transfer that somebody says is done', async () => {
    const { app, browser } = await sharedShop();
    const { api } = await openBusiness(app, 'refunds');
    const price = {
      key: 'base',
      name: 'Base',
      quantity: { kind: 'fixed' },
      timing: 'in_advance',
      pricing: { model: 'flat', amount: '2900' },
      cadence: { interval: 'month', count: 1 },
    };
    const plan = { key: 'pro', name: 'Pro', currency: 'EUR', entitlements: [], prices: [price] };
    await send(api, '/v1/plans', plan);
    const customer = await send(api, '/v1/customers', { name: 'Brandt KG', currency: 'EUR', country: 'DE' });
    const id = String(customer.id);
    await send(api, `/v1/customers/${id}/payment_methods`, { provider_method_id: 'pm_card_refundFail' });
    await send(api, '/v1/subscriptions', { customer: id, plan: 'pro', collection: 'automatic' });
    const paid = async () => {
      const { data } = await must(api('GET', `/v1/payments?customer=${id}&status=succeeded`));
      return (data as unknown as Paid[])[0];
    };
    await expect.poll(paid).toBeDefined();
    const payment = await paid();
    await send(api, `/v1/payments/${payment?.id}/refund`, { reason: 'Goodwill' });
    const refunds = async () => (await paid())?.refunds.map(({ status, way }) => `${status} ${way}`);
    await expect.poll(refunds).toEqual(['succeeded provider']);
    const { now } = await must(api('GET', '/v1/clock'));
    const to = new Date(Date.parse(String(now)) + 3 * 86_400_000).toISOString();
    await send(api, '/v1/clock/advance', { to });
    await expect.poll(refunds).toEqual(['returned provider']);

    for (const [iban, currency] of [
      ['DE02120300000000202051', 'EUR'],
      ['DE02500105170137075030', 'EUR'],
      ['CH9300762011623852957', 'CHF'],
    ])
      await send(api, '/v1/bank_accounts', { holder: 'Concierge', iban, currency });

    const { page, complaints } = await openPage(browser);
    const data = { email: app.owner.email, password: app.owner.password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    await page.goto(`${app.baseUrl}/admin?tenant=refunds`);
    await page.getByText(/the customer has not got the money/).waitFor();
    await page.goto(`${app.baseUrl}/admin/invoices/${payment?.invoice}?tenant=refunds`);
    await page.getByText(/Refund came back/).waitFor();
    await page.getByRole('button', { name: 'Refund', exact: true }).click();
    await page.getByText('An earlier refund came back from there').waitFor();
    await expect.poll(() => page.getByRole('radio', { name: /By bank transfer/ }).isChecked()).toBe(true);
    await page.getByRole('textbox', { name: 'Reason' }).fill('The card is closed');
    const iban = page.getByRole('textbox', { name: 'IBAN' });
    await page.getByRole('textbox', { name: 'Account holder' }).fill('Brandt KG');
    await iban.fill('DE89 3704 0044 0532 0130 01');
    await page.getByRole('button', { name: /^Refund / }).click();
    await page.getByText('The check digits of this IBAN are wrong').waitFor();
    await iban.fill('DE89 3704 0044 0532 0130 00');
    await page.getByRole('radio', { name: /The way it was paid/ }).click();
    await iban.waitFor({ state: 'detached' });
    await page.getByRole('radio', { name: /By bank transfer/ }).click();
    await expect.poll(() => iban.inputValue()).toBe('DE89 3704 0044 0532 0130 00');
    await keepPicture(page, 'admin-refund');
    await keepVariant(page, 'admin-refund-dark', { dark: true });
    await keepVariant(page, 'admin-refund-phone', { width: 360 });
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map((violation) => violation.id)).toEqual([]);
    await page.getByRole('button', { name: /^Refund / }).click();
    await page.getByText('It waits under Bank to be transferred.').waitFor();
    await page.goto(`${app.baseUrl}/admin/bank?tenant=refunds`);
    await page.getByRole('tab', { name: /To transfer/ }).click();
    await page.getByText('DE89 3704 0044 0532 0130 00').waitFor();
    await page.getByRole('button', { name: 'Download a file for the bank' }).click();
    await page.getByRole('menuitem', { name: /DE02 … 2051/ }).waitFor();
    await expect.poll(() => page.getByRole('menuitem').count()).toBe(2);
    await keepPicture(page, 'admin-refund-file');
    const saved = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: /DE02 … 5030/ }).click();
    expect((await saved).suggestedFilename()).toBe('transfers.xml');
    expect(await readFile(await (await saved).path(), 'utf8')).toContain('<IBAN>DE02500105170137075030<');
    await keepPicture(page, 'admin-refund-transfer');
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('textbox', { name: 'Account holder' }).fill(LONGEST);
    await page.getByRole('textbox', { name: 'IBAN' }).fill('MT84 MALT 0110 0001 2345 MTLC AST0 01S');
    await keepPicture(page, 'admin-refund-account');
    await keepVariant(page, 'admin-refund-account-dark', { dark: true });
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByText('MT84 MALT 0110 0001 2345 MTLC AST0 01S').waitFor();
    await page.getByText(LONGEST).waitFor();
    for (const width of [1280, 360, 320]) {
      await page.setViewportSize({ width, height: 800 });
      for (const name of ['Change', 'Transferred']) {
        const box = await page.getByRole('button', { name }).boundingBox();
        expect((box?.x ?? width) + (box?.width ?? 0), `${name} at ${width}`).toBeLessThanOrEqual(width - 16);
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await keepVariant(page, 'admin-refund-transfer-dark', { dark: true });
    await keepVariant(page, 'admin-refund-transfer-phone', { width: 360 });
    await page.getByRole('button', { name: 'Transferred' }).click();
    await page.getByText('The refund is done.').waitFor();
    await expect
      .poll(async () => (await refunds())?.toSorted())
      .toEqual(['returned provider', 'succeeded transfer']);
    await page.goto(`${app.baseUrl}/admin?tenant=refunds`);
    await page.getByRole('link', { name: 'Active subscriptions' }).waitFor();
    await expect.poll(() => page.getByText(/the customer has not got the money/).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 200_000);
});
