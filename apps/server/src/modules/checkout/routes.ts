import type { MemberRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, type OutsideRequest, outside } from '../../http/handlers.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { getCoupon, getPlans, getPlanVersions } from '../catalog/api.ts';
import { keepVisit } from '../customers/api.ts';
import { requireMembership } from '../customers/members/api.ts';
import {
  findAttempt,
  listAccounts,
  listMethods,
  makeMethodDefault,
  presentMethod,
  removeMethod,
  setBackupMethod,
} from '../payments/api.ts';
import type { CheckoutDeps } from './close-page.ts';
import { beginCard, beginInvoice, beginSubscription, type Intent } from './intents.ts';
import { pageLooker } from './look-at-page.ts';
import { type CheckoutRow, findCheckout } from './repo.ts';
import { startHostedPage } from './start.ts';

type RouteIds =
  | 'startCheckout'
  | 'getCheckout'
  | 'listPaymentOptions'
  | 'startCardCheckout'
  | 'payInvoice'
  | 'listMyPaymentMethods'
  | 'makeDefaultPaymentMethod'
  | 'setBackupPaymentMethod'
  | 'removePaymentMethod';

// Whoever may decide what the company pays.
const PAYERS = ['owner', 'admin'] as const;

async function presentCheckout(ctx: QueryCtx, checkout: CheckoutRow) {
  const { planVersionId } = checkout;
  const version =
    planVersionId === null ? undefined : (await getPlanVersions(ctx, [planVersionId])).get(planVersionId);
  const plan =
    version === undefined ? undefined : (await getPlans(ctx, [version.planId])).get(version.planId);
  const coupon = checkout.couponId === null ? undefined : await getCoupon(ctx, checkout.couponId);
  const attempt = checkout.attemptId === null ? undefined : await findAttempt(ctx, checkout.attemptId);
  return {
    id: encodeTypeId('chk', checkout.id),
    object: 'checkout' as const,
    purpose: checkout.purpose,
    status: checkout.status,
    customer: encodeTypeId('cus', checkout.customerId),
    plan: plan?.key ?? null,
    plan_name: plan?.name ?? null,
    quantity: checkout.quantity,
    coupon: coupon?.key ?? null,
    provider: checkout.provider,
    currency: checkout.currency,
    amount: `${checkout.amountMinor}`,
    url: checkout.status === 'open' ? checkout.url : null,
    invoice: checkout.invoiceId === null ? null : encodeTypeId('inv', checkout.invoiceId),
    subscription: checkout.subscriptionId === null ? null : encodeTypeId('sub', checkout.subscriptionId),
    method_kind: checkout.methodKind,
    is_under_way: attempt !== undefined && attempt.status !== 'succeeded' && attempt.status !== 'failed',
    expires_at: iso(checkout.expiresAt),
    completed_at: isoOrNull(checkout.completedAt),
    created_at: iso(checkout.createdAt),
  };
}

const returnsOf = (body: { success_url: string; cancel_url: string; provider?: string }) => ({
  successUrl: body.success_url,
  cancelUrl: body.cancel_url,
  provider: body.provider,
});

/** The hosted pages and cards of a portal's customer. */
export function checkoutRoutes(deps: CheckoutDeps): Pick<Handlers<MemberRoutes>, RouteIds> {
  const start = async (
    request: OutsideRequest,
    decide: (ctx: CommandCtx, customerId: string) => Promise<Intent>,
  ) => {
    const checkout = await startHostedPage(deps, request, async (ctx) => {
      const { customerId } = await requireMembership(ctx, PAYERS);
      await keepVisit(ctx, customerId, request);
      return decide(ctx, customerId);
    });
    return deps.transactor.query(request, (ctx) => presentCheckout(ctx, checkout));
  };
  const look = pageLooker(deps);
  return {
    startCheckout: outside((request, { body }) =>
      start(request, (ctx, customerId) =>
        beginSubscription(ctx, {
          customerId,
          plan: body.plan,
          quantity: body.quantity ?? 1,
          coupon: body.coupon,
          checkAtStripe: deps.atStripe?.check,
          ...returnsOf(body),
        }),
      ),
    ),
    startCardCheckout: outside((request, { body }) =>
      start(request, (ctx, customerId) => beginCard(ctx, { customerId, ...returnsOf(body) })),
    ),
    payInvoice: outside((request, { params, body }) =>
      start(request, (ctx, customerId) => {
        const id = decodeTypeId('inv', params.id);
        if (!id.ok) return refuse('invoice.not_found', 'There is no such invoice.');
        return beginInvoice(ctx, { customerId, invoiceId: id.value, ...returnsOf(body) });
      }),
    ),
    getCheckout: outside(async (request, { params }) => {
      const seen = await deps.transactor.query(request, (ctx) => ownCheckout(ctx, params.id));
      await look(request, seen);
      return deps.transactor.query(request, async (ctx) =>
        presentCheckout(ctx, await ownCheckout(ctx, params.id)),
      );
    }),
    listPaymentOptions: async (ctx) => {
      await requireMembership(ctx);
      return paymentOptions(ctx, deps);
    },
    listMyPaymentMethods: async (ctx) => {
      const { customerId } = await requireMembership(ctx);
      const methods = await listMethods(ctx, customerId);
      return { object: 'list', data: methods.map(presentMethod), has_more: false, next_cursor: null };
    },
    makeDefaultPaymentMethod: async (ctx, { params }) => {
      const { customerId } = await requireMembership(ctx, PAYERS);
      return presentMethod(await makeMethodDefault(ctx, { customerId, methodId: methodRow(params.id) }));
    },
    setBackupPaymentMethod: async (ctx, { params, body }) => {
      const { customerId } = await requireMembership(ctx, PAYERS);
      const methodId = methodRow(params.id);
      return presentMethod(await setBackupMethod(ctx, { customerId, methodId, isBackup: body.is_backup }));
    },
    removePaymentMethod: async (ctx, { params }) => {
      const { customerId } = await requireMembership(ctx, PAYERS);
      await removeMethod(ctx, { customerId, methodId: methodRow(params.id) });
    },
  };
}

/** The ways to pay that the seller offers, the first choice first. */
async function paymentOptions(ctx: QueryCtx, deps: CheckoutDeps) {
  const accounts = await listAccounts(ctx);
  const data = accounts.flatMap(({ provider, methodKinds, isDefault }) => {
    const connector = deps.providers.connector(provider);
    if (connector === undefined) return [];
    const kinds = connector.methodKinds.filter(
      (kind) => connector.methodKinds.length === 1 || methodKinds.includes(kind),
    );
    return [
      {
        object: 'payment_option' as const,
        provider,
        title: connector.title,
        kinds,
        is_default: isDefault,
      },
    ];
  });
  return { object: 'list' as const, data, has_more: false, next_cursor: null };
}

/** A checkout of the customer that the user works for. Refuses with `checkout.not_found`. */
async function ownCheckout(ctx: QueryCtx, text: string): Promise<CheckoutRow> {
  const { customerId } = await requireMembership(ctx);
  const id = decodeTypeId('chk', text);
  const checkout = id.ok ? await findCheckout(ctx, id.value) : undefined;
  if (checkout !== undefined && checkout.customerId === customerId) return checkout;
  return refuse('checkout.not_found', 'There is no such checkout.');
}

function methodRow(text: string): string {
  const id = decodeTypeId('pm', text);
  return id.ok ? id.value : refuse('payment_method.not_found', 'There is no such payment method.');
}
