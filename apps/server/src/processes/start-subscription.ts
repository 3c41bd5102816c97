import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import { latestVersionByPlanKey, type StoredPlan, type StoredPlanVersion } from '../modules/catalog/api.ts';
import { type Customer, customerBySubject, lockCustomer } from '../modules/customers/api.ts';
import { findMethod, makeDefault } from '../modules/payments/api.ts';
import {
  getSubscription,
  previewStart,
  type StoredSubscription,
  startSubscription,
} from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { billOrRefuse } from './bill-due.ts';

export type StartInput = {
  /** TypeID or external id. */
  customer: string;
  /** Key or TypeID. */
  plan: string;
  quantity: number;
  startAt: Instant | null;
  trialDays: number | null;
  collection: 'automatic' | 'manual';
  /** TypeID of a payment method, which becomes the customer's default. */
  paymentMethod: string | null;
  metadata: Record<string, string>;
};

/** Starts a subscription and bills what is due at once, in one transaction. */
export async function startAndBill(ctx: CommandCtx, input: StartInput): Promise<StoredSubscription> {
  const found = await customerBySubject(ctx, input.customer);
  const customer = await lockCustomer(ctx, found.id);
  refuseParked(customer);
  const { plan, version } = await latestVersionByPlanKey(ctx, input.plan);
  if (input.paymentMethod !== null) await useMethod(ctx, customer.id, input.paymentMethod);
  const { quantity, startAt, trialDays, collection, metadata } = input;
  const subscription = await startSubscription(
    ctx,
    { customer, plan, version, quantity, startAt, trialDays },
    { collection, metadata },
  );
  await billOrRefuse(ctx, customer.id);
  return getSubscription(ctx, subscription.id);
}

export type StartPreview = {
  customer: Customer;
  plan: StoredPlan;
  version: StoredPlanVersion;
  subscription: Subscription;
};

/** What a start would be, written nowhere. */
export async function previewStartOf(
  ctx: QueryCtx,
  input: Pick<StartInput, 'customer' | 'plan' | 'quantity' | 'startAt' | 'trialDays'>,
): Promise<StartPreview> {
  const customer = await customerBySubject(ctx, input.customer);
  const { plan, version } = await latestVersionByPlanKey(ctx, input.plan);
  const { quantity, startAt, trialDays } = input;
  const request = { customer, plan, version, quantity, startAt, trialDays };
  const { subscription } = previewStart(ctx, request, draftIds());
  return { customer, plan, version, subscription };
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
