import type { Browser, BrowserContext } from 'playwright-core';
import type { TestApp } from '../../apps/server/src/testing/app.ts';
import type { Business } from './shop.ts';

/** What a browser keeps of somebody who is signed in. */
export type State = Awaited<ReturnType<BrowserContext['storageState']>>;

export const PASSWORD = 'correct horse battery';

/** The cookies that signing in, or up, gives a browser. */
export async function signedInAt(
  browser: Browser,
  app: TestApp,
  path: string,
  data: Record<string, string>,
  then?: (context: BrowserContext) => Promise<void>,
): Promise<State> {
  const context = await browser.newContext();
  const answer = await context.request.post(`${app.baseUrl}${path}`, {
    headers: { origin: app.baseUrl },
    data,
  });
  if (!answer.ok()) throw new Error(`signing in failed: ${await answer.text()}`);
  await then?.(context);
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Makes the account of a member at a seller's portal, who owns these companies. */
export function signUp(
  browser: Browser,
  { app, slug }: Business,
  { name, email }: { name: string; email: string },
  companies: string[],
): Promise<State> {
  const data = { name, email, password: PASSWORD };
  return signedInAt(browser, app, `/p/${slug}/auth/sign-up/email`, data, async (context) => {
    for (const [index, company] of companies.entries()) {
      const answer = await context.request.post(`${app.baseUrl}/p/${slug}/api/v1/customers`, {
        headers: { origin: app.baseUrl, 'idempotency-key': `company-${index}` },
        data: { name: company, country: 'DE', time_zone: 'Europe/Berlin' },
      });
      if (!answer.ok()) throw new Error(`no company was made: ${await answer.text()}`);
    }
  });
}
