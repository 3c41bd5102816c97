import type { TestApp } from './app.ts';
import type { Answer, Caller } from './caller.ts';

const PATIENCE_MS = 10_000;
const PASSWORD = 'correct horse battery';

/** A second person of the seller, who was invited by mail, accepted and signed in. */
export async function joinAs(app: TestApp, owner: Caller, email: string, role: string): Promise<Caller> {
  const headers = { 'billhook-tenant': app.tenant.typeId };
  succeed(await owner('POST', '/v1/invitations', { headers, body: { email, role } }));
  // Mails of accounts go out behind the answer.
  const text = await mailTo(app, email);
  const token = new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? '').searchParams.get('token');
  const body = { token, name: 'Grace', password: PASSWORD };
  succeed(await app.anybody('POST', '/v1/invitations/accept', { body }));
  return app.signIn(email, PASSWORD);
}

async function mailTo({ sandbox }: TestApp, email: string): Promise<string> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (performance.now() < deadlineMs) {
    const [mail] = (await sandbox.mails({ to: email, limit: 1 })).data;
    const text = mail === undefined ? null : (await sandbox.mail(mail.id)).text;
    if (text) return text;
  }
  throw new Error(`no mail came to ${email}`);
}

function succeed({ status, text }: Answer): void {
  if (status >= 300) throw new Error(`${status} ${text}`);
}
