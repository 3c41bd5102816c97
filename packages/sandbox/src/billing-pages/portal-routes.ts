import type { FastifyReply, FastifyRequest } from 'fastify';
import { notice } from '../checkout/layout.ts';
import { sendPage } from '../checkout/send.ts';
import { type Context, newDraft } from '../context.ts';
import type { Account } from '../state/account.ts';
import type { SubscriptionRecord } from '../state/billing-records.ts';
import type { Draft } from '../state/draft.ts';
import type { PortalSessionRecord } from '../state/meter-records.ts';
import { wordsFor } from '../stripe/billing/lines.ts';
import { portalUrl } from '../stripe/billing/objects/portal.ts';
import { updateSubscription } from '../stripe/billing/subscription-state.ts';
import { cancelNow } from '../stripe/billing/update.ts';
import type { FormBody } from '../stripe/http.ts';
import { sessionUrl } from '../stripe/objects/checkout-session.ts';
import { methodSession } from './method-session.ts';
import { portalPage } from './portal-page.ts';

/** A portal link is good for an hour of the account's clock. */
const LIFE_SECONDS = 3_600;

type PortalRequest = FastifyRequest<{ Params: { secret: string; act: string } }>;

interface Found {
  readonly account: Account;
  readonly session: PortalSessionRecord;
  readonly draft: Draft;
}

function find(context: Context, secret: string): Found | null {
  for (const account of context.world.accounts.values()) {
    for (const session of account.tables.portal_session.values()) {
      if (session.secret !== secret) continue;
      const draft = newDraft(context, account);
      return draft.now < session.created + LIFE_SECONDS ? { account, session, draft } : null;
    }
  }
  return null;
}

function sendGone(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 404, notice('Nothing here', 'This link does not exist or is no longer good.', null));
}

function livingOf({ draft, session }: Found): SubscriptionRecord[] {
  return draft
    .all('subscription')
    .filter(({ customer, endedAt }) => customer === session.customer && endedAt === null);
}

/** Shows the portal. */
export async function show(
  context: Context,
  request: PortalRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = find(context, request.params.secret);
  await context.world.journal.settled();
  if (found === null) return sendGone(reply);
  const { account, session, draft } = found;
  const configuration = draft.get('portal_configuration', session.configuration);
  const customer = draft.get('customer', session.customer);
  if (configuration === undefined || customer === undefined || customer.deleted) return sendGone(reply);
  const subscriptions = livingOf(found).map((subscription) => ({
    subscription,
    items: subscription.items.flatMap((item) => {
      const price = draft.get('price', item.price);
      return price === undefined
        ? []
        : wordsFor(draft, price, subscription.currency, String(item.quantity ?? 1));
    }),
  }));
  const [first] = subscriptions;
  const method = first?.subscription.defaultPaymentMethod ?? customer.defaultPaymentMethod;
  const invoices = draft.all('invoice').filter((one) => one.customer === customer.id && one.number !== null);
  return sendPage(
    reply,
    200,
    portalPage({
      sellerName: account.settings.sellerName,
      session,
      configuration,
      subscriptions,
      method: method === null ? undefined : draft.get('payment_method', method),
      invoices: invoices.reverse(),
    }),
  );
}

function change(found: Found, verb: string, id: unknown): boolean {
  const { draft, session } = found;
  const mode = draft.get('portal_configuration', session.configuration)?.cancel ?? null;
  const before = livingOf(found).find((one) => one.id === id);
  if (before === undefined || mode === null) return false;
  if (verb === 'keep') {
    const kept = { ...before, cancelAtPeriodEnd: false, cancelAt: null, canceledAt: null };
    updateSubscription(draft, before, kept);
    return true;
  }
  if (mode === 'immediately') {
    cancelNow(draft, before, { invoiceNow: false, prorate: false }, {});
    return true;
  }
  updateSubscription(draft, before, {
    ...before,
    cancelAtPeriodEnd: true,
    cancelAt: before.periodEnd,
    canceledAt: draft.now,
    cancellation: { ...before.cancellation, reason: 'cancellation_requested' },
  });
  return true;
}

/** Does what a button of the portal asks for. */
export async function act(
  context: Context,
  request: PortalRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = find(context, request.params.secret);
  if (found === null) return sendGone(reply);
  const { account, draft, session } = found;
  const values = (request.body as FormBody | undefined)?.values ?? {};
  let location = portalUrl(session, draft);
  const { act: verb } = request.params;
  if (verb === 'method') {
    const allowed = draft.get('portal_configuration', session.configuration)?.methodUpdate ?? false;
    if (!allowed) return sendGone(reply);
    location = sessionUrl(draft.baseUrl, methodSession(draft, session, location).id);
  } else if ((verb !== 'cancel' && verb !== 'keep') || !change(found, verb, values.subscription)) {
    return sendGone(reply);
  }
  draft.commit();
  await context.world.journal.settled();
  setImmediate(() => context.deliveries.wake(account));
  return reply.redirect(location, 303);
}
