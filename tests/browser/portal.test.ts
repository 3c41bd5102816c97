import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { payWith } from './pay.ts';
import { PASSWORD, signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, changeFee, openBusiness, sharedShop } from './shop.ts';

const VISA = '4242 4242 4242 4242';
const MASTERCARD = '5555 5555 5555 4444';
const DECLINED = '4000 0000 0000 9995';
const ASKS_THE_BANK = '4000 0027 6000 3184';

/** What a customer does with a plan, its cards and its invoices; each test has a member and a company of its own. */
describe.runIf(hasBrowser)('a member in the portal', () => {
  let seller: Business;
  let browser: Browser;
  let base: string;
  let complaints: string[] = [];
  let page: Page;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'portal');
    base = `${shop.app.baseUrl}/p/${seller.slug}`;
  }, 120_000);

  afterEach(async () => {
    await page.context().close();
    // Reported by the browser, and as they should be: a card that was refused, a preview that is no longer true, and
    // somebody who was signed out meanwhile.
    const expected = [
      / 402 .*\/c\/pay\//,
      / 409 .*\/subscription\/change\?subscription=/,
      / 401 .*\/payment_methods\/checkout\)$/,
    ];
    expect(complaints.filter((text) => !expected.some((one) => one.test(text)))).toEqual([]);
  });

  /** A page of a new member who owns these companies, and the customers' ids by name. */
  async function enter(name: string, ...companies: string[]): Promise<Map<string, string>> {
    const email = `${name.toLowerCase()}@portal.example`;
    const signedIn = await signUp(browser, seller, { name, email }, companies);
    ({ page, complaints } = await openPage(browser, { signedIn }));
    const { data } = await must(seller.api('GET', '/v1/customers'));
    const all = data as unknown as { id: string; name: string }[];
    return new Map(all.map((customer) => [customer.name, customer.id]));
  }

  async function buys(plan: string, card = VISA): Promise<void> {
    await page.goto(`${base}/checkout?plan=${plan}`);
    await page.getByRole('button', { name: /^Pay / }).click();
    await payWith(page, card);
  }

  const bought = () => page.getByRole('heading', { name: /^Welcome to / }).waitFor();

  test('is told of being signed out in another tab, and finds the way back to the same place', async () => {
    await enter('Tina', 'Tina KG');
    await page.goto(`${base}/payment-methods`);
    const add = page.getByRole('button', { name: 'Add a card' });
    await add.waitFor();
    const left = await page.request.post(`${base}/auth/sign-out`, {
      headers: { origin: seller.app.baseUrl },
      data: {},
    });
    expect(left.status()).toBe(200);
    await add.click();
    const told = page.getByRole('alert').filter({ hasText: 'You are signed out' });
    await told.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').fill('tina@portal.example');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Payment methods', level: 1 }).waitFor();
  });

  test('pays an open invoice: a declined card changes nothing, the next one settles it', async () => {
    const customers = await enter('Anna', 'Anna AG');
    await send(seller.api, '/v1/subscriptions', {
      customer: customers.get('Anna AG'),
      plan: 'starter',
      collection: 'manual',
    });
    await page.goto(`${base}/invoices?status=open`);
    await page.getByRole('row').filter({ hasText: '34.51' }).getByRole('link').click();
    await page.getByRole('button', { name: 'Pay 34.51 EUR' }).click();
    await payWith(page, DECLINED);
    await page.getByRole('alert').filter({ hasText: 'Try another card' }).waitFor();
    await page.getByRole('link', { name: 'Cancel and go back' }).click();
    await page.getByRole('button', { name: 'Pay 34.51 EUR' }).click();
    await payWith(page, VISA);
    await page.getByRole('heading', { name: 'Thank you. It is paid.' }).waitFor();
    await page.getByRole('link', { name: 'See the invoice' }).click();
    await page.getByRole('heading', { name: 'Payments' }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^Pay / }).count()).toBe(0);
    const { data } = await must(seller.api('GET', `/v1/invoices?customer=${customers.get('Anna AG')}`));
    expect(data).toMatchObject([{ status: 'paid', total: '3451' }]);
  });

  test('buys nothing while the bank is not convinced, and exactly once when it is', async () => {
    const customers = await enter('Bela', 'Bela BV');
    const invoices = async () => {
      const path = `/v1/invoices?customer=${customers.get('Bela BV')}`;
      return ((await must(seller.api('GET', path))).data as unknown as { status: string }[]).map(
        ({ status }) => status,
      );
    };
    await buys('starter', ASKS_THE_BANK);
    await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor();
    await page.getByRole('button', { name: 'Fail authentication' }).click();
    await page.getByRole('alert').waitFor();
    expect(await invoices()).toEqual([]);
    await payWith(page, ASKS_THE_BANK);
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    await bought();
    await expect.poll(invoices).toEqual(['paid']);
  });

  test('adds a second card, charges it by default from then on, and removes the first', async () => {
    await enter('Cleo', 'Cleo KG');
    for (const card of [VISA, MASTERCARD]) {
      await page.goto(`${base}/payment-methods`);
      await page.getByRole('button', { name: 'Add a card' }).click();
      await payWith(page, card);
      await page.getByRole('heading', { name: 'Your card is saved.' }).waitFor();
    }
    await page.getByRole('main').getByRole('link', { name: 'Payment methods' }).click();
    const visa = page.getByRole('listitem').filter({ hasText: 'Visa ending in 4242' });
    const mastercard = page.getByRole('listitem').filter({ hasText: 'Mastercard ending in 4444' });
    await expect.poll(() => page.getByText('Charged by default').count()).toBe(1);
    const other = (await visa.getByText('Charged by default').count()) === 1 ? mastercard : visa;
    const first = other === visa ? mastercard : visa;
    await other.getByRole('button', { name: 'Make default' }).click();
    await other.getByText('Charged by default').waitFor();
    await first.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the card' }).click();
    await expect.poll(() => first.count()).toBe(0);
    await page.reload();
    await other.getByText('Charged by default').waitFor();
    await expect.poll(() => first.count()).toBe(0);
  });

  test('never changes the plan at a price that is no longer true: the new one is shown and asked for again', async () => {
    await enter('Dana', 'Dana GmbH');
    await buys('starter');
    await bought();
    await page.goto(`${base}/plan/change?plan=professional`);
    const button = page.getByRole('button', { name: /^Change now, pay .* today$/ });
    await button.waitFor();
    const changes = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'What changes' }) });
    await changes.getByText('29.00').waitFor();
    await changes.getByText(/^50,000 calls included/).waitFor();
    await changes.getByText('Buildings').waitFor();
    await keepPicture(page, 'portal-change-plan');
    await keepVariant(page, 'portal-change-plan-dark-phone', { dark: true, width: 390 });
    const before = await button.textContent();
    await changeFee(seller, 'professional', '6900');
    await button.click();
    await page.getByText('Something changed meanwhile').waitFor();
    await expect.poll(() => button.textContent()).not.toBe(before);
    await expect.poll(() => button.isEnabled()).toBe(true);
    await button.click();
    await page.getByRole('heading', { name: 'Plan', level: 1 }).waitFor();
    await page.getByText('Professional', { exact: true }).first().waitFor();
  });

  test('cancels to the end of what is paid, and takes it back', async () => {
    const customers = await enter('Emil', 'Emil eG');
    await buys('starter');
    await bought();
    await page.goto(`${base}/plan`);
    await page.getByRole('link', { name: 'Cancel plan' }).click();
    await page.getByRole('radio', { name: 'I use it too little' }).click();
    await page.getByRole('button', { name: /^Cancel on / }).click();
    await page.getByText(/^Your plan ends on /).waitFor();
    const path = `/v1/subscriptions?customer=${customers.get('Emil eG')}`;
    const cancelAt = async () =>
      ((await must(seller.api('GET', path))).data as unknown as { cancel_at: string | null }[])[0]?.cancel_at;
    expect(await cancelAt()).toEqual(expect.any(String));
    await page.getByRole('button', { name: 'Keep the plan' }).click();
    await page.getByRole('link', { name: 'Change plan' }).waitFor();
    expect(await cancelAt()).toBeNull();
  });

  test('with several companies acts for the one that is shown, also when coming back from the payment page', async () => {
    const customers = await enter('Fritz', 'Fritz Eins', 'Fritz Zwei');
    await page.goto(base);
    const shown = page.getByRole('main').getByText(/^Fritz (?:Eins|Zwei)$/);
    const first = String(await shown.textContent());
    const second = first === 'Fritz Eins' ? 'Fritz Zwei' : 'Fritz Eins';
    await page.getByRole('button', { name: `Account of ${first}` }).click();
    await page.getByRole('menuitem', { name: `Switch to ${second}` }).click();
    await expect.poll(() => shown.textContent()).toBe(second);
    await page.reload();
    await expect.poll(() => shown.textContent()).toBe(second);
    await page.getByRole('link', { name: 'See plans and prices' }).click();
    await page.getByRole('link', { name: 'Start with Starter' }).click();
    await page.getByRole('button', { name: /^Pay / }).click();
    await payWith(page, VISA);
    await bought();
    const held = async (name: string) =>
      (await must(seller.api('GET', `/v1/subscriptions?customer=${customers.get(name)}`))).data;
    expect(await held(first)).toEqual([]);
    expect(await held(second)).toHaveLength(1);
  });
});
