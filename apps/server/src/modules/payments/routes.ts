import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, outside } from '../../http/handlers.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { customerBySubject } from '../customers/api.ts';
import { accountMode, type Providers } from './accounts.ts';
import { attachMethod, makeMethodDefault, removeMethod, setBackupMethod } from './commands/methods.ts';
import type { RefundInput } from './commands/refund.ts';
import { findMethod, listMethods, type MethodRow } from './methods.ts';
import { presentMethod, presentPayments, presentRefund } from './present.ts';
import { listPayments } from './queries/list.ts';
import { readRefund } from './read-refund.ts';
import type { RefundRow } from './repo.ts';

type RouteIds =
  | 'getPaymentProvider'
  | 'listPayments'
  | 'refundPayment'
  | 'listPaymentMethods'
  | 'changePaymentMethod'
  | 'detachPaymentMethod'
  | 'attachPaymentMethod';

const rowOf = (prefix: string, text: string | undefined): string | null => {
  if (text === undefined) return null;
  const id = decodeTypeId(prefix, text);
  return id.ok ? id.value : null;
};

async function methodOf(ctx: QueryCtx, text: string): Promise<MethodRow> {
  const id = rowOf('pm', text);
  const method = id === null ? undefined : await findMethod(ctx, id);
  return method ?? refuse('payment_method.not_found', 'There is no such payment method.');
}

export function paymentRoutes(deps: {
  transactor: Transactor;
  providers: Providers;
  /** The address for the provider's webhooks. */
  webhookUrl(publicId: string): string;
  /** Gives money back, and takes back what was sold for it where that can be. */
  refund(ctx: CommandCtx, input: RefundInput): Promise<RefundRow>;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    getPaymentProvider: async (ctx) => ({
      object: 'payment_provider',
      provider: 'stripe',
      mode: await accountMode(ctx, 'stripe'),
      webhook_url: deps.webhookUrl(ctx.tenant.publicId),
      webhook_events: [...(deps.providers.connector('stripe')?.webhookEvents ?? [])],
    }),
    listPayments: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const invoiceId = rowOf('inv', query.invoice);
      const rows = await listPayments(ctx, {
        limit: limit + 1,
        customerId: rowOf('cus', query.customer),
        invoiceIds: invoiceId === null ? null : [invoiceId],
        status: query.status ?? null,
        startingAfter: readCursorId('pay', query.starting_after),
      });
      const shown = await presentPayments(ctx, rows, 'staff');
      return pageOf(
        shown,
        limit,
        (row) => row,
        (row) => row.id,
      );
    },
    refundPayment: async (ctx, { params, body }) => {
      const paymentId = rowOf('pay', params.id);
      if (paymentId === null) return refuse('payment.not_found', 'There is no such payment.');
      return presentRefund(await deps.refund(ctx, { paymentId, ...readRefund(body) }));
    },
    listPaymentMethods: async (ctx, { params }) => {
      const customer = await customerBySubject(ctx, params.id);
      const methods = await listMethods(ctx, customer.id);
      return { object: 'list', data: methods.map(presentMethod), has_more: false, next_cursor: null };
    },
    changePaymentMethod: async (ctx, { params, body }) => {
      const { customerId, id: methodId } = await methodOf(ctx, params.id);
      if (body.role === 'default')
        return presentMethod(await makeMethodDefault(ctx, { customerId, methodId }));
      const isBackup = body.role === 'backup';
      return presentMethod(await setBackupMethod(ctx, { customerId, methodId, isBackup }));
    },
    detachPaymentMethod: async (ctx, { params }) => {
      const { customerId, id: methodId } = await methodOf(ctx, params.id);
      await removeMethod(ctx, { customerId, methodId });
      return undefined;
    },
    attachPaymentMethod: outside(async (request, { params, body }) => {
      const customer = await deps.transactor.query(request, (ctx) => customerBySubject(ctx, params.id));
      const method = await attachMethod(deps, request, {
        customerId: customer.id,
        providerMethodId: body.provider_method_id,
        makeDefault: body.make_default ?? true,
        key: `attach:${request.tenantId}:${request.idempotencyKey}`,
      });
      return presentMethod(method);
    }),
  };
}
