import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeGallery, faultsOfPage, hasBrowser, open, openGallery } from './open-gallery.ts';

/** The gallery in real Chromium. */
describe.runIf(hasBrowser)('in a browser', () => {
  beforeAll(openGallery, 120_000);
  afterAll(closeGallery);

  test.each(['forms', 'portal'])(
    'the page of %s breaks no rule of WCAG 2.2 AA in either theme and never scrolls sideways at 320 px, in either direction of reading',
    { timeout: 60_000 },
    async (name) => expect(await faultsOfPage(name)).toEqual([]),
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
});

function focusedText(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? '');
}

function focusedLabel(page: Page): Promise<string> {
  return page.evaluate(() => {
    const input = document.activeElement;
    return input instanceof HTMLInputElement ? (input.labels?.[0]?.textContent ?? '') : '';
  });
}
