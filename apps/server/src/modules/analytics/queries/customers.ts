import type { QueryCtx } from '../../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../../../platform/page.ts';
import { getPlans } from '../../catalog/api.ts';
import { type Customer, getCustomers, presentCustomer } from '../../customers/api.ts';
import { type StoredSubscription, subscriptionsOfCustomers } from '../../subscriptions/api.ts';
import { presentAccounts } from '../present-accounts.ts';
import { type CustomerStatus, pageOfCustomers, receivables } from '../repo.ts';

export type CustomerListQuery = {
  limit?: number | undefined;
  starting_after?: string | undefined;
  q?: string | undefined;
  status?: CustomerStatus | undefined;
};

/** Customers with what they pay, newest first. */
export async function listCustomers(ctx: QueryCtx, query: CustomerListQuery) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const ids = await pageOfCustomers(ctx, {
    limit,
    after: readCursorId('cus', query.starting_after) ?? undefined,
    search: query.q,
    status: query.status,
  });
  const customers = await getCustomers(ctx, ids);
  const shown = await presentRows(
    ctx,
    ids.flatMap((id) => customers.get(id) ?? []),
  );
  return pageOf(
    shown,
    limit,
    (row) => row,
    (row) => row.id,
  );
}

async function presentRows(ctx: QueryCtx, customers: readonly Customer[]) {
  const ids = customers.map((customer) => customer.id);
  const all = Map.groupBy(await subscriptionsOfCustomers(ctx, ids), (one) => one.customerId);
  const owed = await receivables(ctx, ids);
  const current = new Map(ids.map((id) => [id, currentOf(all.get(id) ?? [])]));
  const plans = await getPlans(
    ctx,
    [...current.values()].flatMap((subscription) => subscription?.planId ?? []),
  );
  return customers.map((customer) => {
    const subscription = current.get(customer.id);
    const owing = owed.get(customer.id) ?? [];
    const { first, rest } = presentAccounts(customer, all.get(customer.id) ?? [], owing, ctx.now);
    return {
      ...presentCustomer(customer),
      plan_name: plans.get(subscription?.planId ?? '')?.name ?? null,
      subscription_status: subscription?.status ?? null,
      mrr: first.mrr,
      open_amount: first.open_amount,
      other_currencies: rest,
    };
  });
}

/** The subscription that runs, or else the latest one. */
export function currentOf(subscriptions: readonly StoredSubscription[]): StoredSubscription | undefined {
  return subscriptions.findLast(({ status }) => status !== 'canceled') ?? subscriptions.at(-1);
}
