import type { TestApp } from './app.ts';
import type { Answer, Caller, CallOptions } from './caller.ts';
import { createCaller } from './caller.ts';

/** Fails the test with the problem document where an answer is not a success. */
export async function must(answer: Promise<Answer>): Promise<Answer['body']> {
  const { status, text, body } = await answer;
  if (status >= 300) throw new Error(`expected a success, got ${status}: ${text}`);
  return body;
}

export const send = (caller: Caller, path: string, body: unknown, options: CallOptions = {}) =>
  must(caller('POST', path, { ...options, body }));

/** Another tenant of the same owner, with a key of its own. */
export async function secondTenant(
  app: TestApp,
  owner: Caller,
  slug: string,
): Promise<{ typeId: string; api: Caller }> {
  const tenant = await send(owner, '/v1/tenants', {
    slug,
    name: slug,
    kind: 'sandbox',
    currency: 'EUR',
    time_zone: 'UTC',
  });
  const typeId = String(tenant.id);
  const key = await send(owner, '/v1/api_keys', { name: 'All' }, { headers: { 'billhook-tenant': typeId } });
  return { typeId, api: createCaller(app.baseUrl, { authorization: `Bearer ${String(key.secret)}` }) };
}

/** Signs a person up at a portal and in. */
export async function signUpMember(app: TestApp, slug: string, email: string): Promise<Caller> {
  const basePath = `/p/${slug}/auth`;
  const page = createCaller(app.baseUrl, { origin: app.baseUrl });
  const body = { email, password: 'correct horse battery', name: email.split('@')[0] };
  await must(page('POST', `${basePath}/sign-up/email`, { body }));
  return app.signIn(email, body.password, basePath);
}

/** The link in the newest mail to an address whose path begins so; the sender does not wait, so it may be under way. */
export async function linkTo(app: TestApp, address: string, path: string): Promise<URL> {
  const deadline = performance.now() + 5_000;
  while (performance.now() < deadline) {
    for (const mail of (await app.sandbox.mails({ to: address, limit: 10 })).data) {
      const text = (await app.sandbox.mail(mail.id)).text ?? '';
      for (const found of text.match(/https?:\/\/[^\s<>"]+/g) ?? []) {
        const link = new URL(found);
        if (link.pathname.startsWith(path)) return link;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no mail with a link to ${path} came to ${address}`);
}
