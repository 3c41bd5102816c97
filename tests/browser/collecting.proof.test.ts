import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { payWith } from './pay.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

type Rows = { data: { id: string; status: string; pay_url?: string | null }[] };

/** Approvals, disputes, asked payments and methods, as staff and customers see them. */
describe.runIf(hasBrowser)('collecting in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let customer: string;
  let portal: { page: Page; complaints: string[] };
  let admin: { page: Page; complaints: string[] };

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'collecting');
    const { api, app } = seller;
    const signedIn = await signUp(browser, seller, { name: 'Kim', email: 'kim@collecting.example' }, [
      'Kim KG',
    ]);
    portal = await openPage(browser, { signedIn });
    customer = ((await must(api('GET', '/v1/customers'))) as unknown as Rows).data[0]?.id ?? '';
    for (const token of ['pm_card_mastercard', 'pm_card_createDispute'])
      await send(api, `/v1/customers/${customer}/payment_methods`, { provider_method_id: token });
    await must(api('PATCH', '/v1/tenant', { body: { settings: { refund_limits: { EUR: '1000' } } } }));
    await send(api, '/v1/subscriptions', { customer, plan: 'professional', collection: 'automatic' });
    await send(api, '/v1/payment_requests', {
      ...{
        customer,
        kind: 'deposit',
        currency: 'EUR',
        amount: '25000',
        description: 'Deposit for two terminals',
      },
    });
    admin = await openPage(browser);
    const { email, password } = app.owner;
    const headers = { origin: app.baseUrl };
    await admin.page.request.post(`${app.baseUrl}/auth/sign-in/email`, {
      headers,
      data: { email, password },
    });
  }, 120_000);
  afterAll(async () => {
    await portal?.page.context().close();
    await admin?.page.context().close();
  });

  const rows = async (path: string) => ((await must(seller.api('GET', path))) as unknown as Rows).data;
  const tab = (name: string) =>
    admin.page.goto(`${seller.app.baseUrl}/admin/payments?tenant=collecting&tab=${name}`);

  async function expectSound({ page, complaints }: { page: Page; complaints: string[] }, name: string) {
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(complaints).toEqual([]);
    await keepPicture(page, name);
    await keepVariant(page, `${name}-dark`, { dark: true });
    await keepVariant(page, `${name}-phone`, { width: 320 });
  }

  test('staff sees what the provider made of the risk of a payment', async () => {
    await expect
      .poll(async () => (await rows('/v1/payments?status=succeeded')).length, { timeout: 60_000 })
      .toBeGreaterThan(0);
    await tab('attempts');
    const { page } = admin;
    await page.getByRole('row').filter({ hasText: 'Succeeded' }).first().click();
    await page.getByRole('dialog').getByText('Normal, let through').waitFor();
    await expectSound(admin, 'admin-payment-risk');
    await page.keyboard.press('Escape');
  });

  test('I483 a dispute is answered by staff with files, which stand there as they were sent', async () => {
    await expect.poll(async () => (await rows('/v1/disputes')).length, { timeout: 60_000 }).toBe(1);
    await tab('disputes');
    const { page } = admin;
    await page.getByText('Answer needed').first().waitFor();
    await page.getByText('Kim KG').first().click();
    await page.getByRole('dialog').getByLabel('Why the payment is right').fill('winning_evidence');
    await page.getByLabel('What was sold').fill('The plan Professional');
    await page.getByLabel('What was agreed on cancelling').fill('At any time, to the end of the month');
    const files = page.getByLabel('File for the bank', { exact: true });
    await files.setInputFiles({ name: 'virus.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ') });
    await page.getByText(/content of this file is of a kind/).waitFor();
    expect(admin.complaints.splice(0)).toEqual([expect.stringContaining('422')]);
    const pdf = Buffer.from('%PDF-1.7\nThe invoice.');
    await files.setInputFiles({ name: 'invoice-2026-0001.pdf', mimeType: 'application/pdf', buffer: pdf });
    await page.getByRole('button', { name: 'Take away invoice-2026-0001.pdf' }).waitFor();
    await files.setInputFiles({ name: 'terms.pdf', mimeType: 'application/pdf', buffer: pdf });
    await page.getByLabel('What terms.pdf shows').click();
    await page.getByRole('option', { name: 'Terms of cancelling' }).click();
    await page.getByText('Files for the bank').scrollIntoViewIfNeeded();
    await expectSound(admin, 'admin-disputes');
    const sent = page.waitForRequest((request) => request.url().endsWith('/answer'));
    await page.getByRole('button', { name: 'Hand in the answer' }).click();
    expect((await sent).postDataJSON()).toEqual({
      text: 'winning_evidence',
      product_description: 'The plan Professional',
      customer_name: 'Kim KG',
      cancellation_policy: 'At any time, to the end of the month',
      files: [
        { file: expect.stringMatching(/^file_/), kind: 'receipt' },
        { file: expect.stringMatching(/^file_/), kind: 'cancellation_policy' },
      ],
    });
    await page.getByText('The answer was handed in.').waitFor();
    expect((await rows('/v1/disputes'))[0]).toMatchObject({ evidence: 'submitted' });
    await page.getByText(/It stays as it was sent/).waitFor();
    await page.getByText(/^Receipt or invoice, taken on/).scrollIntoViewIfNeeded();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download invoice-2026-0001.pdf' }).click();
    expect((await download).suggestedFilename()).toBe('invoice-2026-0001.pdf');
    await page.getByText('The answer was handed in.').waitFor({ state: 'hidden', timeout: 30_000 });
    await expectSound(admin, 'admin-dispute-sent');
  });

  test('a deposit is asked for, and a refund above the limit waits for a colleague', async () => {
    const { page } = admin;
    await tab('requested');
    await page.getByText('Deposit for two terminals').first().waitFor();
    await page.getByText('Deposit for two terminals').first().click();
    await page.getByRole('button', { name: 'Copy link' }).waitFor();
    await expectSound(admin, 'admin-requests');
    await page.keyboard.press('Escape');
    await send(seller.api, `/v1/customers/${customer}/payment_methods`, {
      provider_method_id: 'pm_card_visa',
    });
    const [request] = await rows('/v1/payment_requests');
    const asked = await send(seller.api, '/v1/payment_requests', {
      customer,
      currency: 'EUR',
      amount: '9000',
      description: 'On account',
    });
    await send(seller.api, `/v1/payment_requests/${asked.id}/charge`, undefined);
    await expect
      .poll(async () => (await rows('/v1/payment_requests?status=paid')).length, { timeout: 60_000 })
      .toBe(1);
    const [paid] = (await must(seller.api('GET', '/v1/payment_requests?status=paid'))).data as unknown as {
      payment: string;
    }[];
    await send(seller.api, `/v1/payments/${paid?.payment}/refund_approval`, {
      amount: '5000',
      reason: 'Paid twice',
      way: 'transfer',
      to: { holder: 'Kim KG', iban: 'DE89370400440532013000' },
    });
    await tab('approvals');
    await page.getByText('Waits for a second person').first().waitFor();
    await page.getByText('Kim KG').first().click();
    await page.getByRole('dialog').getByLabel('Note').waitFor();
    await page.getByRole('dialog').getByText('DE89 3704 0044 0532 0130 00').waitFor();
    await expectSound(admin, 'admin-approvals');
    await page.keyboard.press('Escape');
    await tab('attempts');
    await page.getByRole('row').filter({ hasText: '90.00' }).first().click();
    await page.getByRole('dialog').getByText('Refund waits for a second person').waitFor();
    await page.getByRole('dialog').getByText('Paid twice').waitFor();
    await expectSound(admin, 'admin-payment-asked');
    expect(request?.status).toBe('open');
  });

  test('I643 the page of an invoice says that a refund of its payment waits for a colleague', async () => {
    const { page } = admin;
    const { id: other } = await send(seller.api, '/v1/customers', {
      name: 'Lor AG',
      email: 'lor@collecting.example',
      country: 'AT',
    });
    await send(seller.api, `/v1/customers/${other}/payment_methods`, { provider_method_id: 'pm_card_visa' });
    await send(seller.api, '/v1/subscriptions', {
      customer: other,
      plan: 'professional',
      collection: 'automatic',
    });
    const paid = async () =>
      (await must(seller.api('GET', `/v1/payments?status=succeeded&customer=${other}`))).data as unknown as {
        id: string;
        invoice: string;
      }[];
    await expect.poll(async () => (await paid()).length, { timeout: 60_000 }).toBe(1);
    const [payment] = await paid();
    await send(seller.api, `/v1/payments/${payment?.id}/refund_approval`, {
      amount: '1500',
      reason: 'Two days without service',
    });
    await page.goto(`${seller.app.baseUrl}/admin/invoices/${payment?.invoice}?tenant=collecting`);
    await page.getByText('Refund waits for a second person').scrollIntoViewIfNeeded();
    await expectSound(admin, 'admin-invoice-asked');
  });

  test('the customer sees what was asked for, and has a card stand in for another', async () => {
    const { page } = portal;
    await page.goto(`${seller.app.baseUrl}/p/collecting/invoices`);
    await page.getByRole('button', { name: /^Pay .*250\.00/ }).waitFor();
    await expectSound(portal, 'portal-asked');
    await page.goto(`${seller.app.baseUrl}/p/collecting/payment-methods`);
    await page.getByRole('button', { name: 'Use as backup' }).first().click();
    await page.getByText('Backup', { exact: true }).waitFor();
    await page.getByText('is tried when the default fails').waitFor({ state: 'hidden' });
    await expectSound(portal, 'portal-backup');
  });

  test('somebody without an account pays at the address that the seller copied', async () => {
    const url = `${(await rows('/v1/payment_requests?status=open'))[0]?.pay_url}`;
    const visitor = await openPage(browser);
    const { page } = visitor;
    await page.goto(`${url.slice(0, -1)}!`);
    await page.getByText('This link is not whole').waitFor();
    visitor.complaints.length = 0;
    await page.goto(url);
    await page.getByRole('heading', { name: /asks you for a payment/ }).waitFor();
    await expectSound(visitor, 'portal-pay-link');
    await page.getByRole('button', { name: /^Pay .*250\.00/ }).click();
    await payWith(page, '4242 4242 4242 4242');
    await page.getByText('Thank you. The payment arrived.').waitFor({ timeout: 30_000 });
    await expectSound(visitor, 'portal-pay-link-paid');
    await page.context().close();
  });
});
