import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { API_VERSION, type Context, newDraft } from '../context.ts';
import type { Account } from '../state/account.ts';
import { ANSWER_LIFE_MS } from '../state/apply.ts';
import type { Draft } from '../state/draft.ts';
import type { AnswerIndex } from '../state/records.ts';
import { beSlow } from '../state/slowness.ts';
import { type World, writeSettings } from '../state/world.ts';
import { accountOfRequest, refuseDenied } from './authenticate.ts';
import { BILLING_PREFIXES } from './billing-part.ts';
import type { Route } from './call.ts';
import { runDueWork } from './due-work.ts';
import { ApiError } from './error.ts';
import { expand } from './expand.ts';
import { findRoute } from './find-route.ts';
import { type FormLevel, parseForm } from './form.ts';
import { loadBilling } from './load-billing.ts';
import { Params } from './params.ts';
import { accountRoutes } from './routes/account.ts';
import { checkoutSessionRoutes } from './routes/checkout-sessions.ts';
import { customerRoutes } from './routes/customers.ts';
import { disputeRoutes } from './routes/disputes.ts';
import { fileRoutes } from './routes/files.ts';
import { moneyRoutes } from './routes/money.ts';
import { paymentIntentRoutes } from './routes/payment-intents.ts';
import { paymentMethodRoutes } from './routes/payment-methods.ts';
import { payoutRoutes } from './routes/payouts.ts';
import { setupIntentRoutes } from './routes/setup-intents.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { taxRoutes } from './tax/routes.ts';

const MAX_KEY_LENGTH = 255;

/** A parsed form with its text, which idempotency compares. */
export interface FormBody {
  readonly text: string;
  readonly values: FormLevel;
}

/** All routes of the Stripe API but those of billing. */
export const STRIPE_ROUTES: readonly Route[] = [
  ...customerRoutes,
  ...paymentMethodRoutes,
  ...setupIntentRoutes,
  ...paymentIntentRoutes,
  ...moneyRoutes,
  ...disputeRoutes,
  ...fileRoutes,
  ...payoutRoutes,
  ...accountRoutes,
  ...checkoutSessionRoutes,
  ...webhookRoutes,
  ...taxRoutes,
];

/** Binds the Stripe API. */
export function registerStripe(app: FastifyInstance, context: Context): void {
  for (const route of STRIPE_ROUTES) {
    app.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        if (mentionsSubscription(request)) await loadBilling();
        return answer(context, { route, id: idOf(request) }, request, reply);
      },
    });
  }
  for (const url of BILLING_PREFIXES.flatMap((prefix) => [prefix, `${prefix}/*`])) {
    app.route({
      method: ['GET', 'POST', 'DELETE'],
      url,
      handler: async (request, reply) => {
        const { routes } = await loadBilling();
        const found = findRoute(routes, request.method, request.url.split('?')[0] ?? '');
        return found === undefined ? reply.callNotFound() : answer(context, found, request, reply);
      },
    });
  }
}

interface Found {
  readonly route: Route;
  readonly id: string;
}

function answer(context: Context, found: Found, request: FastifyRequest, reply: FastifyReply) {
  const { route, id } = found;
  return 'read' in route
    ? answerRead(context, route, id, request, reply)
    : answerWrite(context, route, id, request, reply);
}

/** True for a request that asks for subscriptions of something else, or starts one on a hosted page. */
function mentionsSubscription(request: FastifyRequest): boolean {
  return request.url.includes('subscription') || formOf(request).text.includes('subscription');
}

function idOf(request: FastifyRequest): string {
  return (request.params as { readonly id?: string }).id ?? '';
}

function begin(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): { account: Account; requestId: string } {
  const requestId = context.world.makeId('req_', 14);
  reply.header('request-id', requestId);
  reply.header('stripe-version', request.headers['stripe-version'] ?? API_VERSION);
  const account = accountOfRequest(context.world, request);
  refuseDenied(account, request);
  if (request.url.startsWith('/v1/checkout')) sweep(context, account);
  return { account, requestId };
}

/** Lets happen what the account's clock has reached: sessions expire, subscriptions renew. */
export function sweep(context: Context, account: Account): void {
  runDueWork(context, account);
}

async function answerRead(
  context: Context,
  route: Extract<Route, { read: unknown }>,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<object> {
  const { account } = begin(context, request, reply);
  await beSlow(account.settings.faults);
  const query = request.url.indexOf('?');
  const params = new Params(query === -1 ? {} : parseForm(request.url.slice(query + 1)));
  const paths = params.texts('expand') ?? [];
  const draft = newDraft(context, account);
  // What is shown must be on disk, or a crash could take back what was seen.
  await context.world.journal.settled();
  const answer = await route.read({ draft, params, id });
  params.finish();
  return expand(answer, paths, draft);
}

interface Outcome {
  readonly status: number;
  readonly body: string;
}

function runWrite(
  route: Extract<Route, { write: unknown }>,
  draft: Draft,
  params: Params,
  id: string,
): Outcome {
  const paths = params.texts('expand') ?? [];
  try {
    const answer = route.write({ draft, params, id });
    params.finish();
    return { status: 200, body: JSON.stringify(expand(answer, paths, draft)) };
  } catch (cause) {
    if (!(cause instanceof ApiError) || !cause.keepsChanges) throw cause;
    params.finish();
    return { status: cause.status, body: JSON.stringify({ error: cause.body }) };
  }
}

async function answerWrite(
  context: Context,
  route: Extract<Route, { write: unknown }>,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { account, requestId } = begin(context, request, reply);
  await beSlow(account.settings.faults);
  rejectByFault(context, account);
  const form = formOf(request);
  const key = keyOf(request);
  const fingerprint = key === null ? '' : fingerprintOf(request, form);
  if (key !== null) {
    const stored = storedAnswer(context, account, key, fingerprint);
    if (stored !== undefined) return sendStored(context.world, stored, key, reply);
    account.inFlight.add(key);
  }
  try {
    const draft = newDraft(context, account, requestId, key);
    const outcome = runWrite(route, draft, new Params(form.values), id);
    const { faults } = account.settings;
    const mayHang = draft.movesMoney || faults.timeoutsOnAllWrites === true;
    if (mayHang && strikeTimeout(context, account, 'timeoutsBefore')) return hold(context, account, reply);
    const holds = mayHang && faults.timeoutsAfter > 0;
    draft.commit(key === null ? undefined : { key, fingerprint, requestId, ...outcome });
    if (holds) strikeTimeout(context, account, 'timeoutsAfter');
    await context.world.journal.settled();
    setImmediate(() => context.deliveries.wake(account));
    if (holds) return hold(context, account, reply);
    if (key !== null) reply.header('idempotency-key', key);
    return reply.code(outcome.status).type('application/json').send(outcome.body);
  } finally {
    if (key !== null) account.inFlight.delete(key);
  }
}

function formOf(request: FastifyRequest): FormBody {
  const body = request.body as FormBody | undefined;
  if (body !== undefined && body.text !== '') return body;
  // A request that deletes carries its parameters in its address.
  const text = request.url.split('?')[1] ?? '';
  return { text, values: request.method === 'DELETE' ? parseForm(text) : {} };
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined || Array.isArray(key) || key === '') return null;
  if (key.length <= MAX_KEY_LENGTH) return key;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    message: `Idempotency keys may have ${MAX_KEY_LENGTH} characters at most.`,
  });
}

/** Equal for requests with the same method, path and parameters, in whatever order. */
function fingerprintOf(request: FastifyRequest, form: FormBody): string {
  const sorted = form.text.split('&').sort().join('&');
  const whole = `${request.method} ${request.url}\n${sorted}`;
  return createHash('sha256').update(whole).digest('base64url').slice(0, 22);
}

/**
 * The stored answer of a key, or undefined for a new key. It must stay synchronous: between this look and the
 * mark that the key is in flight no other request may come in.
 */
function storedAnswer(
  { world }: Context,
  account: Account,
  key: string,
  fingerprint: string,
): AnswerIndex | undefined {
  if (account.inFlight.has(key)) {
    throw new ApiError(409, {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: 'There is currently another in-progress request using this Idempotent Key.',
    });
  }
  const stored = account.answers.get(key);
  if (stored === undefined || stored.wallMs < world.wallNow() - ANSWER_LIFE_MS) return undefined;
  if (stored.fingerprint === fingerprint) return stored;
  throw new ApiError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}'.`,
  });
}

async function sendStored(
  world: World,
  stored: AnswerIndex,
  key: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  await world.journal.settled();
  const body = await world.journal.read(stored.offset, stored.bytes);
  reply.header('idempotency-key', key);
  reply.header('idempotent-replayed', 'true');
  reply.header('original-request', stored.requestId);
  return reply.code(stored.status).type('application/json').send(body);
}

function rejectByFault({ world }: Context, { settings }: Account): void {
  const { faults } = settings;
  if (faults.rejectRequests <= 0) return;
  writeSettings(world, { ...settings, faults: { ...faults, rejectRequests: faults.rejectRequests - 1 } });
  const limited = faults.rejectStatus === 429;
  throw new ApiError(faults.rejectStatus, {
    type: limited ? 'invalid_request_error' : 'api_error',
    message: 'The sandbox refused this request because a fault is switched on.',
    ...(limited ? { code: 'rate_limit' } : {}),
  });
}

function strikeTimeout(
  { world }: Context,
  account: Account,
  fault: 'timeoutsBefore' | 'timeoutsAfter',
): boolean {
  const { settings } = account;
  const left = settings.faults[fault];
  if (left <= 0) return false;
  writeSettings(world, { ...settings, faults: { ...settings.faults, [fault]: left - 1 } });
  return true;
}

/** Leaves a request without an answer; its connection is closed after a while or at the stop. */
function hold({ held }: Context, account: Account, reply: FastifyReply): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  const timer = setTimeout(() => raw.destroy(), account.settings.faults.holdMs);
  held.add(raw);
  raw.on('close', () => {
    clearTimeout(timer);
    held.delete(raw);
  });
  return reply;
}
