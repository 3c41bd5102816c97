import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, type OutsideRequest, outside } from '../http/handlers.ts';
import { getPlans, getPlanVersions, latestVersionByPlanKey } from '../modules/catalog/api.ts';
import { customerBySubject } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import {
  type AskedChange,
  countLookUps,
  countReports,
  listChanges,
  listLinks,
  listWaiting,
} from '../modules/mirror/api.ts';
import {
  accountMode,
  findProviderCustomer,
  type PreviewAtStripe,
  type ProviderBilling,
  ProviderFault,
  type Providers,
} from '../modules/payments/api.ts';
import { getSubscription } from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { type AskBody, askForChange, atStripe, readWish, wishOf } from './change-at-stripe.ts';
import { importAccount, syncCatalogue } from './import-stripe.ts';
import type { MirrorWork } from './mirror-subscription.ts';
import { mySubscription } from './my-subscriptions.ts';

type Deps = { transactor: Transactor; providers: Providers; wake(source: string): void };

type OperatorIds =
  | 'getStripeMirror'
  | 'syncStripeCatalogue'
  | 'importFromStripe'
  | 'previewStripeChange'
  | 'askStripeChange'
  | 'listStripeChanges'
  | 'openStripePortal';

const SHOWN = 100;

/** What Stripe computes, in the hands of the seller's side. */
export function mirrorRoutes(deps: Deps): Pick<Handlers<OperatorRoutes>, OperatorIds> {
  const wake = () => deps.wake('change-at-stripe');
  return {
    getStripeMirror: overview,
    syncStripeCatalogue: outside((request, { body }) =>
      withStripe(deps, request, (work) => syncCatalogue(work, body.dry_run ?? false)),
    ),
    importFromStripe: outside((request, { body }) =>
      withStripe(deps, request, (work) => importAccount(work, body.dry_run ?? false)),
    ),
    previewStripeChange: outside((request, { params, body }) =>
      preview(deps, request, async () => subscriptionRow(params.id), body),
    ),
    askStripeChange: async (ctx, { params, body }) =>
      presentChange(ctx, await askForChange(ctx, subscriptionRow(params.id), body, wake)),
    listStripeChanges: (ctx, { params }) => changesOf(ctx, subscriptionRow(params.id)),
    openStripePortal: outside((request, { params, body }) =>
      openPortal(deps, request, async (ctx) => (await customerBySubject(ctx, params.id)).id, body.return_url),
    ),
  };
}

type MemberIds = 'previewMyStripeChange' | 'askMyStripeChange' | 'listMyStripeChanges' | 'openMyStripePortal';

/** The same in the hands of the customer's own people: owners and admins act, everyone may look. */
export function myMirrorRoutes(deps: Deps): Pick<Handlers<MemberRoutes>, MemberIds> {
  return {
    previewMyStripeChange: outside((request, { query, body }) =>
      preview(
        deps,
        request,
        async (ctx) => {
          await refuseHidden(ctx, body);
          return (await mySubscription(ctx, query.subscription)).id;
        },
        body,
      ),
    ),
    askMyStripeChange: async (ctx, { query, body }) => {
      await requireMembership(ctx, ['owner', 'admin']);
      await refuseHidden(ctx, body);
      const wake = () => deps.wake('change-at-stripe');
      const { id } = await mySubscription(ctx, query.subscription);
      return presentChange(ctx, await askForChange(ctx, id, body, wake));
    },
    listMyStripeChanges: async (ctx, { query }) =>
      changesOf(ctx, (await mySubscription(ctx, query.subscription)).id),
    openMyStripePortal: outside((request, { body }) =>
      openPortal(
        deps,
        request,
        async (ctx) => (await requireMembership(ctx, ['owner', 'admin'])).customerId,
        body.return_url,
      ),
    ),
  };
}

/** What is not shown on the pricing page is not for customers to take by themselves. */
async function refuseHidden(ctx: QueryCtx, body: AskBody): Promise<void> {
  if (body.action !== 'change') return;
  const { plan } = await latestVersionByPlanKey(ctx, body.plan);
  if (!plan.public) refuse('plan.not_found', `There is no plan ${body.plan}.`);
}

function subscriptionRow(text: string): string {
  const id = decodeTypeId('sub', text);
  return id.ok ? id.value : refuse('subscription.not_found', 'There is no such subscription.');
}

async function overview(ctx: QueryCtx) {
  const looks = await countLookUps(ctx);
  const reports = await countReports(ctx);
  const mirrored = (kind: string) =>
    looks.find((row) => row.kind === kind && row.state === 'mirrored')?.count ?? 0;
  const told = (...statuses: string[]) =>
    reports.filter(({ status }) => statuses.includes(status)).reduce((sum, { count }) => sum + count, 0);
  return {
    object: 'stripe_mirror' as const,
    connected: (await accountMode(ctx, 'stripe')) !== null,
    linked_prices: (await listLinks(ctx, 'price')).length,
    subscriptions: mirrored('subscription'),
    invoices: mirrored('invoice'),
    waiting: (await listWaiting(ctx, SHOWN)).map(({ kind, stripeId, reason }) => ({
      kind,
      stripe_id: stripeId,
      reason,
    })),
    usage_reports: { sent: told('sent'), waiting: told('created', 'canceling'), failed: told('failed') },
  };
}

/** Calls Stripe for a tenant. Refusals: `provider.not_configured`, `provider.unavailable`. */
async function withStripe<T>(
  deps: Deps,
  request: OutsideRequest,
  call: (work: MirrorWork) => Promise<T>,
): Promise<T> {
  const provider = await deps.providers.of(request.tenantId, 'stripe');
  const billing = provider.billing as ProviderBilling;
  const command = <U>(fn: (ctx: CommandCtx) => Promise<U>) => deps.transactor.command(request, fn);
  const query = <U>(fn: (ctx: QueryCtx) => Promise<U>) => deps.transactor.query(request, fn);
  try {
    return await call({ provider, billing, command, query });
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    return refuse('provider.unavailable', `Stripe did not do it: ${error.message}`);
  }
}

async function preview(
  deps: Deps,
  request: OutsideRequest,
  whose: (ctx: QueryCtx) => Promise<string>,
  body: AskBody,
) {
  return withStripe(deps, request, async ({ billing, query }) => {
    const { stripeId, wish } = await query(async (ctx) => {
      const found = await atStripe(ctx, await whose(ctx));
      const wanted = await readWish(ctx, found.subscription, body);
      return { stripeId: found.stripeId, wish: await wishOf(ctx, found.subscription, wanted) };
    });
    return presentPreview(await billing.previewChange(stripeId, wish));
  });
}

function presentPreview({ currency, totalMinor, taxMinor, dueMinor, lines }: PreviewAtStripe) {
  return {
    object: 'stripe_preview' as const,
    computed_by: 'stripe' as const,
    currency,
    total: `${totalMinor}`,
    tax: `${taxMinor}`,
    due: `${dueMinor}`,
    lines: lines.map(({ description, amountMinor, isProration }) => ({
      description: description.slice(0, 500),
      amount: `${amountMinor}`,
      proration: isProration,
    })),
  };
}

async function changesOf(ctx: QueryCtx, id: string) {
  const { id: subscriptionId } = await getSubscription(ctx, id);
  const data = [];
  for (const change of await listChanges(ctx, subscriptionId, SHOWN))
    data.push(await presentChange(ctx, change));
  return { object: 'list' as const, data, has_more: false, next_cursor: null };
}

async function presentChange(ctx: QueryCtx, change: AskedChange) {
  const { wanted } = change;
  const versionId = wanted.kind === 'plan' ? wanted.planVersionId : null;
  const version = versionId === null ? undefined : (await getPlanVersions(ctx, [versionId])).get(versionId);
  const plan =
    version === undefined ? undefined : (await getPlans(ctx, [version.planId])).get(version.planId);
  return {
    id: encodeTypeId('sch', change.id),
    object: 'stripe_change' as const,
    subscription: encodeTypeId('sub', change.subscriptionId),
    action: wanted.kind === 'plan' ? ('change' as const) : wanted.kind,
    plan: plan?.key ?? null,
    quantity: 'quantity' in wanted ? wanted.quantity : null,
    when: wanted.kind === 'cancel' ? wanted.when : null,
    status: change.status,
    failure: change.failure,
    created_at: iso(change.createdAt),
    finished_at: isoOrNull(change.finishedAt),
  };
}

async function openPortal(
  deps: Deps,
  request: OutsideRequest,
  whose: (ctx: QueryCtx) => Promise<string>,
  returnUrl: string,
) {
  return withStripe(deps, request, async ({ billing, query }) => {
    const atProvider = await query(async (ctx) => findProviderCustomer(ctx, await whose(ctx), 'stripe'));
    if (atProvider === null)
      return refuse('subscription.not_at_stripe', 'Stripe does not know this customer.');
    // A page is open for minutes only, so that each request gets one of its own, and its repeats get the same.
    const url = await billing.portalLink(atProvider, returnUrl, `portal:${request.idempotencyKey}`);
    return { object: 'stripe_page' as const, url };
  });
}
