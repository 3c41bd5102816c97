import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { type State, signedInAt, signUp } from './people.ts';
import { type Business, openBusiness, sendCalls, sharedShop } from './shop.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const MEMBER = { name: 'Erika Mustermann', email: 'erika@lindenhof.example' };

type Screens = { path: string; signedIn?: State }[];

describe.runIf(hasBrowser)('both web apps', { timeout: 180_000 }, () => {
  let baseUrl: string;
  let browser: Browser;
  let screens: Screens;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    baseUrl = shop.app.baseUrl;
    screens = await fillShop(await openBusiness(shop.app, 'accessible'), browser);
  }, 120_000);

  test('break no rule of WCAG 2.2 AA in either theme, fit into 320 px, and make the browser complain about nothing', async () => {
    const people = new Set(screens.map(({ signedIn }) => signedIn));
    const faults = await Promise.all(
      [...people].map((signedIn) => {
        const paths = screens.filter((one) => one.signedIn === signedIn).map(({ path }) => path);
        return faultsOf(browser, baseUrl, paths, signedIn);
      }),
    );
    expect(faults.flat()).toEqual([]);
  });

  test('with reduced motion a change is there at once: no frame shows what was', async () => {
    for (const path of ['/admin', '/p/accessible/pricing']) {
      const { page } = await openPage(browser);
      await page.goto(`${baseUrl}${path}`);
      const main = page.getByRole('main');
      await main.waitFor();
      const padding = await main.evaluate((element) => {
        getComputedStyle(element).getPropertyValue('padding-left');
        element.style.paddingLeft = '99px';
        return getComputedStyle(element).getPropertyValue('padding-left');
      });
      expect(padding, path).toBe('99px');
      await page.context().close();
    }
  });
});

/** Opens each screen as one person, waits until all it shows is there, and looks at it in three ways. */
async function faultsOf(
  browser: Browser,
  baseUrl: string,
  paths: string[],
  signedIn: State | undefined,
): Promise<string[]> {
  const { page, complaints } = await openPage(browser, signedIn === undefined ? {} : { signedIn });
  const faults: string[] = [];
  for (const path of paths) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${baseUrl}${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await atRest(page);
    faults.push(...(await brokenRules(axeOf(page).withTags(TAGS), path)));
    // Of all rules only that of contrast depends on the theme.
    await page.emulateMedia({ colorScheme: 'dark' });
    await atRest(page);
    faults.push(...(await brokenRules(axeOf(page).withRules(['color-contrast']), `${path} in the dark`)));
    await page.setViewportSize({ width: 320, height: 800 });
    const excess = await settledExcess(page);
    if (excess > 0) faults.push(`${path} is ${excess} px wider than 320 px`);
  }
  await page.context().close();
  // The browser reports the answer that says that nobody is signed in.
  return [...faults, ...complaints.filter((text) => !/ 401 .*\/v1\/session\)$/.test(text))];
}

/** How much wider than the window the page is, once its layout has answered to the new size. */
async function settledExcess(page: Page): Promise<number> {
  const fits = () => document.documentElement.scrollWidth <= innerWidth;
  await page.waitForFunction(fits, undefined, { timeout: 3_000 }).catch(() => undefined);
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** The pages have no frames, so the rules can run in them without a second page for each look. */
function axeOf(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).setLegacyMode(true);
}

async function brokenRules(axe: AxeBuilder, path: string): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${path}: ${id} ${html.slice(0, 200)}`),
  );
}

/** A customer with an open invoice and some usage, its member and the owner signed in; and which screens to look at. */
async function fillShop(seller: Business, browser: Browser): Promise<Screens> {
  const { app, api, slug, typeId } = seller;
  const base = `/p/${slug}`;
  const member = await signUp(browser, seller, MEMBER, ['Hausverwaltung Lindenhof GmbH']);
  const owner = await signedInAt(browser, app, '/auth/sign-in/email', app.owner);
  const customer = String((await must(api('GET', '/v1/customers'))).data?.[0]?.id);
  await send(api, '/v1/subscriptions', { customer, plan: 'starter', collection: 'manual' });
  await send(api, '/v1/meters', {
    key: 'regional',
    name: 'Calls by region',
    event_type: 'api.called',
    aggregation: 'average',
    value_property: 'calls',
    filters: [{ operator: 'range', property: 'calls', from: '1', below: null }],
    group_by: ['region'],
    rounding: { step: '0.1', mode: 'up' },
  });
  await sendCalls(seller, customer, 'calls', 8_200);
  const invoice = String((await must(api('GET', '/v1/invoices'))).data?.[0]?.id);
  const plan = String((await must(api('GET', '/v1/plans'))).data?.[0]?.id);
  const extra = {
    key: 'extra',
    name: 'Extra',
    kind: 'add_on',
    currency: 'EUR',
    prices: [
      {
        key: 'extra',
        name: 'Extra',
        pricing: { model: 'flat', amount: '500' },
        quantity: { kind: 'fixed' },
        timing: 'in_advance',
        cadence: { interval: 'month', count: 1 },
      },
    ],
    entitlements: [],
  };
  await send(api, '/v1/plans', extra);
  await send(api, `/v1/invoices/${invoice}/credit_notes`, { reason: 'A day of outage' });
  const doors = ['/pricing', '/sign-in', '/sign-up'].map((path) => `${base}${path}`);
  const portal = [
    '',
    '/usage',
    '/plan',
    '/plan/change?plan=professional',
    `/invoices/${invoice}`,
    '/payment-methods',
  ];
  const lists = [
    '',
    '/customers',
    '/plans',
    '/invoices',
    '/invoices?tab=credit-notes',
    '/mailbox',
    '/clock',
    '/audit',
  ];
  const usage = [
    '/usage?tab=customers',
    '/usage?tab=meters&newMeter=1',
    `/customers/${customer}?tab=usage&meter=regional`,
  ];
  const admin = [
    ...lists,
    ...usage,
    `/customers/${customer}`,
    `/plans/${plan}?sheet=migrate`,
    `/invoices/${invoice}`,
  ];
  return [
    ...[...doors, '/admin/sign-in'].map((path) => ({ path })),
    ...portal.map((path) => ({ path: `${base}${path}`, signedIn: member })),
    ...admin.map((path) => ({
      path: `/admin${path}${path.includes('?') ? '&' : '?'}tenant=${typeId}`,
      signedIn: owner,
    })),
  ];
}
