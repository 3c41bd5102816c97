import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { expect } from 'vitest';

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (candidate) => candidate !== undefined && fs.existsSync(candidate),
);

/** In a CI a missing browser is a failure; elsewhere `npm test` says plainly when there is none. */
export const hasBrowser = executablePath !== undefined || process.env.CI === 'true' || process.env.CI === '1';

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

/** Builds the gallery, serves it and starts real Chromium. */
export async function openGallery(): Promise<void> {
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
}

export async function closeGallery(): Promise<void> {
  await browser?.close();
  server?.close();
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
}

/** What is wrong with a page for people who see, move or read in another way, in both themes and directions. */
export async function faultsOfPage(name: string): Promise<string[]> {
  await using opened = await open(name, {});
  const { page } = opened;
  const faults = await brokenRules(axeOf(page).withTags(TAGS));
  await page.emulateMedia({ colorScheme: 'dark' });
  faults.push(...(await brokenRules(axeOf(page).withRules(OF_COLOUR))));
  await page.setViewportSize({ width: 320, height: 900 });
  for (const locale of ['en', 'ar']) {
    if (locale !== 'en') await turnTo(page, name, locale);
    const excess = await tooWidePx(page);
    if (excess > 0) faults.push(`${excess} px wider than 320 px in ${locale}`);
  }
  return faults;
}

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
export async function open(name: string, look: Look): Promise<Opened> {
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

async function brokenRules(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html.slice(0, 200)}`));
}

const tooWidePx = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
