import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** A seller offers debits, and a customer pays by one; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('debits in a real browser', () => {
  let seller: Business;
  let browser: Browser;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'debits');
  }, 120_000);

  async function expectSound(page: Page, complaints: readonly string[]): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    expect(complaints).toEqual([]);
  }

  test('the seller offers them with a tick in the settings', async () => {
    const { page, complaints } = await openPage(browser);
    const { app } = seller;
    const { email, password } = app.owner;
    const headers = { origin: app.baseUrl };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers, data: { email, password } });
    await page.goto(`${app.baseUrl}/admin/settings?tenant=debits&tab=payments`);
    const heading = page.getByRole('heading', { name: 'What customers can pay with' });
    await heading.waitFor();
    await page.getByRole('checkbox', { name: 'SEPA debit' }).click();
    await page.getByText('Stripe is changed.').waitFor();
    const { data } = await must(seller.api('GET', '/v1/payment_accounts'));
    expect(data).toMatchObject([{ provider: 'stripe', method_kinds: ['card', 'sepa_debit'] }, {}]);
    await heading.scrollIntoViewIfNeeded();
    await atRest(page);
    await keepPicture(page, 'admin-payment-accounts');
    await keepVariant(page, 'admin-payment-accounts-dark', { dark: true });
    await expectSound(page, complaints);
    await page.context().close();
  });

  describe('the customer', () => {
    let page: Page;
    let complaints: string[];
    beforeAll(async () => {
      const signedIn = await signUp(browser, seller, { name: 'Kim', email: 'kim@debits.example' }, [
        'Kim KG',
      ]);
      ({ page, complaints } = await openPage(browser, { signedIn }));
    }, 60_000);
    afterAll(() => page?.context().close());

    test('reads what leave is given, pays by debit, and sees it under way', async () => {
      await page.goto(`${seller.app.baseUrl}/p/debits/payment-methods`);
      await page
        .getByRole('button', { name: /Add a card|Add/ })
        .first()
        .click();
      await page.getByLabel('IBAN').waitFor();
      await keepPicture(page, 'hosted-debit');
      await keepVariant(page, 'hosted-debit-dark', { dark: true });
      await keepVariant(page, 'hosted-debit-phone', { width: 320 });
      await expectSound(page, []);
      await page.getByLabel('IBAN').fill('DE89 3704 0044 0532 0130 00');
      await page.getByLabel('Account holder').fill('Kim Muster');
      await page.getByRole('button', { name: 'Save account' }).click();
      await page.waitForURL(/\/p\/debits\//);
      await page.getByRole('heading', { name: 'Your bank account is saved.' }).waitFor({ timeout: 30_000 });
      await atRest(page);
      await keepPicture(page, 'portal-debit-saved');
      await keepVariant(page, 'portal-debit-saved-dark', { dark: true });
      await page.goto(`${seller.app.baseUrl}/p/debits/payment-methods`);
      await page.getByText('SEPA debit ending in 3000').first().waitFor();
      await page.getByText(/Mandate \w{8,}/).waitFor();
      await atRest(page);
      await keepPicture(page, 'portal-debit-method');
      await keepVariant(page, 'portal-debit-method-dark', { dark: true });
      expect(complaints).toEqual([]);
    });
  });
});
