import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../scripts/run-steps.ts';

const isWanted = process.env.BILLHOOK_SCREENSHOTS === '1';

/** Keeps what the page shows as docs/images/<name>.png; only where pictures are asked for, so that tests change nothing. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (!isWanted) return;
  const folder = path.join(root, 'docs', 'images');
  fs.mkdirSync(folder, { recursive: true });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

/** The same page as others see it: dark, or on a phone. Puts the light, wide page back. */
export async function keepVariant(
  page: Page,
  name: string,
  variant: { dark?: boolean; width?: number },
): Promise<void> {
  if (!isWanted) return;
  await page.emulateMedia({ colorScheme: variant.dark ? 'dark' : 'light' });
  await page.setViewportSize({ width: variant.width ?? 1280, height: 800 });
  await keepPicture(page, name);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 800 });
}
