import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must } from '../../apps/server/src/testing/scenario.ts';
import { stripeAt } from '../../apps/server/src/testing/stripe-client.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

const SEATS = {
  key: 'seats',
  name: 'Team',
  family: 'seats',
  rank: 9,
  public: true,
  currency: 'EUR',
  entitlements: [],
  prices: [
    {
      key: 'seat',
      name: 'Seat',
      pricing: { model: 'per_unit', unit_amount: '9', per: '1' },
      quantity: { kind: 'seats' },
      timing: 'in_advance',
      cadence: { interval: 'month', count: 1 },
    },
  ],
};

/** A plan that Stripe bills, as staff and customers see it; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('billing at Stripe in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let portal: Page;
  let admin: Page;
  let heard: { portal: string[]; admin: string[] };

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'at-stripe');
    await must(seller.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [SEATS] } }));
    const { app } = seller;
    const signedIn = await signUp(browser, seller, { name: 'Kim', email: 'kim@stripe.example' }, ['Kim KG']);
    const [mine, staff] = [await openPage(browser, { signedIn }), await openPage(browser)];
    portal = mine.page;
    admin = staff.page;
    heard = { portal: mine.complaints, admin: staff.complaints };
    const { email, password } = app.owner;
    const headers = { origin: app.baseUrl };
    await admin.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers, data: { email, password } });
  }, 120_000);
  afterAll(async () => {
    await portal?.context().close();
    await admin?.context().close();
  });

  const open = (page: Page, address: string) => page.goto(`${seller.app.baseUrl}${address}`);

  async function expectSound(page: Page, complaints: readonly string[]): Promise<void> {
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(complaints).toEqual([]);
  }

  test('staff says that Stripe bills new subscriptions, and compares catalogues before making them the same', async () => {
    await open(admin, '/admin/settings?tenant=at-stripe&tab=payments');
    const section = admin.locator('section').filter({ hasText: 'Billing at Stripe' });
    await section.getByRole('radio', { name: /^Stripe/ }).click();
    await section.getByRole('button', { name: 'Save billing at Stripe' }).click();
    await admin.getByText('Settings saved.').waitFor();
    await section.getByRole('button', { name: 'Compare catalogues' }).click();
    await section.getByText(/^Nothing was changed\. It would be: 1 new/).waitFor();
    await section.getByRole('button', { name: 'Make them the same' }).click();
    await section.getByText(/^Done: 1 new/).waitFor();
    await admin.getByText('Settings saved.').waitFor({ state: 'hidden' });
    await section.scrollIntoViewIfNeeded();
    await expectSound(admin, heard.admin);
    await keepPicture(admin, 'admin-stripe-settings');
    await keepVariant(admin, 'admin-stripe-settings-dark', { dark: true });
  });

  test('the customer has a plan of Stripe and wishes for seats; staff sees it billed at Stripe', async () => {
    const body = {
      plan: 'seats',
      quantity: 2,
      success_url: 'https://shop.example/',
      cancel_url: 'https://shop.example/',
    };
    const api = `${seller.app.baseUrl}/p/at-stripe/api/v1`;
    const headers = { origin: seller.app.baseUrl, 'idempotency-key': 'page-1' };
    const page = await portal.request.post(`${api}/checkouts`, { headers, data: body });
    const { url } = (await page.json()) as { url: string };
    const form = {
      number: '4242424242424242',
      expiry: '12 / 39',
      cvc: '123',
      name: 'Kim',
      email: 'k@k.example',
    };
    await portal.request.post(url, { form, maxRedirects: 0 });
    const mine = async () =>
      (await portal.request.get(`${api}/subscription`)).json() as Promise<{
        status?: unknown;
        quantity?: number;
        customer?: string;
      }>;
    await expect.poll(async () => (await mine()).status, { timeout: 60_000 }).toBe('active');
    await open(portal, '/p/at-stripe/plan');
    await portal.getByLabel('Seats').fill('4');
    await portal.getByText('as Stripe computes it').waitFor();
    await expectSound(portal, heard.portal);
    await keepPicture(portal, 'portal-stripe-plan');
    await keepVariant(portal, 'portal-stripe-plan-dark', { dark: true });
    await portal.getByRole('button', { name: 'Change plan' }).click();
    await expect.poll(async () => (await mine()).quantity, { timeout: 60_000 }).toBe(4);
    await open(admin, `/admin/customers/${(await mine()).customer}?tenant=at-stripe&tab=subscriptions`);
    await admin.getByText('Billed at Stripe.').waitFor();
    await admin.getByText('was confirmed by Stripe').waitFor();
    await expectSound(admin, heard.admin);
    await keepPicture(admin, 'admin-stripe-subscription');
    await keepVariant(admin, 'admin-stripe-subscription-dark', { dark: true });
  });

  test('what Stripe gave, plans, pauses and took back is shown to staff and customer', async () => {
    const stripe = stripeAt(seller.app.stripeUrl, await seller.app.stripeKeyOf('at-stripe'));
    const [made] = (await stripe.subscriptions.list({ status: 'all' })).data;
    if (made === undefined) throw new Error('Kim has a subscription.');
    const coupon = await stripe.coupons.create({
      percent_off: 20,
      duration: 'repeating',
      duration_in_months: 6,
      name: 'Spring sale',
    });
    await stripe.subscriptions.update(made.id, { discounts: [{ coupon: coupon.id }] });
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: made.id });
    const [phase] = schedule.phases;
    const [item] = made.items.data;
    const items = (quantity: number) => [{ price: String(item?.price.id), quantity }];
    await stripe.subscriptionSchedules.update(schedule.id, {
      phases: [
        { start_date: phase?.start_date ?? 0, end_date: phase?.end_date ?? 0, items: items(4) },
        { items: items(9), duration: { interval: 'month', interval_count: 1 } },
      ],
    });
    await stripe.subscriptions.update(made.id, { pause_collection: { behavior: 'keep_as_draft' } });
    const [invoice] = (await stripe.invoices.list({ subscription: made.id })).data.toReversed();
    await stripe.creditNotes.create({
      invoice: String(invoice?.id),
      amount: 300,
      credit_amount: 300,
      memo: 'One day without service',
    });
    await open(portal, '/p/at-stripe/plan');
    const shows = async (page: Page, text: string | RegExp) => {
      await expect
        .poll(
          async () => {
            await page.reload();
            await atRest(page);
            return page.getByText(text).count();
          },
          { timeout: 60_000 },
        )
        .toBeGreaterThan(0);
    };
    await shows(portal, 'Payments are paused');
    await portal.getByText('20 % off').or(portal.getByText('20% off')).waitFor();
    await portal.getByText(/9 seats from/).waitFor();
    await expect.poll(() => portal.getByRole('button', { name: 'Undo the change' }).count()).toBe(0);
    await expectSound(portal, heard.portal);
    await keepPicture(portal, 'portal-stripe-terms');
    await keepVariant(portal, 'portal-stripe-terms-dark', { dark: true });
    const api = `${seller.app.baseUrl}/p/at-stripe/api/v1`;
    const { customer } = (await (await portal.request.get(`${api}/subscription`)).json()) as {
      customer: string;
    };
    await open(admin, `/admin/customers/${customer}?tenant=at-stripe&tab=subscriptions`);
    await admin.getByText('Collecting is paused at Stripe').waitFor();
    await admin.getByText('Changes to 9 seats').waitFor();
    await expect.poll(() => admin.getByRole('button', { name: /^Undo/ }).count()).toBe(0);
    await expectSound(admin, heard.admin);
    await keepPicture(admin, 'admin-stripe-terms');
    await keepVariant(admin, 'admin-stripe-terms-dark', { dark: true });
    const { data } = (await (await portal.request.get(`${api}/invoices`)).json()) as {
      data: { id: string; credited: string }[];
    };
    const credited = data.find((one) => one.credited !== '0');
    await open(admin, `/admin/invoices/${credited?.id}?tenant=at-stripe`);
    await admin.getByText(/One day without service · issued by Stripe/).waitFor();
    await admin.getByText(/One day without service/).scrollIntoViewIfNeeded();
    await expectSound(admin, heard.admin);
    await keepPicture(admin, 'admin-stripe-note');
    await keepVariant(admin, 'admin-stripe-note-dark', { dark: true });
  });

  test("the pricing page shows Stripe's own table where the seller chose it, with the seller's ids, and lets nothing else in", async () => {
    const { page, complaints } = await openPage(browser);
    const asked: string[] = [];
    // Stripe is far away; what is proven is what our page asks it for, and that our rules let it in.
    await page.context().route('https://js.stripe.com/**', (route) => {
      asked.push(route.request().url());
      return route.fulfill({ contentType: 'text/javascript', body: 'window.stripeTableCame = true;' });
    });
    const table = page.locator('stripe-pricing-table');
    await open(page, '/p/at-stripe/pricing');
    await page.getByRole('heading', { name: 'Plans and prices' }).waitFor();
    await expect.poll(() => table.count()).toBe(0);
    expect(asked).toEqual([]);
    const chosen = { id: 'prctbl_1Nabc', publishable_key: 'pk_test_51Nabc' };
    const settings = { stripe_pricing_table: chosen };
    await must(seller.api('PATCH', '/v1/tenant', { body: { settings } }));
    const answer = await open(page, '/p/at-stripe/pricing');
    expect(answer?.headers()['content-security-policy']).toContain('https://js.stripe.com');
    await table.waitFor({ state: 'attached' });
    await expect.poll(() => table.getAttribute('pricing-table-id')).toBe(chosen.id);
    await expect.poll(() => table.getAttribute('publishable-key')).toBe(chosen.publishable_key);
    await page.waitForFunction(() => 'stripeTableCame' in window);
    expect(asked).toEqual(['https://js.stripe.com/v3/pricing-table.js']);
    await expect.poll(() => page.getByText('What is in each plan').count()).toBe(0);
    expect(complaints).toEqual([]);
    const elsewhere = await open(page, '/admin');
    expect(elsewhere?.headers()['content-security-policy']).toMatch(/script-src 'self'/);
    expect(elsewhere?.headers()['content-security-policy']).not.toContain('stripe');
    await page.context().close();
    await must(seller.api('PATCH', '/v1/tenant', { body: { settings: { stripe_pricing_table: null } } }));
  });
});
