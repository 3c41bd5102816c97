import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, line, listOf, obj, paging } from '../common.ts';
import { approval } from '../schemas/approvals.ts';
import { askedRefund } from '../schemas/refunds.ts';
import { ANYONE, CUSTOMER_STAFF, MONEY_STAFF } from '../scopes.ts';

const params = { id: id('apr') };
const decides = { kind: 'command', access: 'session', roles: MONEY_STAFF, params } as const;

/** Two people for what one may not do alone. A key may ask; only a person decides. */
export const approvalRoutes = byId([
  operatorRoute('listApprovals', 'GET /approvals', {
    kind: 'query',
    scope: 'payments:read',
    roles: ANYONE,
    query: obj({
      ...paging,
      status: Type.Optional(Type.Enum(['waiting'])),
      customer: Type.Optional(id('cus')),
    }),
    response: listOf(approval),
    summary: 'Lists requests to a second person, newest first.',
  }),
  operatorRoute('askRefundApproval', 'POST /payments/{id}/refund_approval', {
    kind: 'command',
    scope: 'payments:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('pay') },
    body: askedRefund,
    response: approval,
    status: 201,
    errors: [
      'payment.not_found',
      'payment.not_refundable',
      'payment.refund_exceeds',
      'payment.disputed',
      'payment.deposit_held',
      'approval.already_waiting',
    ],
    summary: 'Asks a second person for a refund; nothing goes back before somebody else agrees.',
    example: { amount: '50000', reason: 'Charged for a year that was never used' },
  }),
  operatorRoute('approveRequest', 'POST /approvals/{id}/approve', {
    ...decides,
    response: approval,
    errors: [
      'approval.not_found',
      'approval.closed',
      'approval.own_request',
      'payment.not_refundable',
      'payment.refund_exceeds',
      'payment.disputed',
      'payment.deposit_held',
    ],
    summary: 'Agrees to a request of somebody else; it is carried out at once.',
  }),
  operatorRoute('declineRequest', 'POST /approvals/{id}/decline', {
    ...decides,
    body: obj({ note: Type.Optional(line(500)) }),
    response: approval,
    errors: ['approval.not_found', 'approval.closed'],
    summary: 'Declines a request, or takes one’s own back.',
    example: { note: 'The contract says otherwise' },
  }),
]);
