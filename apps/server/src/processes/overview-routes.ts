import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../http/handlers.ts';
import { feed, presentAccounts, presentEvent, receivables } from '../modules/analytics/api.ts';
import { customerRowId, getCustomer, presentCustomer } from '../modules/customers/api.ts';
import { listTeam } from '../modules/customers/members/api.ts';
import { listEntitlements, standingsOf } from '../modules/entitlements/api.ts';
import { listInvoices, presentSummaries } from '../modules/invoicing/api.ts';
import { listMethods, listPayments, presentMethod, presentPayments } from '../modules/payments/api.ts';
import { presentSubscriptions, subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';

const RECENT = 10;

export function overviewRoutes(): Pick<Handlers<OperatorRoutes>, 'getCustomerOverview'> {
  return { getCustomerOverview: (ctx, { params }) => overview(ctx, customerRowId(params.id)) };
}

/** Everything about a customer that fits one page of the admin app, read in one snapshot. */
async function overview(ctx: QueryCtx, id: string) {
  const customer = await getCustomer(ctx, id);
  const subscriptions = await subscriptionsOfCustomers(ctx, [id]);
  const owed = (await receivables(ctx, [id])).get(id) ?? [];
  const { first, rest } = presentAccounts(customer, subscriptions, owed, ctx.now);
  const invoices = await listInvoices(ctx, { limit: RECENT, customerId: id });
  const payments = await listPayments(ctx, { limit: RECENT, customerId: id });
  const events = await feed(ctx, {
    limit: RECENT,
    after: undefined,
    customerId: id,
    type: undefined,
    since: undefined,
  });
  return {
    object: 'customer_overview' as const,
    customer: presentCustomer(customer),
    ...first,
    other_currencies: rest,
    subscriptions: await presentSubscriptions(ctx, subscriptions),
    usage: await standingsOf(ctx, id),
    entitlements: await listEntitlements(ctx, id),
    payment_methods: (await listMethods(ctx, id)).map(presentMethod),
    members: await listTeam(ctx, id),
    recent_invoices: await presentSummaries(ctx, invoices.slice(0, RECENT)),
    recent_payments: await presentPayments(ctx, payments.slice(0, RECENT), 'staff'),
    recent_events: events.slice(0, RECENT).map(presentEvent),
  };
}
