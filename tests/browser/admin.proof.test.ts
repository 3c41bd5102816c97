import fs from 'node:fs';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import pg from 'pg';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, createCaller } from '../../apps/server/src/testing/caller.ts';
import { linkTo, must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

const COLLEAGUE = {
  name: 'Ada Buchhalter',
  email: 'ada@concierge.example',
  password: 'another good password',
};

/** What the seller's staff does in a day; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('the seller in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let main: Locator;
  let owner: Caller;
  let customer: string;
  let complaints: string[];

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'staff');
    ({ page, complaints } = await openPage(browser));
    main = page.getByRole('main');
    const { app } = seller;
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    owner = await app.signIn(email, password);
    customer = await sellStarter(seller);
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  const open = (path: string) =>
    page.goto(`${seller.app.baseUrl}/admin${path}${path.includes('?') ? '&' : '?'}tenant=staff`);
  const told = (text: RegExp | string) => page.getByText(text).first().waitFor();

  test('counts an event that came under an unknown name for the customer it belongs to', async () => {
    await must(seller.api('POST', '/v1/events', { body: [await callsOf(seller, 'a name nobody has')] }));
    await open('/usage?tab=quarantine');
    await main.getByRole('row').filter({ hasText: 'No customer has this id' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText('"subject": "a name nobody has"').waitFor();
    await sheet.getByRole('combobox', { name: 'Count for' }).fill('Lindenhof');
    await page.getByRole('option', { name: /Lindenhof/ }).click();
    await sheet.getByRole('button', { name: 'Count event' }).click();
    await main.getByText('Nothing waits.').waitFor();
    const { data } = await must(seller.api('GET', `/v1/events?customer=${customer}`));
    expect(data?.[0]).toMatchObject({ id: 'astray', data: { calls: 700 } });
  });

  test('makes a meter with conditions and groups, and sees who used most of another, and how their period goes', async () => {
    await open('/usage?tab=meters&newMeter=1');
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Name').first().fill('Slow calls');
    await sheet.getByLabel('Key').fill('slow-calls');
    await sheet.getByLabel('Event type').fill('api.called');
    await sheet.getByRole('combobox', { name: 'How it measures' }).click();
    await page.getByRole('option', { name: /Percentile/ }).click();
    await sheet.getByLabel('Property of the event').fill('calls');
    await sheet.getByLabel('Which percentile').fill('95');
    await sheet.getByRole('button', { name: 'Add a condition' }).click();
    await sheet.getByLabel('Condition 1: property').fill('region');
    await sheet.getByRole('combobox', { name: 'Condition 1: how' }).click();
    await page.getByRole('option', { name: 'Is one of', exact: true }).click();
    await sheet.getByLabel('Condition 1: value').fill('eu, us');
    await sheet.getByLabel('Show usage by').fill('region, model');
    await sheet.getByLabel('Round a period to').fill('0.1');
    await sheet.getByRole('button', { name: 'Create meter' }).click();
    await main.getByText('where region is eu or us; by region, model; rounded up to 0.1').waitFor();
    const { data } = await must(seller.api('GET', '/v1/meters'));
    expect(data).toContainEqual(
      expect.objectContaining({
        key: 'slow-calls',
        aggregation: 'percentile',
        percentile: '95',
        filters: [{ operator: 'in', property: 'region', values: ['eu', 'us'] }],
        group_by: ['region', 'model'],
        rounding: { step: '0.1', mode: 'up' },
      }),
    );
    await open('/usage?tab=customers&meter=api_calls');
    await main.getByRole('row').filter({ hasText: '700' }).click();
    await main.getByText('Seven full days of usage are needed').waitFor();
    await main.getByRole('heading', { name: 'History' }).waitFor();
  });

  test('makes a plan whose price falls in tiers, tries a quantity, and publishes a second version beside the first', async () => {
    await open('/new-plan');
    await page.getByLabel('Name').first().fill('Calls only');
    await page.getByLabel('Key').first().fill('calls-only');
    await page.getByRole('radio', { name: 'In tiers' }).click();
    await page.getByRole('combobox', { name: 'Counts' }).click();
    await page.getByRole('option', { name: /API calls/ }).click();
    const end = page.getByLabel('Tier 1: above 0, up to');
    await end.fill('');
    await main.getByText('Above the tier before').waitFor();
    await end.fill('1000');
    await main.getByText('Above 1,000').waitFor();
    await page.getByLabel('Tier 1: price').fill('0.02');
    await page.getByLabel('Tier 2: price').fill('0.005');
    await page.getByLabel('Quantity').fill('3000');
    // 1,000 at 0.02 and 2,000 at 0.005.
    await main.getByText('30.00', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Create plan' }).click();
    await page.getByRole('heading', { name: 'Calls only', level: 1 }).waitFor();
    await main.getByText('First 1,000').waitFor();

    await page.getByRole('link', { name: 'Make new version' }).click();
    await page.getByLabel('Tier 2: price').fill('0.004');
    await page.getByRole('button', { name: 'Publish version 2' }).click();
    await page.getByRole('heading', { name: 'Calls only', level: 1 }).waitFor();
    await main.getByText('0.004 EUR').waitFor();
    const plans = (await must(seller.api('GET', '/v1/plans'))).data as unknown as {
      key: string;
      id: string;
    }[];
    const versions = await must(
      seller.api('GET', `/v1/plans/${plans.find(({ key }) => key === 'calls-only')?.id}/versions`),
    );
    const prices = versions.data as unknown as {
      version: number;
      prices: { pricing: { tiers: { unit_amount: string }[] } }[];
    }[];
    const last = prices.map(({ version, prices: [price] }) => [
      version,
      price?.pricing.tiers[1]?.unit_amount,
    ]);
    expect(last.toSorted()).toEqual([
      [1, '0.005'],
      [2, '0.004'],
    ]);
  });

  test('invites a colleague, who joins by mail, gives them another role, and removes them again', async () => {
    await open('/team');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('E-mail').fill(COLLEAGUE.email);
    await page.getByRole('radio', { name: /^Finance/ }).click();
    await page.getByRole('button', { name: 'Send invitation' }).click();
    await main.getByRole('row').filter({ hasText: COLLEAGUE.email }).getByText('Open').waitFor();

    const guest = await openPage(browser);
    await guest.page.goto((await linkTo(seller.app, COLLEAGUE.email, '/admin/accept-invitation')).href);
    await guest.page.getByLabel('Name').fill(COLLEAGUE.name);
    await guest.page.getByLabel('Password').fill(COLLEAGUE.password);
    await guest.page.getByRole('button', { name: 'Join' }).click();
    await guest.page.getByText('has the role finance').waitFor();
    expect(guest.complaints).toEqual([]);
    await guest.page.context().close();

    await page.reload();
    const row = main.getByRole('row').filter({ hasText: COLLEAGUE.name });
    await row.getByRole('combobox').click();
    await page.getByRole('option', { name: /^Viewer/ }).click();
    await told(`The role of ${COLLEAGUE.name} was changed.`);
    const before = (await must(owner('GET', '/v1/operators'))).data as unknown as {
      name: string;
      role: string;
    }[];
    expect(before.find(({ name }) => name === COLLEAGUE.name)?.role).toBe('viewer');

    await row.getByRole('button', { name: `Remove ${COLLEAGUE.name}` }).click();
    await page.getByRole('button', { name: 'Remove from the team' }).click();
    await page.getByRole('alertdialog').or(page.getByRole('dialog')).waitFor({ state: 'detached' });
    await row.waitFor({ state: 'detached' });
    expect((await must(owner('GET', '/v1/operators'))).data).not.toContainEqual(
      expect.objectContaining({ name: COLLEAGUE.name }),
    );
  });

  test('makes an API key that is shown once and works until it is revoked', async () => {
    await open('/api-keys');
    await page.getByRole('button', { name: 'Create key' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Name').fill('Production');
    await sheet.getByRole('button', { name: 'Create key' }).click();
    const shown = sheet.getByText(/^sk_test_\w+$/).first();
    const secret = String(await shown.textContent()).trim();
    const product = createCaller(seller.app.baseUrl, { authorization: `Bearer ${secret}` });
    expect((await product('GET', '/v1/customers')).status).toBe(200);
    await sheet.getByRole('button', { name: 'I have saved it' }).click();
    await sheet.waitFor({ state: 'detached' });

    await page.reload();
    const row = main.getByRole('row').filter({ hasText: 'Production' });
    await row.getByText(secret.slice(-4)).waitFor();
    expect(await page.content()).not.toContain(secret);
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await row.getByText('Revoked').waitFor();
    expect((await product('GET', '/v1/customers')).status).toBe(401);
  });

  test('gives a part of a payment back, sees it arrive, and finds who got how much in the activity', async () => {
    await open('/payments');
    await main.getByRole('row').filter({ hasText: 'Lindenhof' }).getByText('34.51').waitFor();
    await main.getByRole('row').filter({ hasText: 'Lindenhof' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Refund' }).click();
    const sheet = page.getByRole('dialog', { name: /^Refund/ });
    await sheet.getByLabel('Amount').fill('10.00');
    await sheet.getByLabel('Reason').fill('An hour of outage');
    await sheet.getByRole('button', { name: 'Refund 10.00 EUR' }).click();
    await page.getByText('Refunded: An hour of outage').waitFor();

    await open('/');
    const activity = main.getByRole('list').filter({ hasText: 'Payment refunded' });
    const entry = (word: string) =>
      activity.getByRole('listitem').filter({ hasText: word }).first().textContent();
    expect(await entry('Payment refunded')).toMatch(/-000001.*−10\.00.*Lindenhof/);
    expect(await entry('Payment succeeded')).toMatch(/-000001.*34\.51.*Lindenhof/);
    expect(await entry('Invoice paid')).toMatch(/-000001.*34\.51.*Lindenhof/);
  });

  test('moves the clock to the start of a day in the zone of the business, and watches what is done on the way', async () => {
    await open('/clock');
    await page.getByLabel('To the start of a day').fill('2027-03-01');
    await main.getByText('Midnight in Europe/Berlin').waitFor();
    await page.getByRole('button', { name: 'Move clock' }).click();
    await main.getByRole('progressbar').waitFor();
    const move = main.getByRole('region', { name: 'Last move' });
    await move.getByText('100 %').waitFor();
    await move.getByText('Customers billed').waitFor();
    await move.getByText('Payments sent for collection').waitFor();
    expect((await must(seller.api('GET', '/v1/clock'))).now).toBe('2027-02-28T23:00:00Z');
  });

  test('sees which customer is not billed and why, closes the case with a note, and billing goes on', async () => {
    await setTooDear(seller, customer, true);
    await moveClock(seller, '2027-04-01T00:00:00Z');
    await setTooDear(seller, customer, false);
    await open('/');
    const banner = main.locator('section').filter({ hasText: 'One case needs a decision' });
    await banner.getByRole('link', { name: /Lindenhof/ }).click();
    await main.getByText('Billing on hold').waitFor();
    await banner.getByRole('button', { name: 'Close case' }).click();
    await page.getByLabel('What was found and done').fill('The currency is put right.');
    await page.getByRole('button', { name: 'Close case, bill again' }).click();
    await banner.waitFor({ state: 'detached' });
    await main.getByText('Billing on hold').waitFor({ state: 'detached' });
    const latest = async () => String((await must(seller.api('GET', '/v1/invoices'))).data?.[0]?.issued_at);
    await expect.poll(latest, { timeout: 60_000 }).toMatch(/^2027-0[34]/);
  });

  test('reads the mail that a customer got and takes the invoice along that hangs on it', async () => {
    await open('/mailbox');
    await main
      .getByRole('row')
      .filter({ hasText: 'lindenhof' })
      .filter({ has: page.getByLabel(/\.pdf$/) })
      .first()
      .click();
    const sheet = page.getByRole('dialog');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      sheet.getByRole('button', { name: /\.pdf/ }).click(),
    ]);
    const bytes = fs.readFileSync(await download.path());
    expect(bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    await sheet.getByRole('tab', { name: 'As text' }).click();
    await sheet
      .getByText(/34\.51|24\.51|29\.00/)
      .first()
      .waitFor();
  });

  test('meets no page that the browser complains about', () => {
    expect(complaints).toEqual([]);
  });
});

/** A customer with a card who has bought the smallest plan and paid for it. */
async function sellStarter({ api }: Business): Promise<string> {
  const made = await send(api, '/v1/customers', {
    name: 'Hausverwaltung Lindenhof GmbH',
    email: 'erika@lindenhof.example',
    country: 'DE',
    time_zone: 'Europe/Berlin',
  });
  const customer = String(made.id);
  await send(api, `/v1/customers/${customer}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  await send(api, '/v1/subscriptions', { customer, plan: 'starter', collection: 'automatic' });
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const { data } = await must(api('GET', '/v1/invoices?status=paid'));
    if (data?.[0] !== undefined) return customer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the first invoice was not paid');
}

const TOO_DEAR = {
  model: { model: 'flat', amount: '999999999999999' },
  terms: { included_units: '0', minimum: null, maximum: null, conversion: null, discount_percent: '0' },
};

/** What no command allows, a line larger than any invoice: the bill run refuses to bill it and opens a case. */
async function setTooDear({ app }: Business, customer: string, isTooDear: boolean): Promise<void> {
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const id = decodeTypeId('cus', customer);
  if (!id.ok) throw new Error(`${customer} is no id of a customer`);
  await admin.query(
    `update subscription_items set override = $1 where subscription_id in
       (select id from subscriptions where customer_id = $2)`,
    [isTooDear ? JSON.stringify(TOO_DEAR) : null, id.value],
  );
  await admin.end();
}

async function moveClock({ api }: Business, to: string): Promise<void> {
  await send(api, '/v1/clock/advance', { to });
  const arrived = async () => (await must(api('GET', '/v1/clock'))).moving;
  await expect.poll(arrived, { timeout: 60_000 }).toBeNull();
}

/** 700 calls now in the time of the seller, for whoever has that name. */
async function callsOf({ api }: Business, subject: string): Promise<object> {
  const { now } = await must(api('GET', '/v1/clock'));
  const base = { specversion: '1.0', id: 'astray', source: 'api-gateway', type: 'api.called' };
  return { ...base, subject, time: String(now), data: { calls: 700 } };
}
