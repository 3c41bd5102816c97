import type { createSubscription } from '@billhook/contract/schemas/subscription-actions';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Static } from 'typebox';
import {
  latestVersionByPlanKey,
  readFigures,
  type StoredPlan,
  type StoredPlanVersion,
} from '../modules/catalog/api.ts';
import { type Customer, customerBySubject, lockStandingCustomer } from '../modules/customers/api.ts';
import { type Foreseen, foresee } from '../modules/invoicing/api.ts';
import { findMethod, makeDefault } from '../modules/payments/api.ts';
import {
  getSubscription,
  previewStart,
  readThreshold,
  type StartTerms,
  type StoredSubscription,
  startSubscription,
  useCoupons,
} from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { readTime } from './action-body.ts';
import { billOrRefuse } from './bill-due.ts';
import { digestOf, type PreviewTokens, refuseStale } from './preview-token.ts';
import { refusePriceKey } from './read-action.ts';

/** A start as the wire says it: the customer by TypeID or external id, plans by key or TypeID. */
export type StartBody = Omit<Static<typeof createSubscription>, 'preview_token'>;

/** Starts a subscription and bills what is due at once, in one transaction. */
export async function startAndBill(
  ctx: CommandCtx,
  tokens: PreviewTokens,
  body: StartBody,
  confirmed: { token: string | undefined; again: (preview: StartPreview) => Promise<unknown> },
): Promise<StoredSubscription> {
  const found = await customerBySubject(ctx, body.customer);
  const customer = await lockStandingCustomer(ctx, found.id);
  refuseParked(customer);
  if (confirmed.token !== undefined) {
    const preview = await planStart(ctx, customer, body);
    const claim = claimOfStart(ctx, preview);
    await refuseStale(ctx, tokens, confirmed.token, claim, () => confirmed.again(preview));
  }
  const request = await readStart(ctx, customer, body);
  if (body.payment_method !== undefined) await useMethod(ctx, customer.id, body.payment_method);
  const { collection = 'automatic', metadata = {} } = body;
  const subscription = await startSubscription(ctx, request, { collection, metadata });
  await billOrRefuse(ctx, customer.id);
  return getSubscription(ctx, subscription.id);
}

export type StartPreview = {
  customer: Customer;
  version: StoredPlanVersion;
  subscription: Subscription;
  foreseen: Foreseen;
};

/** What a start would be, written nowhere. */
export async function previewStartOf(ctx: QueryCtx, body: StartBody): Promise<StartPreview> {
  return planStart(ctx, await customerBySubject(ctx, body.customer), body);
}

async function planStart(ctx: QueryCtx, customer: Customer, body: StartBody): Promise<StartPreview> {
  const request = await readStart(ctx, customer, body);
  const { subscription } = await previewStart(ctx, request, draftIds());
  const foreseen = await foresee(ctx, customer, subscription, subscription.startAt);
  return { customer, version: request.version, subscription, foreseen };
}

/** What a preview of a start rests on. A start at once may be a little later than its preview, if the sums are the same. */
export function claimOfStart(ctx: QueryCtx, { customer, subscription, foreseen }: StartPreview) {
  const { planVersionId, seats, status, trialEnd, billingDay, schedule, items } = subscription;
  const coupons = subscription.discounts.map(({ coupon }) => [coupon.id, coupon.value, coupon.duration]);
  const terms = [
    coupons,
    planVersionId,
    seats,
    status,
    trialEnd,
    billingDay,
    schedule.map(({ kind }) => kind),
  ];
  const prices = items.map(({ price, quantity }) => [price, quantity]);
  return {
    tenantId: ctx.tenant.publicId,
    subjectId: customer.id,
    digest: digestOf(['start', terms, prices, sumsOf(foreseen)]),
  };
}

/** Sums without the moments that move with the clock. */
function sumsOf({ today, atEffect, next }: Foreseen): unknown {
  return [today, atEffect, next].map((draft) =>
    draft?.lines.map(({ kind, amountMinor, taxMinor }) => [kind, amountMinor, taxMinor]),
  );
}

async function readStart(ctx: QueryCtx, customer: Customer, body: StartBody) {
  const currency = body.currency ?? customer.currency;
  const { plan, version } = await latestVersionByPlanKey(ctx, body.plan, currency);
  const terms: StartTerms = {
    trialEnd: body.trial_end_behavior ?? 'convert',
    billingDay: body.billing_day ?? null,
    phases: await readPhases(ctx, currency, body),
    endAfterPeriods: body.end_after_periods ?? null,
    overrides: readOverrides(version, body),
    coupons: await useCoupons(ctx, customer.id, body.coupons ?? []),
    ownThreshold: readThreshold(body.billing_threshold),
  };
  return {
    customer,
    plan,
    version,
    currency,
    quantity: body.quantity ?? 1,
    startAt: readTime(body.start_at, '/start_at'),
    trialDays: body.trial_days ?? null,
    terms,
  };
}

async function readPhases(ctx: QueryCtx, currency: string, body: StartBody): Promise<StartTerms['phases']> {
  const found: {
    plan: StoredPlan;
    version: StoredPlanVersion;
    seats: bigint;
    at: NonNullable<ReturnType<typeof readTime>>;
  }[] = [];
  for (const [index, phase] of (body.phases ?? []).entries()) {
    const at = readTime(phase.at, `/phases/${index}/at`);
    if (at === null) continue;
    const seats = BigInt(phase.quantity ?? body.quantity ?? 1);
    found.push({ ...(await latestVersionByPlanKey(ctx, phase.plan, currency)), seats, at });
  }
  return found;
}

function readOverrides(version: StoredPlanVersion, body: StartBody): StartTerms['overrides'] {
  return Object.fromEntries(
    (body.price_overrides ?? []).map((override, index) => {
      const at = `/price_overrides/${index}`;
      const current = version.prices.find(({ key }) => key === override.price);
      if (current === undefined) return refusePriceKey(override.price, `${at}/price`);
      return [override.price, readFigures(override, current, at)];
    }),
  );
}

/** Ids for rows that are never written: each is told from the others, none is a row's. */
export function draftIds(): () => string {
  let serial = 0;
  return () => {
    serial += 1;
    return `00000000-0000-7000-8000-${serial.toString(16).padStart(12, '0')}`;
  };
}

export function refuseParked(customer: Customer): void {
  if (customer.parkedAt === null) return;
  refuse('customer.parked', 'Billing of this customer is on hold. Look at the open case first.');
}

async function useMethod(ctx: CommandCtx, customerId: string, text: string): Promise<void> {
  const id = decodeTypeId('pm', text);
  const method = id.ok ? await findMethod(ctx, id.value) : undefined;
  if (method?.customerId !== customerId) {
    refuse('payment_method.not_found', 'The customer has no such payment method.');
  }
  await makeDefault(ctx, customerId, method.id);
}
