import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller } from '../../apps/server/src/testing/caller.ts';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { root } from '../../scripts/run-steps.ts';
import { hasBrowser, openPage } from './browser.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

const monthly = { interval: 'month', count: 1 };
const yearly = { interval: 'year', count: 1 };
const calls = { kind: 'meter', meter: 'api_calls' };

/** Seats at the price of their number, use in packages, a minimum; and the same paid by the year. */
const TEAM_PRICES = [
  {
    key: 'seats',
    name: 'Seats',
    pricing: {
      model: 'volume',
      tiers: [
        { up_to: '10', unit_amount: '12.345', flat_amount: '0' },
        { up_to: null, unit_amount: '9.999', flat_amount: '500' },
      ],
      per: '1',
    },
    quantity: { kind: 'seats' },
    timing: 'in_advance',
  },
  {
    key: 'calls',
    name: 'Calls in packages',
    pricing: { model: 'package', size: '3000', package_amount: '1.5' },
    quantity: calls,
    timing: 'in_arrears',
    cadence: monthly,
    terms: { included_units: '4321', minimum: '250' },
  },
];
const teamOf = (key: string, name: string, cadence: object, rank: number) => ({
  key,
  name,
  family: 'team',
  rank,
  public: true,
  currency: 'EUR',
  trial_days: 14,
  prices: TEAM_PRICES.map((price) => ({ cadence, ...price })),
  entitlements: [],
});

type Preview = { total: string; year_total: string };

/** Figures of the price list while somebody drags. */
describe.runIf(hasBrowser)('the slider of the price list in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const requests: string[] = [];

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'slider');
    await send(seller.api, '/v1/plans', teamOf('team', 'Team', monthly, 4));
    await send(seller.api, '/v1/plans', teamOf('team-year', 'Team by the year', yearly, 5));
    await send(seller.api, '/v1/plans', {
      ...teamOf('calendar', 'By the calendar', monthly, 6),
      family: 'calendar',
      prices: [
        {
          key: 'fee',
          name: 'Fee',
          pricing: { model: 'flat', amount: '3100' },
          quantity: { kind: 'fixed' },
          timing: 'in_advance',
          cadence: monthly,
          alignment: 'calendar',
          proration: 'day',
        },
      ],
    });
    ({ page, complaints } = await openPage(browser));
    page.on('request', (request: Request) => requests.push(`${request.method()} ${request.url()}`));
    await page.goto(`${seller.app.baseUrl}/p/slider/pricing`);
    await billOf('Starter')
      .getByText(/\d\.\d\d/)
      .first()
      .waitFor();
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
  });

  const slider = (name: string) => page.getByRole('slider', { name });
  const billOf = (plan: string) =>
    page.locator('details').filter({ has: page.getByText(plan, { exact: true }) });

  /** What the server's own preview says at the same use, as the page would write it. */
  async function expected(plan: string, usage: number, quantity: number): Promise<string[]> {
    const anybody = createCaller(seller.app.baseUrl, {});
    const body = { plan, quantity, usage: plan === 'calendar' ? {} : { api_calls: `${usage}` } };
    const preview = (await must(
      anybody('POST', '/p/slider/api/v1/plans/preview', { body }),
    )) as unknown as Preview;
    return [preview.year_total, preview.total].map((minor) =>
      new Intl.NumberFormat('en', { minimumFractionDigits: 2 }).format(Number(minor) / 100),
    );
  }

  async function shown(plan: string): Promise<string[]> {
    const text = await billOf(plan).locator('summary').textContent();
    return text?.match(/[\d,]+\.\d\d/g) ?? [];
  }

  test('shows for every plan and every step what the preview of the server says', async () => {
    const plans = [
      ['starter', 'Starter'],
      ['professional', 'Professional'],
      ['enterprise', 'Enterprise'],
      ['team', 'Team'],
      ['calendar', 'By the calendar'],
    ] as const;
    const unit = Number((await slider('API calls').getAttribute('aria-valuetext'))?.split(' ')[0]) / 20;
    for (const [step, seats] of [
      [0, 1],
      [7, 10],
      [33, 11],
      [100, 87],
    ] as const) {
      await slider('Seats').fill(`${seats}`);
      await slider('API calls').fill(`${step}`);
      for (const [key, name] of plans) {
        const figures = await expected(key, step * unit, seats);
        await expect.poll(() => shown(name), { message: `${name} at ${step}, ${seats}` }).toEqual(figures);
      }
    }
    await keepPicture(page, 'portal-year');
  });

  test('the file of the engine that the page loads stays under 60 KB gzipped', () => {
    const folder = path.join(root, 'apps/portal/dist/assets');
    const files = fs.readdirSync(folder).filter((name) => name.startsWith('engine-thread'));
    expect(files).toHaveLength(1);
    const code = fs.readFileSync(path.join(folder, String(files[0])));
    expect(gzipSync(code, { level: 9 }).byteLength).toBeLessThan(60_000);
  });

  test('asks the server nothing while it is dragged, and every figure follows', async () => {
    const handle = slider('API calls');
    await handle.fill('0');
    const box = await handle.boundingBox();
    if (box === null) throw new Error('the slider is not to be seen');
    requests.length = 0;
    const seen = new Set<string>();
    await page.mouse.move(box.x + 2, box.y + box.height / 2);
    await page.mouse.down();
    for (let part = 0; part <= 40; part += 1) {
      await page.mouse.move(box.x + 2 + ((box.width - 4) * part) / 40, box.y + box.height / 2);
      seen.add((await shown('Starter')).join(' '));
    }
    await page.mouse.up();
    expect(seen.size).toBeGreaterThan(10);
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('paid by the year, the year holds the fee once and the use of twelve months', async () => {
    await page.getByText('Yearly', { exact: true }).click();
    await slider('API calls').fill('50');
    await slider('Seats').fill('12');
    const unit = Number((await slider('API calls').getAttribute('aria-valuetext'))?.split(' ')[0]) / 50;
    const [year] = await expected('team-year', 50 * unit, 12);
    await expect.poll(() => shown('Team by the year')).toEqual([year]);
    await keepVariant(page, 'portal-year-phone', { width: 390 });
    await page.goto(`${seller.app.baseUrl}/p/slider/pricing`);
  });
});
