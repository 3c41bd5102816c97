import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

const IBAN = 'DE89370400440532013000';

/** Transfers from the account in the settings to the payment of an invoice; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('the bank in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let portal: Page;
  let complaints: string[];
  let invoice: { id: string; number: string };

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'bank');
    const { app } = seller;
    const signedIn = await signUp(browser, seller, { name: 'Ida', email: 'ida@bank.example' }, [
      'Ida Rhodes KG',
    ]);
    ({ page: portal } = await openPage(browser, { signedIn }));
    ({ page, complaints } = await openPage(browser));
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    const body = { customer: found[0]?.id ?? '', plan: 'professional', collection: 'manual' };
    await send(seller.api, '/v1/subscriptions', body);
    await vi.waitFor(
      async () => {
        const list = (await must(seller.api('GET', '/v1/invoices'))).data as unknown as (typeof invoice)[];
        expect(list).toHaveLength(1);
        invoice = list[0] ?? { id: '', number: '' };
      },
      { timeout: 60_000, interval: 100 },
    );
  }, 180_000);

  afterAll(async () => {
    await page?.context().close();
    await portal?.context().close();
  });

  const go = (path: string) => page.goto(`${seller.app.baseUrl}/admin${path}?tenant=${seller.typeId}`);

  test('staff add an account in the settings, and a mistyped IBAN is told at its field', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/settings?tenant=${seller.typeId}&tab=documents`);
    await page.getByRole('button', { name: 'Add an account' }).click();
    await page.getByLabel('Account holder').fill('Concierge Software GmbH');
    await page.getByLabel('IBAN').fill('DE88 3704 0044 0532 0130 00');
    await page.getByRole('button', { name: 'Add the account' }).click();
    await page.getByText('check digits').waitFor();
    await page.getByLabel('IBAN').fill('DE89 3704 0044 0532 0130 00');
    await page.getByRole('button', { name: 'Add the account' }).click();
    await page.getByText('DE89 3704 0044 0532 0130 00').waitFor();
    // The refusal above, as the browser tells it, in its own time.
    await expect.poll(() => complaints).toHaveLength(1);
    expect(complaints.splice(0)).toEqual([expect.stringContaining('422')]);
  });

  test('the customer sees how to pay by transfer, with a code to scan', async () => {
    await portal.goto(`${seller.app.baseUrl}/p/${seller.slug}/invoices/${invoice.id}`);
    await portal.getByRole('img', { name: 'Code to scan with a banking app' }).waitFor();
    await portal.getByText('DE89 3704 0044 0532 0130 00').waitFor();
    await portal.getByText('Pay by bank transfer').scrollIntoViewIfNeeded();
    await atRest(portal);
    await keepPicture(portal, 'portal-transfer');
    await keepVariant(portal, 'portal-transfer-dark', { dark: true });
    await keepVariant(portal, 'portal-transfer-phone', { width: 320 });
  });

  test('staff upload a statement, see why a movement is proposed, and book it', async () => {
    const movement = (amount: string, name: string, text: string) =>
      `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt>
       <NtryDtls><TxDtls><RltdPties><Dbtr><Nm>${name}</Nm></Dbtr></RltdPties><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;
    const file = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct>
      ${movement('80.00', 'Ida Rhodes KG', `Invoice ${invoice.number}`)}${movement('12.00', 'Nobody in particular with a very long name', 'thanks')}</Stmt></BkToCstmrStmt></Document>`;
    await go('/bank');
    await page.getByRole('button', { name: 'Upload a statement' }).click();
    await page
      .getByLabel('File')
      .setInputFiles({ name: 'march.xml', mimeType: 'application/xml', buffer: Buffer.from(file) });
    await page.getByRole('button', { name: 'Take it' }).click();
    await page.getByText('2 new movements, 0 booked.').waitFor();
    await atRest(page);
    await keepPicture(page, 'admin-bank');
    await keepVariant(page, 'admin-bank-dark', { dark: true });
    await page.getByText('Ida Rhodes KG').first().click();
    await page.getByText(`It names invoice ${invoice.number}.`).waitFor();
    await page.getByText('Becomes credit', { exact: true }).waitFor();
    await atRest(page);
    await keepPicture(page, 'admin-bank-match');
    await keepVariant(page, 'admin-bank-match-dark', { dark: true });
    await keepVariant(page, 'admin-bank-match-phone', { width: 320 });
    await page.getByRole('button', { name: /^Book/ }).click();
    await page.getByText('The movement is booked.').waitFor();
    const paid = await must(seller.api('GET', `/v1/invoices/${invoice.id}`));
    expect(paid).toMatchObject({ status: 'paid' });
    expect(complaints).toEqual([]);
  });

  test('staff take it back with a reason, and record cash instead', async () => {
    await page.getByText('Ida Rhodes KG').first().click();
    await page.getByLabel('Reason').fill('It was cash.');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('What it had paid is owed again.').waitFor();
    await go(`/invoices/${invoice.id}`);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Record a payment' }).click();
    await page.getByLabel('Day on which it came').fill('2026-01-02');
    await page.getByLabel('Note').fill('At the counter.');
    await atRest(page);
    await keepPicture(page, 'admin-record-payment');
    await page.getByRole('button', { name: /^Record \S+/ }).click();
    await page.getByText('The payment is recorded.').waitFor();
    await page.getByText('Taken back').first().waitFor();
    expect(complaints).toEqual([]);
  });
});
