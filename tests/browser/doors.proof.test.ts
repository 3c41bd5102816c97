import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { linkTo, send } from '../../apps/server/src/testing/scenario.ts';
import { hasBrowser, openPage } from './browser.ts';
import { PASSWORD, signUp } from './people.ts';
import { type Business, openBusiness, sharedShop } from './shop.ts';

const NEW_PASSWORD = 'a better horse battery';

/** Every way in that begins with a link in a mail. */
describe.runIf(hasBrowser)('a link in a mail', () => {
  let seller: Business;
  let browser: Browser;
  let portal: string;

  beforeAll(async () => {
    const shop = await sharedShop();
    browser = shop.browser;
    seller = await openBusiness(shop.app, 'doors');
    portal = `${shop.app.baseUrl}/p/${seller.slug}`;
  }, 120_000);

  test('sets a new password once: then only the new one lets its owner in', async () => {
    const email = 'erika@lindenhof.example';
    await signUp(browser, seller, { name: 'Erika Mustermann', email }, ['Lindenhof']);
    const { page } = await openPage(browser);
    await page.goto(`${portal}/sign-in`);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    // The screen before has a field of this name too: what is put into that one goes with it.
    await page.getByRole('heading', { name: 'Reset your password' }).waitFor();
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('Look at your mail').waitFor();

    const link = await linkTo(seller.app, email, `/p/${seller.slug}/reset-password`);
    await page.goto(link.href);
    await page.getByLabel('New password').fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();

    await signInWith(page, email, PASSWORD);
    await page.getByRole('alert').filter({ hasText: 'do not match' }).waitFor();
    await signInWith(page, email, NEW_PASSWORD);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

    await page.goto(link.href);
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').filter({ hasText: 'does not work any more' }).waitFor();
    await page.context().close();
  });

  test('takes an invited colleague through a new account straight into the company, with the role of the invitation', async () => {
    const email = 'otto@lindenhof.example';
    const owner = await signUp(browser, seller, { name: 'Ida Lang', email: 'ida@lindenhof.example' }, [
      'Lindenhof Verwaltung',
    ]);
    const { page } = await openPage(browser, { signedIn: owner });
    await page.goto(`${portal}/team`);
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('dialog').getByLabel('E-mail').fill(email);
    await page.getByRole('radio', { name: /^Manager/ }).click();
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    await page.getByText('The invitation is on its way').waitFor();

    const link = await linkTo(seller.app, email, `/p/${seller.slug}/accept-invitation`);
    const { page: guest } = await openPage(browser);
    await guest.goto(link.href);
    await guest.getByRole('link', { name: 'Create an account' }).click();
    await guest.getByLabel('Your name').fill('Otto Grün');
    await guest.getByLabel('E-mail').fill(email);
    await guest.getByLabel('Password').fill(PASSWORD);
    await guest.getByRole('button', { name: 'Create account' }).click();
    await guest.getByRole('button', { name: 'Accept the invitation' }).click();
    await guest.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await guest.getByText('Lindenhof Verwaltung').first().waitFor();

    await page.reload();
    await page.getByRole('row').filter({ hasText: 'Otto Grün' }).filter({ hasText: 'Manager' }).waitFor();
    await Promise.all([page.context().close(), guest.context().close()]);
  });

  test('makes an invited operator one of the team, who sees the seller with the role of the invitation', async () => {
    const email = 'finn@concierge.example';
    const { app } = seller;
    const owner = await app.signIn(app.owner.email, app.owner.password);
    await send(owner, '/v1/invitations', { email, role: 'viewer' });
    const link = await linkTo(app, email, '/admin/accept-invitation');

    const { page } = await openPage(browser);
    await page.goto(link.href);
    await page.getByLabel('Name').fill('Finn Becker');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { name: /^Welcome to / }).waitFor();
    await page.getByText('viewer').waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: /^Monthly recurring revenue/ }).waitFor();

    const session = await page.request.get(`${app.baseUrl}/v1/session`);
    expect(await session.json()).toMatchObject({ role: 'viewer' });
    await page.goto(link.href);
    await page.getByLabel('Name').fill('Finn Becker');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('alert').waitFor();
    await page.context().close();
  });
});

async function signInWith(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
