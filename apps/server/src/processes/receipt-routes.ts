import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, outside } from '../http/handlers.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import { type createReceiptPdf, findAttempt } from '../modules/payments/api.ts';
import { refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';
import { pdfAnswer } from './invoice-routes.ts';

type Deps = { receiptPdf: ReturnType<typeof createReceiptPdf> };

export function receiptRoutes(deps: Deps): Pick<Handlers<OperatorRoutes>, 'getReceipt'> {
  return {
    getReceipt: outside(async (request, { params }) =>
      pdfAnswer(await deps.receiptPdf(request, paymentRow(params.id))),
    ),
  };
}

export function myReceiptRoutes(
  deps: Deps & { transactor: Transactor },
): Pick<Handlers<MemberRoutes>, 'getMyReceipt'> {
  return {
    getMyReceipt: outside(async (request, { params }) => {
      const id = await deps.transactor.query(request, async (ctx) => {
        const { customerId } = await requireMembership(ctx);
        const payment = await findAttempt(ctx, paymentRow(params.id));
        return payment?.customerId === customerId ? payment.id : notFound();
      });
      return pdfAnswer(await deps.receiptPdf(request, id));
    }),
  };
}

function paymentRow(text: string): string {
  const id = decodeTypeId('pay', text);
  return id.ok ? id.value : notFound();
}

function notFound(): never {
  return refuse('payment.not_found', 'There is no such payment.');
}
