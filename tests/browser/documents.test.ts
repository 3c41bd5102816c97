import { createHash } from 'node:crypto';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

/** Invoices explained, compared and taken back; each test goes on where the one before ended. */
/** The worker bills in its own time, which is long on a busy machine. */
const UNTIL = { timeout: 60_000, interval: 100 };

/** How many points of a picture are drawn on. */
const inkOf = (canvas: Locator) =>
  canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = (element as HTMLCanvasElement).getContext('2d');
    if (context === null || width === 0) return 0;
    const { data } = context.getImageData(0, 0, width, height);
    let dark = 0;
    for (let at = 0; at < data.length; at += 4)
      if (
        (data[at + 3] ?? 0) > 200 &&
        (data[at] ?? 255) + (data[at + 1] ?? 255) + (data[at + 2] ?? 255) < 500
      )
        dark += 1;
    return dark;
  });

describe.runIf(hasBrowser)('documents in a real browser', () => {
  let seller: Business;
  let browser: Browser;
  let page: Page;
  let portal: Page;
  let complaints: string[];
  let invoice: string;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'papers');
    const { app } = seller;
    const signedIn = await signUp(browser, seller, { name: 'Ida', email: 'ida@papers.example' }, ['Ida KG']);
    ({ page: portal } = await openPage(browser, { signedIn }));
    ({ page, complaints } = await openPage(browser));
    const { email, password } = app.owner;
    const data = { email, password };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers: { origin: app.baseUrl }, data });
    const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    const customer = found[0]?.id ?? '';
    const body = { customer, plan: 'professional', collection: 'manual' };
    const { id } = await send(seller.api, '/v1/subscriptions', body);
    const issued = (count: number) =>
      vi.waitFor(async () => {
        expect((await must(seller.api('GET', '/v1/invoices'))).data).toHaveLength(count);
      }, UNTIL);
    await issued(1);
    // Half a month later the larger plan: a credit, a part of a month, and the rest of a bill to explain.
    const first = (await must(seller.api('GET', '/v1/invoices'))).data as unknown as {
      issued_at: string;
    }[];
    const later = new Date(Date.parse(first[0]?.issued_at ?? '') + 12 * 86_400_000).toISOString();
    await must(seller.api('POST', '/v1/clock/advance', { body: { to: later } }));
    await vi.waitFor(async () => {
      expect((await must(seller.api('GET', '/v1/clock'))).now).toBe(later);
    }, UNTIL);
    await send(seller.api, `/v1/subscriptions/${String(id)}/change`, { plan: 'enterprise', when: 'now' });
    await issued(2);
    const list = (await must(seller.api('GET', '/v1/invoices'))).data as unknown as { id: string }[];
    invoice = list[0]?.id ?? '';
  }, 120_000);

  afterAll(async () => {
    await page?.context().close();
    await portal?.context().close();
  });

  test('staff follow a credit step by step to the invoice it takes back, and see why the total changed', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/invoices/${invoice}?tenant=papers`);
    await page.getByRole('heading', { name: 'Why it changed' }).waitFor();
    await page
      .getByRole('button', { name: /Professional plan/ })
      .first()
      .click();
    await page.getByText('Unused share').first().waitFor();
    await page.getByText('Was charged').first().waitFor();
    await keepPicture(page, 'admin-invoice-explained');
    await keepVariant(page, 'admin-invoice-explained-dark', { dark: true });
    await page
      .getByRole('link', { name: /-2026-000001|-\d{4}-000001/ })
      .first()
      .click();
    await page.getByText('Takes back').waitFor({ state: 'detached' });
    await page.goBack();
  });

  test('staff put two invoices side by side, and a line says why it costs more', async () => {
    await page.getByRole('link', { name: 'Compare line by line' }).click();
    await page.getByRole('heading', { name: 'Compare two invoices' }).waitFor();
    await page
      .getByRole('button', { name: /Professional plan/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Before' }).waitFor();
    await keepPicture(page, 'admin-invoices-compared');
    await keepVariant(page, 'admin-invoices-compared-dark', { dark: true });
    await keepVariant(page, 'admin-invoices-compared-phone', { width: 320 });
    await page.goto(`${seller.app.baseUrl}/admin/invoices/${invoice}?tenant=papers`);
  });

  test('staff see the PDF of an invoice page by page, larger, and take it along', async () => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'See the PDF' }).click();
    const dialog = page.getByRole('dialog');
    const sheet = dialog.getByRole('region', { name: /page 1 of \d/ });
    await expect.poll(() => inkOf(sheet.locator('canvas')), UNTIL).toBeGreaterThan(1000);
    await expect.poll(() => sheet.textContent(), UNTIL).toContain('Enterprise plan');
    const wide = () => sheet.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).width);
    const before = await wide();
    await keepPicture(page, 'admin-invoice-pdf');
    await keepVariant(page, 'admin-invoice-pdf-dark', { dark: true });
    await page.setViewportSize({ width: 320, height: 800 });
    await expect.poll(wide, UNTIL).toBeLessThan(before);
    await keepVariant(page, 'admin-invoice-pdf-phone', { width: 320 });
    await page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(wide, UNTIL).toBe(before);
    await dialog.getByRole('button', { name: 'Larger' }).click();
    await expect.poll(wide, UNTIL).toBeGreaterThan(before * 1.4);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: /^Download .*\.pdf$/ }).click();
    expect((await download).suggestedFilename()).toMatch(/-000002\.pdf$/);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  test('a credit note lowers what is open and stands beside the invoice', async () => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Credit note' }).click();
    await page.getByText('Some lines').click();
    await page.getByRole('dialog').getByRole('checkbox').first().check();
    await page.getByRole('dialog').getByRole('textbox').first().fill('10.00');
    await page.getByLabel('Reason').fill('A day of downtime');
    await keepPicture(page, 'admin-credit-note');
    await keepVariant(page, 'admin-credit-note-dark', { dark: true });
    await page.getByRole('button', { name: 'Credit these lines' }).click();
    await page
      .getByText(/-CN-\d{4}-000001/)
      .first()
      .waitFor();
    const shown = await must(seller.api('GET', `/v1/invoices/${invoice}`));
    expect(shown).toMatchObject({ credited: '1190', credit_notes: [{ reason: 'A day of downtime' }] });
  });

  test('a debit note shows what it claims with tax before it is issued, and refers to its invoice both ways', async () => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Debit note' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('checkbox').first().check();
    await sheet.getByLabel('How much more').fill('25.00');
    await sheet.getByLabel('What for').fill('Calls of June that were not counted');
    await sheet.getByLabel('Reason').fill('Usage was forgotten');
    const claim = sheet.getByRole('button', { name: /^Claim .*29\.75/ });
    await claim.waitFor();
    await keepPicture(page, 'admin-debit-note');
    await keepVariant(page, 'admin-debit-note-dark', { dark: true });
    await keepVariant(page, 'admin-debit-note-phone', { width: 320 });
    expect(await must(seller.api('GET', `/v1/invoices/${invoice}`))).toMatchObject({ debit_notes: [] });
    await claim.click();
    await page.getByRole('heading', { name: /^Debit note .*-DN-\d{4}-000001/ }).waitFor();
    await page.getByText('Usage was forgotten').waitFor();
    await keepPicture(page, 'admin-debit-note-issued');
    await keepVariant(page, 'admin-debit-note-issued-dark', { dark: true });
    const { debit_notes } = await must(seller.api('GET', `/v1/invoices/${invoice}`));
    const [note] = debit_notes as unknown as { id: string }[];
    expect(await must(seller.api('GET', `/v1/invoices/${note?.id}`))).toMatchObject({
      kind: 'debit_note',
      raises: invoice,
      total: '2975',
      due: '2975',
      status: 'open',
    });
    await portal.goto(`${seller.app.baseUrl}/p/papers/invoices/${invoice}`);
    await portal.getByRole('link', { name: /-DN-\d{4}-000001/ }).click();
    await portal
      .getByRole('heading', { name: /^Debit note/ })
      .first()
      .waitFor();
    await portal.getByRole('button', { name: /^Pay .*29\.75/ }).waitFor();
    await keepPicture(portal, 'portal-debit-note');
    await keepVariant(portal, 'portal-debit-note-dark', { dark: true });
    await page
      .getByRole('article')
      .getByRole('link', { name: /-\d{4}-00000/ })
      .click();
    await page.getByRole('heading', { name: 'Debit notes' }).waitFor();
  });

  test('the customer reads why it is different from last time, and what was taken back', async () => {
    await portal.goto(`${seller.app.baseUrl}/p/papers/invoices/${invoice}`);
    await portal.getByRole('heading', { name: 'Why it is different from last time' }).waitFor();
    await portal.getByText(/-CN-\d{4}-000001/).waitFor();
    await portal
      .getByRole('button', { name: /Professional plan/ })
      .first()
      .click();
    await portal.getByText('Unused share').first().waitFor();
    await keepPicture(portal, 'portal-invoice-explained');
    await keepVariant(portal, 'portal-invoice-explained-dark', { dark: true });
    await keepVariant(portal, 'portal-invoice-explained-phone', { width: 320 });
    await portal.getByRole('link', { name: 'Compare line by line' }).click();
    await portal.getByRole('heading', { name: 'Compare two invoices' }).waitFor();
    await portal.getByRole('row', { name: /Total with tax, EUR/ }).waitFor();
    await keepPicture(portal, 'portal-invoices-compared');
    await keepVariant(portal, 'portal-invoices-compared-dark', { dark: true });
    await portal.goBack();
  });

  test('the customer takes the document and the note along, and reads nothing of others', async () => {
    const address = `${seller.app.baseUrl}/p/papers/api/v1`;
    const document = await portal.request.get(`${address}/invoices/${invoice}/document`);
    const shown = await must(seller.api('GET', `/v1/invoices/${invoice}`));
    const hash = createHash('sha256')
      .update(await document.body())
      .digest('hex');
    expect([document.status(), hash]).toEqual([200, shown.content_sha256]);
    const [note] = shown.credit_notes as unknown as { id: string }[];
    const pdf = await portal.request.get(`${address}/credit_notes/${note?.id}/pdf`);
    expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-');
    const other = String((await send(seller.api, '/v1/customers', { name: 'Other' })).id);
    await send(seller.api, '/v1/subscriptions', { customer: other, plan: 'starter', collection: 'manual' });
    await vi.waitFor(async () => {
      expect((await must(seller.api('GET', `/v1/invoices?customer=${other}`))).data).toHaveLength(1);
    }, UNTIL);
    const [foreign] = (await must(seller.api('GET', `/v1/invoices?customer=${other}`))).data as unknown as {
      id: string;
    }[];
    const foreignNote = await send(seller.api, `/v1/invoices/${foreign?.id}/credit_notes`, { reason: 'x' });
    for (const path of [
      `invoices/${foreign?.id}/document`,
      `invoices/${foreign?.id}/diff`,
      `credit_notes/${String(foreignNote.id)}/pdf`,
    ]) {
      expect((await portal.request.get(`${address}/${path}`)).status()).toBe(404);
    }
  });

  test('staff issue a statement and send it; the customer finds it in the portal', async () => {
    const shown = await must(seller.api('GET', `/v1/invoices/${invoice}`));
    await page.goto(
      `${seller.app.baseUrl}/admin/customers/${String(shown.customer)}?tenant=papers&tab=documents`,
    );
    await page.getByText('No documents yet.').waitFor();
    await page.getByRole('button', { name: 'Issue a document' }).first().click();
    await page.getByRole('dialog').getByText('Pro-forma invoice').waitFor();
    await keepPicture(page, 'admin-issue-document');
    await keepVariant(page, 'admin-issue-document-dark', { dark: true });
    const previewed = page.waitForResponse((response) => response.url().includes('/documents/preview'));
    await page.getByRole('button', { name: 'Preview' }).click();
    expect((await previewed).headers()['content-type']).toBe('application/pdf');
    const drawn = page.getByRole('region', { name: /^As it would be issued, page 1 of/ }).locator('canvas');
    await expect.poll(() => inkOf(drawn), UNTIL).toBeGreaterThan(1000);
    await keepPicture(page, 'admin-document-preview');
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: /^Issue( and send)? it$/ }).click();
    await page.getByRole('cell', { name: 'Statement of account' }).waitFor();
    await keepPicture(page, 'admin-documents');
    await keepVariant(page, 'admin-documents-dark', { dark: true });
    await keepVariant(page, 'admin-documents-phone', { width: 320 });
    await portal.goto(`${seller.app.baseUrl}/p/papers/invoices`);
    await portal.getByRole('heading', { name: 'Other documents' }).waitFor();
    await keepPicture(portal, 'portal-documents');
    await keepVariant(portal, 'portal-documents-dark', { dark: true });
    const download = portal.waitForEvent('download');
    await portal.getByRole('button', { name: /PDF of .*-SA-/ }).click();
    expect((await download).suggestedFilename()).toMatch(/-SA-\d{4}-000001\.pdf$/);
  });

  test('the seller sets how documents look, and sees each change on one as it will be', async () => {
    const previewed = () =>
      page.waitForResponse((response) => response.url().includes('/document_preview') && response.ok());
    const first = previewed();
    await page.goto(`${seller.app.baseUrl}/admin/settings?tenant=papers&tab=documents`);
    await first;
    const again = previewed();
    await page.getByRole('textbox', { name: 'Legal text' }).fill('Registered in Łódź');
    const asked = (await again).request().postDataJSON() as { settings: { documents: unknown } };
    expect(asked.settings.documents).toMatchObject({ legal_text: { en: 'Registered in Łódź' } });
    expect((await again).headers()['content-type']).toBe('application/pdf');
    const sheet = page.getByRole('region', { name: /^Preview of an invoice, page 1 of \d/ });
    await expect.poll(() => inkOf(sheet.locator('canvas')), UNTIL).toBeGreaterThan(1000);
    // Who does not see it reads it.
    await expect.poll(() => sheet.textContent(), UNTIL).toContain('Registered in Łódź');
    await page.getByRole('combobox', { name: 'Language of the texts' }).click();
    await page.getByRole('option', { name: 'Deutsch' }).click();
    await page.getByRole('textbox', { name: 'Footer' }).fill('HRB 12345');
    const german = previewed();
    await page.getByRole('textbox', { name: /^Colour/ }).fill('#7a1f5c');
    expect((await german).request().postDataJSON()).toMatchObject({
      language: 'de',
      settings: { brand_colour: '#7a1f5c', documents: { footer: { de: 'HRB 12345' } } },
    });
    await keepPicture(page, 'admin-document-settings');
    await keepVariant(page, 'admin-document-settings-dark', { dark: true });
    await keepVariant(page, 'admin-document-settings-phone', { width: 320 });
    await page.getByRole('button', { name: 'Save document settings' }).click();
    await page.getByText('Settings saved.').first().waitFor();
    const { settings } = await must(seller.api('GET', '/v1/tenant'));
    expect(settings).toMatchObject({
      brand_colour: '#7a1f5c',
      documents: { legal_text: { en: 'Registered in Łódź' }, footer: { de: 'HRB 12345' } },
    });
  });

  test('the rules of billing are kept', async () => {
    await page.goto(`${seller.app.baseUrl}/admin/settings?tenant=papers&tab=rules`);
    await page.getByRole('combobox', { name: 'Tax is rounded' }).click();
    await page.getByRole('option', { name: 'On every line' }).click();
    await page.getByRole('button', { name: 'Save billing rules' }).click();
    await page.getByText('Settings saved.').waitFor();
    const { settings } = await must(seller.api('GET', '/v1/tenant'));
    expect(settings).toMatchObject({ tax_rounding: 'per_line', rounding: 'half_away_from_zero' });
    expect(complaints).toEqual([]);
  });
});
