import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (candidate) => candidate !== undefined && fs.existsSync(candidate),
);

const right = {
  counted: 'customer',
  subject: null,
  pool: null,
  allowed: true,
  unit: null,
  limit: null,
  used: null,
  remaining: null,
  overage: null,
  resetAt: null,
  value: null,
  warnAtPercent: [],
};
const exportRight = {
  ...right,
  feature: 'export',
  featureName: 'Export',
  kind: 'boolean',
  reason: 'enabled',
};
const calls = (used: number) => ({
  ...right,
  feature: 'calls',
  featureName: 'Calls',
  kind: 'metered',
  reason: 'within_limit',
  unit: 'calls',
  limit: '20',
  used: `${used}`,
  remaining: `${20 - used}`,
  overage: 'block',
});

let folder: string;
let server: http.Server;
let browser: Browser;
let page: Page;
let origin: string;
/** What the seller's server answers; null while it is down. */
let features: object[] | null = [];
let asked = 0;

/** The components in real Chromium. `npm test` says plainly when there is none. */
describe.runIf(executablePath !== undefined || process.env.CI === 'true' || process.env.CI === '1')(
  'in a browser',
  () => {
    beforeAll(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-react-'));
      const root = fileURLToPath(new URL('page', import.meta.url));
      await build({
        configFile: false,
        root,
        logLevel: 'error',
        build: { outDir: folder, emptyOutDir: true },
      });
      server = http.createServer(serve).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      browser = await chromium.launch({
        ...(executablePath === undefined ? {} : { executablePath }),
        args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
      });
      page = await browser.newPage();
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      server?.closeAllConnections();
      server?.close();
      if (folder) fs.rmSync(folder, { recursive: true, force: true });
    });

    test('a gate shows what may be used, its fallback else, and follows a refresh', async () => {
      features = [calls(15)];
      await page.goto(origin);
      await page.getByRole('link', { name: 'Upgrade' }).waitFor();
      await page.getByText('Not ten more').waitFor();
      expect(await callsSeen()).toEqual({
        allowed: true,
        loading: false,
        stale: false,
        reason: 'within_limit',
        limit: '20',
        used: '15',
        remaining: '5',
        resetAt: null,
        unit: 'calls',
        value: null,
      });
      features = [exportRight, calls(3)];
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByRole('button', { name: 'Export' }).waitFor();
      await page.getByText('Ten more', { exact: true }).waitFor();
      expect(await page.getByRole('link', { name: 'Upgrade' }).count()).toBe(0);
    });

    test('what was known stays while the server is away, and is fetched when the page is back on the network', async () => {
      features = [exportRight, calls(20)];
      await page.goto(origin);
      await expect
        .poll(callsSeen, { timeout: 60_000 })
        .toMatchObject({ allowed: false, reason: 'limit_reached' });
      features = null;
      await page.getByRole('button', { name: 'Refresh' }).click();
      await expect.poll(callsSeen, { timeout: 60_000 }).toMatchObject({ stale: true, used: '20' });
      expect(await page.getByRole('button', { name: 'Export' }).isVisible()).toBe(true);
      features = [calls(0)];
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      await expect
        .poll(callsSeen, { timeout: 60_000 })
        .toMatchObject({ stale: false, used: '0', allowed: true });
    });

    test('nothing is allowed before it is known', async () => {
      features = null;
      await page.goto(origin);
      await page.getByText('Wait').waitFor();
      expect(await callsSeen()).toMatchObject({ allowed: false, loading: true, reason: null });
    });

    test('rights that came with the page are shown at once, and nobody is asked', async () => {
      features = [];
      asked = 0;
      await page.goto(`${origin}/?snapshot=${encodeURIComponent(JSON.stringify([exportRight]))}`);
      await page.getByRole('button', { name: 'Export' }).waitFor();
      expect(await callsSeen()).toMatchObject({ allowed: false, reason: 'not_granted' });
      expect(asked).toBe(0);
    });
  },
);

async function callsSeen(): Promise<unknown> {
  return JSON.parse((await page.locator('#calls').textContent()) ?? 'null');
}

function serve(request: http.IncomingMessage, response: http.ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', origin);
  if (pathname === '/features') {
    asked += 1;
    response.writeHead(features === null ? 503 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(features));
    return;
  }
  const file = path.join(folder, pathname === '/' ? 'index.html' : pathname);
  if (!fs.existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': file.endsWith('.js') ? 'text/javascript' : 'text/html' });
  response.end(fs.readFileSync(file));
}
