import type { Page } from 'playwright-core';

/** Fills the payment page of the stand-in and presses its button. */
export async function payWith(page: Page, card: string): Promise<void> {
  await page.getByLabel('Card number').fill(card);
  await page.getByLabel('Expiry').fill('12 / 34');
  await page.getByLabel('Security code').fill('123');
  await page.getByLabel('Name on card').fill('Erika Mustermann');
  await page.getByRole('button', { name: /^(?:Pay |Save card)/ }).click();
}
