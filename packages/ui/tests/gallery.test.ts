import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (candidate) => candidate !== undefined && fs.existsSync(candidate),
);

const PAGES = ['basics', 'forms', 'tables', 'figures', 'admin', 'portal', 'pricing', 'auth'];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
// The dark theme has the same elements in other colours.
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

let folder: string;
let server: http.Server;
let browser: Browser;
let origin: string;

/** The gallery in real Chromium. `npm test` says plainly when there is none. */
describe.runIf(executablePath !== undefined || process.env.CI === 'true' || process.env.CI === '1')(
  'in a browser',
  () => {
    beforeAll(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-gallery-'));
      await build({
        configFile: fileURLToPath(new URL('../gallery/vite.config.ts', import.meta.url)),
        logLevel: 'error',
        build: { outDir: folder },
      });
      server = http.createServer(serve).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      browser = await chromium.launch({
        ...(executablePath === undefined ? {} : { executablePath }),
        args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
      });
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      server?.close();
      if (folder) fs.rmSync(folder, { recursive: true, force: true });
    });

    test.each(PAGES)(
      'the page of %s breaks no rule of WCAG 2.2 AA in either theme and never scrolls sideways at 320 px, in either direction of reading',
      { timeout: 60_000 },
      async (name) => {
        await using opened = await open(name, {});
        const { page } = opened;
        expect(await faultsOf(axeOf(page).withTags(TAGS))).toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await faultsOf(axeOf(page).withRules(OF_COLOUR))).toEqual([]);
        await page.setViewportSize({ width: 320, height: 900 });
        expect(await tooWidePx(page)).toBe(0);
        await turnTo(page, name, 'ar');
        expect(await tooWidePx(page)).toBe(0);
      },
    );

    test('j and k walk the rows, Enter opens one beside the list, Escape closes it', async () => {
      await using opened = await open('admin', {});
      const { page } = opened;
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      expect(await focusedText(page)).toContain('INV-0042');
      await page.keyboard.press('k');
      await page.keyboard.press('Enter');
      const sheet = page.getByRole('dialog', { name: 'INV-0041' });
      await sheet.waitFor();
      expect(await page.getByRole('row', { name: /INV-0043/ }).isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'hidden' });
      // Focus comes back once the sheet has left the page.
      await expect.poll(() => focusedText(page)).toContain('INV-0041');
    });

    test('keys that are typed into a field do nothing else', async () => {
      await using opened = await open('admin', {});
      await opened.page.getByLabel('Filter invoices').fill('');
      await opened.page.getByLabel('Filter invoices').press('j');
      expect(await opened.page.getByLabel('Filter invoices').inputValue()).toBe('j');
    });

    test('a form moves focus to its first fault and says it there', async () => {
      await using opened = await open('forms', {});
      const { page } = opened;
      await page.getByRole('button', { name: 'Create plan' }).click();
      expect(await focusedLabel(page)).toBe('Name');
      await page.getByText('This field is needed.').waitFor();
      await page.getByLabel('Name', { exact: true }).fill('Basic');
      await page.getByRole('button', { name: 'Create plan' }).click();
      await page.getByText('Another seller has this address.').waitFor();
      expect(await focusedLabel(page)).toBe('Slug');
    });

    test('the head of a table stays in sight under the header of the app', async () => {
      await using opened = await open('admin', { height: 500 });
      const { page } = opened;
      await page.getByRole('row', { name: /INV-0054/ }).scrollIntoViewIfNeeded();
      const head = await page.getByRole('columnheader', { name: 'Number' }).boundingBox();
      expect(head?.y).toBe(56);
    });

    test('amounts in one column end at the same place, whatever their currency', async () => {
      await using opened = await open('tables', {});
      const ends = await opened.page.evaluate(() =>
        [...document.querySelectorAll('section[aria-label="Invoices"] td .currency')].map((currency) =>
          currency.getBoundingClientRect().left.toFixed(1),
        ),
      );
      expect(ends.length).toBeGreaterThan(10);
      expect(new Set(ends).size).toBe(1);
    });

    test('a chart reads out its points to the arrow keys and turns into a table', async () => {
      await using opened = await open('figures', {});
      const { page } = opened;
      const figure = page.getByRole('figure').filter({ hasText: 'MRR in EUR' });
      await figure.getByRole('button', { name: /Show as table/ }).focus();
      await page.keyboard.press('ArrowLeft');
      await figure.getByText('This year 12,324.00').waitFor();
      await page.keyboard.press('t');
      await figure.getByRole('columnheader', { name: 'Last year' }).waitFor();
    });
  },
);

function serve(request: http.IncomingMessage, response: http.ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://gallery');
  const file = path.join(folder, pathname === '/' ? 'index.html' : path.normalize(pathname));
  if (!file.startsWith(folder) || !fs.existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
  response.end(fs.readFileSync(file));
}

interface Opened extends AsyncDisposable {
  readonly page: Page;
}

interface Look {
  readonly height?: number;
}

/** Opens a page and fails on anything the browser complains about. */
async function open(name: string, look: Look): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: look.height ?? 900 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await turnTo(page, name, 'en');
  return {
    page,
    async [Symbol.asyncDispose]() {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}

async function turnTo(page: Page, name: string, locale: string): Promise<void> {
  await page.goto(`${origin}/?page=${name}&locale=${locale}`);
  await page.locator('h1').first().waitFor();
  await page.evaluate(() => document.fonts.ready);
}

/** The pages have no frames, so the rules can run in them without a second page for each look. */
const axeOf = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode(true);

async function faultsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html.slice(0, 200)}`));
}

const tooWidePx = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

function focusedText(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? '');
}

function focusedLabel(page: Page): Promise<string> {
  return page.evaluate(() => {
    const input = document.activeElement;
    return input instanceof HTMLInputElement ? (input.labels?.[0]?.textContent ?? '') : '';
  });
}
