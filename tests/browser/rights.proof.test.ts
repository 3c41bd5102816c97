import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sendCalls, sharedShop } from './shop.ts';

/** Where rights come from, as staff and customers see it; each test goes on where the one before ended. */
describe.runIf(hasBrowser)('rights in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let customer: string;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'rights');
    const feature = { key: 'sso', name: 'Single sign-on', kind: 'boolean' };
    await send(seller.api, '/v1/features', feature);
    const devices = { key: 'by-device', name: 'Calls by device', kind: 'metered', meter: 'api_calls' };
    await send(seller.api, '/v1/features', { ...devices, subject_property: 'device' });
    ({ page, complaints } = await openPage(browser));
    const { app } = seller;
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  const sheet = () => page.getByRole('dialog');
  const open = (path: string, filters = '') =>
    page.goto(`${seller.app.baseUrl}/admin${path}?tenant=rights${filters}`);
  const shows = async (name: string) => {
    await keepPicture(page, name);
    await keepVariant(page, `${name}-dark`, { dark: true });
    await keepVariant(page, `${name}-phone`, { width: 390 });
  };
  const isAccessible = async () => {
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  };

  test('staff agree on a right and give one for a time, each with a reason that explains it from then on', async () => {
    const body = { name: 'Rechte AG', country: 'DE', time_zone: 'Europe/Berlin' };
    customer = String((await send(seller.api, '/v1/customers', body)).id);
    await send(seller.api, '/v1/subscriptions', { customer, plan: 'starter', collection: 'manual' });
    await open(`/customers/${customer}`, '&tab=rights');
    await page.getByRole('row').filter({ hasText: 'API calls' }).click();
    await sheet().getByText('Starter, version 1').waitFor();
    await sheet().getByRole('button', { name: 'Agree on another right' }).click();
    await sheet().getByLabel('How much more').fill('2500');
    await sheet().getByLabel('Reason').fill('Agreed in the contract of March');
    await sheet().getByRole('button', { name: 'Agree on it' }).click();
    await sheet().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Give for a time' }).click();
    await sheet().getByRole('combobox', { name: 'Feature' }).click();
    await page.getByRole('option', { name: /^Single sign-on/ }).click();
    await sheet().getByLabel('Until').fill('2099-01-01');
    await sheet().getByLabel('Reason').fill('To try it');
    await sheet().getByRole('button', { name: 'Give for a time' }).click();
    await sheet().waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: 'Single sign-on' }).getByText('Granted').waitFor();
    await shows('admin-rights');
    await page.getByRole('row').filter({ hasText: 'API calls' }).click();
    await sheet().getByText('Agreed in the contract of March').waitFor();
    await sheet().getByText('12,500').waitFor();
    await shows('admin-right-explained');
    await isAccessible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Take back' }).click();
    await sheet().getByLabel('Reason').fill('Tried');
    await sheet().getByRole('button', { name: 'Take back now' }).click();
    await page.getByRole('button', { name: 'Take back' }).waitFor({ state: 'detached' });
    const check = { customer, feature: 'sso' };
    expect((await send(seller.api, '/v1/check', check)).allowed).toBe(false);
  });

  test('rights of all plans are changed in one place, and published after it is shown who would feel it', async () => {
    await sendCalls(seller, customer, 'calls-1', 9000);
    const given = { feature: 'by-device', reason: 'For the pilot', until: '2099-01-01T00:00:00Z' };
    const change = { kind: 'metered', mode: 'add', limit: '500' };
    await send(seller.api, `/v1/customers/${customer}/entitlement_grants`, { ...given, change });
    for (const [subject, quantity] of [
      ['press-1', '450'],
      ['press-2', '120'],
    ]) {
      const usage = { customer, feature: 'by-device', subject, quantity, event_id: subject };
      await send(seller.api, '/v1/track', usage);
    }
    await open(`/customers/${customer}`, '&tab=rights&right=by-device');
    await sheet().getByText('press-1').waitFor();
    await sheet().getByText('For the pilot').waitFor();
    await shows('admin-right-by-device');
    await open('/plans', '&tab=rights');
    const row = page.getByRole('row').filter({ hasText: 'Single sign-on' });
    await row.getByRole('checkbox', { name: 'Single sign-on in Starter' }).check();
    await page.getByRole('button', { name: 'API calls in Starter: 10,000' }).click();
    await sheet().getByRole('textbox', { name: 'Limit' }).fill('8000');
    await sheet().getByRole('button', { name: 'Keep for review' }).click();
    await sheet().waitFor({ state: 'detached' });
    await shows('admin-rights-matrix');
    await isAccessible();
    await page.getByRole('button', { name: 'Review changes' }).click();
    await sheet().getByText('API calls: 1 would get less of it').waitFor();
    await sheet()
      .getByText(/Rechte AG: 9,570 of 8,000/)
      .waitFor();
    await shows('admin-rights-review');
    await sheet().getByRole('button', { name: 'Publish version 2 of Starter' }).click();
    await sheet().waitFor({ state: 'detached' });
    await page.getByText('What each plan grants to those who subscribe now.').waitFor();
    const plans = (await must(seller.api('GET', '/v1/plans'))).data as unknown as {
      key: string;
      latest_version: {
        version: number;
        prices: unknown[];
        entitlements: { feature: string; limit?: string }[];
      };
    }[];
    const starter = plans.find(({ key }) => key === 'starter')?.latest_version;
    expect([starter?.version, starter?.prices.length]).toEqual([2, 2]);
    expect(starter?.entitlements).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ feature: 'sso', enabled: true }),
        expect.objectContaining({ feature: 'api-calls', limit: '8000' }),
      ]),
    );
    await open('/plans', '&tab=features');
    await page.getByRole('row').filter({ hasText: 'Calls by device' }).click();
    await sheet().getByRole('combobox', { name: 'Past due, after them' }).click();
    await page.getByRole('option', { name: 'A smaller limit' }).click();
    await sheet().getByLabel('The smaller limit').fill('100');
    await shows('admin-feature-service');
    await sheet().getByRole('button', { name: 'Save changes' }).click();
    await sheet().waitFor({ state: 'detached' });
  });

  test('the plan that suits the real usage is shown to staff and to the customer, with what each would have cost', async () => {
    const state = await signUp(browser, seller, { name: 'Ada', email: 'ada@rights.example' }, ['Viel GmbH']);
    const found = await must(seller.api('GET', '/v1/customers?q=Viel'));
    const busy = (found.data as unknown as { id: string }[])[0]?.id as string;
    await send(seller.api, '/v1/subscriptions', { customer: busy, plan: 'starter', collection: 'manual' });
    await sendCalls(seller, busy, 'calls-2', 200_000);
    await open(`/customers/${busy}`, '&tab=plans');
    await page.getByText('No period is over yet, so this is the first one so far.').waitFor();
    await page.getByRole('row').filter({ hasText: 'Starter (today)' }).waitFor();
    await expect.poll(() => page.getByText('suits what was used better.').count()).toBe(0);
    await expect.poll(() => page.getByRole('columnheader', { name: 'A period' }).count()).toBe(0);
    await page.setViewportSize({ width: 360, height: 800 });
    await page.reload();
    const chosen = page.getByRole('tab', { name: 'Best plan' });
    await chosen.waitFor();
    const { x, width } = (await chosen.boundingBox()) ?? { x: 360, width: 0 };
    expect([x >= 0, x + width <= 360]).toEqual([true, true]);
    await page.setViewportSize({ width: 1280, height: 800 });
    const { now } = await must(seller.api('GET', '/v1/clock'));
    const to = new Date(Date.parse(String(now)) + 32 * 86_400_000).toISOString();
    await must(seller.api('POST', '/v1/clock/advance', { body: { to } }));
    const moving = async () => (await must(seller.api('GET', '/v1/clock'))).moving;
    await expect.poll(moving, { timeout: 60_000 }).toBeNull();
    // Starter: 29 and 190 times 0.50. Professional: 59 and 150 times 0.50. Enterprise: 99.
    await open(`/customers/${busy}`, '&tab=plans');
    await page.getByText('Enterprise suits what was used better.').waitFor();
    await page.getByRole('row').filter({ hasText: 'Starter (today)' }).getByText('124.00').first().waitFor();
    await page.getByRole('row').filter({ hasText: 'Professional' }).getByText('134.00').first().waitFor();
    await shows('admin-best-plan');
    // A plan that begins later was not used yet, so there is nothing to compare it by.
    const later = new Date(Date.parse(to) + 60 * 86_400_000).toISOString();
    const agreed = { customer: busy, plan: 'professional', start_at: later, collection: 'manual' };
    await send(seller.api, '/v1/subscriptions', agreed);
    await page.reload();
    await page.getByText('Enterprise suits what was used better.').waitFor();
    await expect.poll(() => page.getByRole('combobox', { name: 'Instead of' }).count()).toBe(0);
    const portal = await openPage(browser, { signedIn: state });
    await portal.page.goto(`${seller.app.baseUrl}/p/rights/plan`);
    await portal.page.getByRole('heading', { level: 1, name: 'Plan' }).waitFor();
    await portal.page.getByText('Enterprise may suit you better').waitFor();
    await keepPicture(portal.page, 'portal-best-plan');
    await keepVariant(portal.page, 'portal-best-plan-dark-phone', { dark: true, width: 390 });
    await portal.page.getByRole('link', { name: 'See the change to Enterprise' }).click();
    await portal.page.getByText('99.00').first().waitFor();
    expect([...complaints, ...portal.complaints]).toEqual([]);
    await portal.page.context().close();
  });
});
