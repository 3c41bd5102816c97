import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from 'vitest';
import { must } from '../../apps/server/src/testing/scenario.ts';
import { atRest, hasBrowser, openPage } from './browser.ts';
import { sharedShop } from './shop.ts';

test.runIf(hasBrowser)(
  'an admin makes a live environment from the menu of environments, and goes on with its seller',
  { timeout: 120_000 },
  async () => {
    const { app, browser } = await sharedShop();
    const { page, complaints } = await openPage(browser);
    const { email, password } = app.owner;
    const headers = { origin: app.baseUrl };
    await page.request.post(`${app.baseUrl}/auth/sign-in/email`, { headers, data: { email, password } });
    await page.goto(`${app.baseUrl}/admin/team`);
    await page.getByRole('button', { name: /^Environment: / }).click();
    await page.getByRole('menuitem', { name: 'Create an environment' }).click();
    const sheet = page.getByRole('dialog', { name: 'Create an environment' });
    await sheet.getByRole('radio', { name: /^Live/ }).click();
    await sheet.getByLabel('Name', { exact: true }).fill('Real money');
    await sheet.getByLabel('Currency').fill('chf');
    await sheet.getByLabel('Time zone').fill('Europe/Zurich');
    await atRest(page);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    await sheet.getByLabel('Name in addresses').fill('Real Money');
    await sheet.getByRole('button', { name: 'Create environment' }).click();
    await expect.poll(() => sheet.locator('input[name="slug"][aria-invalid="true"]').count()).toBe(1);
    await sheet.getByLabel('Name in addresses').fill('real-money');
    await sheet.getByRole('button', { name: 'Create environment' }).click();
    await page.getByRole('button', { name: 'Environment: Real money' }).waitFor();
    await page.getByRole('heading', { name: 'Seller' }).waitFor();
    expect(new URL(page.url()).searchParams.get('tenant')).toBe('real-money');
    const owner = await app.signIn(email, password);
    const { data } = await must(owner('GET', '/v1/tenants'));
    expect(data).toContainEqual(
      expect.objectContaining({
        slug: 'real-money',
        name: 'Real money',
        kind: 'live',
        currency: 'CHF',
        time_zone: 'Europe/Zurich',
      }),
    );
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);
