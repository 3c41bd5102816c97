import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumArguments, findChromium } from '../../scripts/chromium.ts';

const isCi = process.env.CI === 'true' || process.env.CI === '1';

/** Whether the tests in a browser run. Where checks decide about a change, a missing Chromium is a failure. */
export const hasBrowser = findChromium() !== undefined || isCi;

/** Starts Chromium. Throws where there is none. */
export function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({ ...(executablePath ? { executablePath } : {}), args: chromiumArguments() });
}

export type Look = {
  theme?: 'light' | 'dark';
  width?: number;
  /** Cookies and storage of somebody who is signed in. */
  signedIn?: Awaited<ReturnType<BrowserContext['storageState']>>;
};

/** A page of its own as somebody in Berlin sees it, and what the browser complained about on it. */
export async function openPage(
  browser: Browser,
  look: Look = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1280, height: 800 },
    colorScheme: look.theme ?? 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...(look.signedIn === undefined ? {} : { storageState: look.signedIn }),
  });
  // What takes a moment takes many on a busy machine; only what never comes is to be ended.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  return { page, complaints };
}

const AT_REST_MS = 250;

/** Waits until the page has shown for a quarter of a second that it waits for nothing: what is stale is drawn fainter. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(() => delete (window as Window & { restingSince?: number }).restingSince);
  await page.waitForFunction((ms) => {
    const kept = window as Window & { restingSince?: number };
    if (document.querySelector('[aria-busy="true"]') !== null) {
      delete kept.restingSince;
      return false;
    }
    kept.restingSince ??= performance.now();
    return performance.now() - kept.restingSince > ms;
  }, AT_REST_MS);
}
