import { expect, test } from 'vitest';
import { must, send } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { signUp } from './people.ts';
import { keepPicture, keepVariant } from './pictures.ts';
import { openBusiness, sharedShop } from './shop.ts';

test.runIf(hasBrowser)(
  'staff set the rules of tax, and a customer’s page says which tax and why, in both themes and on a narrow screen',
  { timeout: 180_000 },
  async () => {
    const { browser, app } = await sharedShop();
    const seller = await openBusiness(app, 'taxes');
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const origin = app.baseUrl;
    await page.request.post(`${origin}/auth/sign-in/email`, {
      headers: { origin },
      data: { email, password },
    });
    await page.goto(`${origin}/admin/settings?tenant=taxes&tab=tax`);
    await page.getByRole('switch', { name: 'Choose tax by rules' }).click();
    await page.getByRole('textbox', { name: 'Country of the seller' }).fill('de');
    await page.getByRole('button', { name: 'Add registration' }).click();
    await page.getByRole('textbox', { name: 'From', exact: true }).fill('2020-01-01');
    await page.getByRole('button', { name: 'Save tax rules' }).click();
    await page.getByText('Settings saved.').waitFor();
    const { settings } = await must(seller.api('GET', '/v1/tenant'));
    expect(settings?.tax_rules).toMatchObject({
      country: 'DE',
      registrations: [{ scheme: 'local', country: 'DE', from: '2020-01-01', to: null }],
    });
    const customer = { name: 'Dupont SA', country: 'FR', tax_id: 'FR69496323346' };
    const { id } = await send(seller.api, '/v1/customers', customer);
    await page.setViewportSize({ width: 320, height: 800 });
    await page.getByRole('button', { name: 'Remove registration DE' }).scrollIntoViewIfNeeded();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(320);
    await page.setViewportSize({ width: 1280, height: 1400 });
    await page.goto(`${origin}/admin/customers/${String(id)}?tenant=taxes`);
    await page.getByText('Not a VAT number: look for a slip of the pen').waitFor();
    await page.getByText('The seller is not registered for this tax.').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await atRest(page);
    const person = await send(seller.api, '/v1/customers', { name: 'Ada', country: 'AT' });
    await page.goto(`${origin}/admin/customers/${String(person.id)}?tenant=taxes`);
    await page.getByText('The seller is not registered for this tax.').waitFor();
    await page.getByText('Not proved: too few pieces (Austria by address)').waitFor();
    await page.getByRole('button', { name: 'Add evidence' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('textbox', { name: 'Country' }).fill('at');
    await sheet.getByRole('textbox', { name: 'What exactly' }).fill('192.0.2.7');
    await sheet.getByRole('button', { name: 'Keep it' }).click();
    await page.getByText('Proved (Austria by address, Austria by network address)').waitFor();
    await page.getByText('told by staff').waitFor();
    await keepPicture(page, 'customer-tax');
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);

test.runIf(hasBrowser)(
  'staff leave tax to Stripe Tax, and an invoice names every jurisdiction with its rate, to staff and to the customer',
  { timeout: 240_000 },
  async () => {
    const { browser, app } = await sharedShop();
    const seller = await openBusiness(app, 'sales');
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const origin = app.baseUrl;
    await page.request.post(`${origin}/auth/sign-in/email`, {
      headers: { origin },
      data: { email, password },
    });
    await page.setViewportSize({ width: 320, height: 900 });
    await page.goto(`${origin}/admin/settings?tenant=sales&tab=tax`);
    await page.getByRole('switch', { name: 'Leave tax to Stripe Tax' }).click();
    await page.getByRole('textbox', { name: 'Countries and regions' }).fill('us, ca-qc us');
    await page.getByRole('button', { name: 'Add tax code' }).click();
    await page.getByRole('textbox', { name: 'Tax code of a price' }).fill('saas');
    await page.getByRole('textbox', { name: 'At Stripe', exact: true }).fill('txcd_10103001');
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(320);
    await page.getByRole('button', { name: 'Save Stripe Tax' }).click();
    await page.getByText('Settings saved.').waitFor();
    const { settings } = await must(seller.api('GET', '/v1/tenant'));
    expect(settings?.tax_provider).toEqual({
      provider: 'stripe_tax',
      regions: ['US', 'CA-QC'],
      when_away: 'hold',
      tax_codes: [{ tax_code: 'saas', provider_code: 'txcd_10103001' }],
      default_code: null,
    });
    await page.setViewportSize({ width: 1280, height: 900 });
    await page
      .getByRole('heading', { name: 'Stripe Tax', exact: true })
      .evaluate((part) => part.scrollIntoView());
    await atRest(page);
    await keepPicture(page, 'settings-stripe-tax');
    await page.emulateMedia({ colorScheme: 'dark' });
    await keepPicture(page, 'settings-stripe-tax-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    const signedIn = await signUp(browser, seller, { name: 'Nora', email: 'nora@sales.example' }, [
      'Nora LLC',
    ]);
    const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    const customer = found[0]?.id ?? '';
    const austin = { line1: '1 Test Street', city: 'Austin', region: 'TX', postal_code: '78701' };
    await must(
      seller.api('PATCH', `/v1/customers/${customer}`, { body: { country: 'US', address: austin } }),
    );
    await send(seller.api, '/v1/subscriptions', { customer, plan: 'starter', collection: 'manual' });
    const [invoice] = (await must(seller.api('GET', '/v1/invoices'))).data as unknown as {
      id: string;
      tax: string;
    }[];
    // 29.00 at 6.5, 0.25 and 1.5 %, each rounded by itself.
    expect(invoice?.tax).toBe('240');
    const whole = await must(seller.api('GET', `/v1/invoices/${invoice?.id}`));
    expect(whole.taxes).toMatchObject([
      {
        rate: '0.065',
        tax: '189',
        jurisdiction: { country: 'US', region: 'TX', level: 'state', name: 'Texas' },
      },
      { rate: '0.0025', tax: '7', jurisdiction: { level: 'county' } },
      { rate: '0.015', tax: '44', jurisdiction: { level: 'city', name: 'Austin' } },
    ]);
    await page.goto(`${origin}/admin/invoices/${invoice?.id}?tenant=sales`);
    await page.getByText('Texas: Sales tax').waitFor();
    await page.getByText('Austin: Local sales tax').scrollIntoViewIfNeeded();
    await atRest(page);
    await keepPicture(page, 'invoice-jurisdictions');
    await page.emulateMedia({ colorScheme: 'dark' });
    await keepPicture(page, 'invoice-jurisdictions-dark');
    await page.goto(`${origin}/admin/ledger?tenant=sales`);
    await page.getByText('Travis County: Local sales tax, 0.25 %').scrollIntoViewIfNeeded();
    await atRest(page);
    await page.getByRole('link', { name: 'Tax United States: TX 0.25 %' }).first().waitFor();
    await keepPicture(page, 'ledger-tax');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('heading', { name: 'Tax in the books' }).evaluate((part) => part.scrollIntoView());
    await atRest(page);
    await keepPicture(page, 'ledger-tax-accounts');
    await page.emulateMedia({ colorScheme: 'dark' });
    await keepPicture(page, 'ledger-tax-accounts-dark');
    await page.setViewportSize({ width: 320, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${origin}/admin/customers/${customer}?tenant=sales`);
    await page.getByText('Stripe Tax works it out when an invoice is issued').waitFor();
    await keepPicture(page, 'customer-stripe-tax');
    const portal = await openPage(browser, { signedIn });
    await portal.page.goto(`${origin}/p/sales/invoices/${invoice?.id}`);
    await portal.page.getByText('Travis County: Local sales tax').waitFor();
    await keepPicture(portal.page, 'portal-jurisdictions');
    expect(complaints).toEqual([]);
    await page.context().close();
    await portal.page.context().close();
  },
);

test.runIf(hasBrowser)(
  'a customer sets its VAT number in the portal, a slip is refused, and its invoice says who accounts for the tax',
  { timeout: 180_000 },
  async () => {
    const { browser, app } = await sharedShop();
    const seller = await openBusiness(app, 'numbers');
    const tax_rules = {
      country: 'FR',
      registrations: [{ scheme: 'local', country: 'FR', from: '2020-01-01', to: null }],
      supply: 'electronic_service',
      verification: 'registry_confirmed',
      consumers: 'destination',
      unknown_country: 'origin',
      registry: { valid_days: 30, when_down: 'charge', trust_days: 0 },
      evidence: 'two',
      line_rates: [],
    };
    await must(seller.api('PATCH', '/v1/tenant', { body: { settings: { tax_rules } } }));
    const signedIn = await signUp(browser, seller, { name: 'Nora', email: 'nora@numbers.example' }, [
      'Nora GmbH',
    ]);
    const { page, complaints } = await openPage(browser, { signedIn });
    await page.goto(`${app.baseUrl}/p/numbers/settings`);
    const field = page.getByRole('textbox', { name: 'Tax number' });
    await field.fill('DE136695977');
    const save = page.getByRole('button', { name: 'Save tax number' });
    await save.click();
    await page.getByText('The check digits do not match; look for a slip of the pen.').first().waitFor();
    await field.fill('DE 136 695 976');
    await save.click();
    await page.getByText('Your tax number is saved').waitFor();
    const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    const customer = found[0]?.id ?? '';
    const state = async () =>
      (await must(seller.api('GET', `/v1/customers/${customer}/tax`))).vat_number as unknown as {
        state: string;
      };
    await expect.poll(async () => (await state()).state, { timeout: 60_000 }).toBe('confirmed');
    await page.reload();
    await page.getByText('Confirmed by the registry. Registered to Company 136695976.').waitFor();
    await keepPicture(page, 'portal-tax-number');
    await keepVariant(page, 'portal-tax-number-dark', { dark: true });
    await send(seller.api, '/v1/subscriptions', { customer, plan: 'starter', collection: 'manual' });
    const [invoice] = (await must(seller.api('GET', '/v1/invoices'))).data as unknown as { id: string }[];
    await page.goto(`${app.baseUrl}/p/numbers/invoices/${invoice?.id}`);
    await page.getByText('Reverse charge: the customer accounts for the VAT').waitFor();
    await keepPicture(page, 'portal-reverse-charge');
    // The slip itself, and that an invoice to a seller without a bank account has no details for a transfer.
    expect(complaints.filter((text) => !/ 422 .*tax_id\)$| 409 .*transfer_details\)$/.test(text))).toEqual(
      [],
    );
    await page.context().close();
  },
);

test.runIf(hasBrowser)(
  'a customer gives a certificate of exemption with its paper, staff check it, and the invoice says by which no tax is charged',
  { timeout: 240_000 },
  async () => {
    const { browser, app } = await sharedShop();
    const seller = await openBusiness(app, 'papers');
    const tax_rates = { US: { name: 'Sales tax', rate: '0.08' } };
    await must(seller.api('PATCH', '/v1/tenant', { body: { settings: { tax_rates } } }));
    const signedIn = await signUp(browser, seller, { name: 'Nora', email: 'nora@papers.example' }, [
      'Nora LLC',
    ]);
    const found = (await must(seller.api('GET', '/v1/customers'))).data as unknown as { id: string }[];
    const customer = found[0]?.id ?? '';
    const address = { region: 'TX', postal_code: '78701', city: 'Austin' };
    await must(seller.api('PATCH', `/v1/customers/${customer}`, { body: { country: 'US', address } }));
    const portal = await openPage(browser, { signedIn });
    await portal.page.goto(`${app.baseUrl}/p/papers/settings`);
    await portal.page.getByRole('button', { name: 'Give a certificate' }).click();
    const sheet = portal.page.getByRole('dialog');
    await sheet.getByRole('textbox', { name: 'Number' }).fill('32-1234567');
    await sheet.getByRole('textbox', { name: 'States or regions' }).fill('tx');
    await sheet.getByLabel('First day').fill('2026-01-01');
    await sheet.getByLabel('Last day').fill('2099-12-31');
    const png = await portal.page.screenshot();
    await sheet
      .getByLabel('The paper')
      .setInputFiles({ name: 'resale-2026.png', mimeType: 'image/png', buffer: png });
    await atRest(portal.page);
    await keepPicture(portal.page, 'portal-certificate-form');
    await sheet.getByRole('button', { name: 'Give it' }).click();
    await portal.page.getByText('Your certificate is given').waitFor();
    await portal.page.getByText('To be checked').scrollIntoViewIfNeeded();
    await atRest(portal.page);
    await keepPicture(portal.page, 'portal-certificates');
    await keepVariant(portal.page, 'portal-certificates-dark', { dark: true });
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const origin = app.baseUrl;
    await page.request.post(`${origin}/auth/sign-in/email`, {
      headers: { origin },
      data: { email, password },
    });
    await page.setViewportSize({ width: 1280, height: 1400 });
    await page.goto(`${origin}/admin/customers/${customer}?tenant=papers`);
    await page.getByText('Resale, 32-1234567 (United States: TX)').waitFor();
    await page.getByRole('button', { name: 'resale-2026.png' }).first().waitFor();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    const check = page.getByRole('dialog');
    await check.getByRole('textbox', { name: 'Number' }).fill('32-7654321');
    await atRest(page);
    await keepPicture(page, 'certificate-check');
    await check.getByRole('button', { name: 'Accept it' }).click();
    await page.getByText('Resale, 32-7654321 (United States: TX)').waitFor();
    await page.getByText('Valid', { exact: true }).waitFor();
    await atRest(page);
    await keepPicture(page, 'customer-certificates');
    await page.emulateMedia({ colorScheme: 'dark' });
    await keepPicture(page, 'customer-certificates-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 320, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.setViewportSize({ width: 1280, height: 1400 });
    await send(seller.api, '/v1/subscriptions', { customer, plan: 'starter', collection: 'manual' });
    const [invoice] = (await must(seller.api('GET', '/v1/invoices'))).data as unknown as {
      id: string;
      tax: string;
    }[];
    expect(invoice?.tax).toBe('0');
    await page.goto(`${origin}/admin/invoices/${invoice?.id}?tenant=papers`);
    await page.getByText('Exempt from tax (32-7654321).').first().waitFor();
    await page.getByText('Resale, 32-7654321 (United States: TX), 1 Jan 2026 to 31 Dec 2099').waitFor();
    await atRest(page);
    await keepPicture(page, 'invoice-certificate');
    await portal.page.goto(`${origin}/p/papers/invoices/${invoice?.id}`);
    await portal.page.getByText('Exempt from tax (32-7654321).').first().waitFor();
    await keepPicture(portal.page, 'portal-invoice-certificate');
    expect([...complaints, ...portal.complaints.filter((text) => !/transfer_details\)$/.test(text))]).toEqual(
      [],
    );
    await page.context().close();
    await portal.page.context().close();
  },
);
