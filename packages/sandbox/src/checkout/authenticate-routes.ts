import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Context, newDraft } from '../context.ts';
import type { Account } from '../state/account.ts';
import type { Draft } from '../state/draft.ts';
import type { PaymentIntentRecord, SetupIntentRecord } from '../state/records.ts';
import type { FormBody } from '../stripe/http.ts';
import { attemptPayment, failAuthentication } from '../stripe/pay.ts';
import { attemptSetup, failSetupAuthentication } from '../stripe/set-up.ts';
import { authenticatePage } from './authenticate-page.ts';
import { finishAuthentication } from './complete.ts';
import { notice } from './layout.ts';
import { sendPage } from './send.ts';
import { successUrl } from './success-url.ts';

type Intent = PaymentIntentRecord | SetupIntentRecord;
type AuthenticateRequest = FastifyRequest<{ Params: { id: string } }>;

/** Binds the page on which a cardholder authenticates, for hosted checkout and for intents confirmed by API. */
export function bindAuthentication(app: FastifyInstance, context: Context): void {
  app.get<{ Params: { id: string } }>('/c/authenticate/:id', (request, reply) =>
    show(context, request, reply),
  );
  app.post<{ Params: { id: string } }>('/c/authenticate/:id', (request, reply) =>
    submit(context, request, reply),
  );
}

function findIntent(
  { world }: Context,
  id: string,
  secret: unknown,
): { account: Account; intent: Intent } | null {
  for (const account of world.accounts.values()) {
    const intent = account.tables.payment_intent.get(id) ?? account.tables.setup_intent.get(id);
    if (intent !== undefined) return intent.clientSecret === secret ? { account, intent } : null;
  }
  return null;
}

async function show(
  context: Context,
  request: AuthenticateRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { client_secret: secret } = request.query as { readonly client_secret?: string };
  const found = findIntent(context, request.params.id, secret);
  await context.world.journal.settled();
  if (found === null) return sendNothing(reply);
  const { account, intent } = found;
  if (intent.status !== 'requires_action') return sendOver(context, reply, account, intent);
  const amount = 'amount' in intent ? { minor: intent.amount, currency: intent.currency } : null;
  const action = `/c/authenticate/${intent.id}`;
  const { sellerName } = account.settings;
  return sendPage(
    reply,
    200,
    authenticatePage({ sellerName, amount, action, clientSecret: intent.clientSecret }),
  );
}

async function submit(
  context: Context,
  request: AuthenticateRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const values = (request.body as FormBody | undefined)?.values ?? {};
  const found = findIntent(context, request.params.id, values.client_secret);
  if (found === null) return sendNothing(reply);
  const { account, intent } = found;
  if (intent.status !== 'requires_action') return sendOver(context, reply, account, intent);
  const draft = newDraft(context, account);
  const passed = values.outcome === 'complete';
  const location =
    intent.session === null ? finishByApi(draft, intent, passed) : finishPage(draft, intent, passed);
  draft.commit();
  await context.world.journal.settled();
  setImmediate(() => context.deliveries.wake(account));
  if (location !== null) return reply.redirect(location, 303);
  const text = passed ? 'Authentication is complete.' : 'Authentication failed.';
  return sendPage(reply, 200, notice('You may close this page', text, null));
}

function finishPage(draft: Draft, intent: Intent, passed: boolean): string {
  const outcome = finishAuthentication(draft, intent, passed);
  return outcome.kind === 'complete' ? successUrl(outcome.session) : `/c/pay/${intent.session}`;
}

function finishByApi(draft: Draft, intent: Intent, passed: boolean): string | null {
  const method =
    intent.paymentMethod === null ? undefined : draft.get('payment_method', intent.paymentMethod);
  if (method === undefined) throw new Error('an intent that waits for authentication has no payment method');
  const kind = 'amount' in intent ? 'payment_intent' : 'setup_intent';
  let after: Intent;
  if ('amount' in intent) {
    const attempt = { offSession: false, authenticated: true };
    after = passed ? attemptPayment(draft, intent, method, attempt) : failAuthentication(draft, intent);
  } else {
    after = passed ? attemptSetup(draft, intent, method, true) : failSetupAuthentication(draft, intent);
  }
  if (intent.returnUrl === null) return null;
  const url = new URL(intent.returnUrl);
  url.searchParams.set(kind, intent.id);
  url.searchParams.set(`${kind}_client_secret`, intent.clientSecret);
  url.searchParams.set('redirect_status', after.status === 'succeeded' ? 'succeeded' : 'failed');
  return url.href;
}

function sendNothing(reply: FastifyReply): FastifyReply {
  return sendPage(
    reply,
    404,
    notice('Nothing here', 'This page does not exist or is no longer needed.', null),
  );
}

function sendOver(context: Context, reply: FastifyReply, account: Account, intent: Intent): FastifyReply {
  const session = intent.session === null ? undefined : account.tables.checkout_session.get(intent.session);
  if (session?.status === 'complete') return reply.redirect(successUrl(session), 303);
  if (session !== undefined) return reply.redirect(`${context.baseUrl()}/c/pay/${session.id}`, 303);
  return sendPage(reply, 200, notice('Nothing to confirm', 'This payment does not wait for you.', null));
}
