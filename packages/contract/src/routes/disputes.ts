import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, listOf, obj, paging } from '../common.ts';
import { dispute, disputeAnswer } from '../schemas/disputes.ts';
import { ANYONE, CUSTOMER_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'payments:read', roles: ANYONE } as const;
const params = { id: id('dp') };

export const disputeRoutes = byId([
  operatorRoute('listDisputes', 'GET /disputes', {
    ...reads,
    query: obj({
      ...paging,
      status: Type.Optional(Type.Enum(['open'])),
      customer: Type.Optional(id('cus')),
    }),
    response: listOf(dispute),
    summary: 'Lists payments that banks ask back, newest first.',
  }),
  operatorRoute('getDispute', 'GET /disputes/{id}', {
    ...reads,
    params,
    response: dispute,
    errors: ['dispute.not_found'],
    summary: 'Gets a dispute as the provider says it stands.',
  }),
  operatorRoute('answerDispute', 'POST /disputes/{id}/answer', {
    kind: 'command',
    scope: 'payments:write',
    roles: CUSTOMER_STAFF,
    params,
    body: disputeAnswer,
    response: dispute,
    errors: [
      'dispute.not_found',
      'dispute.closed',
      'dispute.answered',
      'dispute.deadline_passed',
      'dispute.files_not_taken',
      'provider.unavailable',
    ],
    summary: 'Hands in the answer to the bank. That can be done once.',
    example: { text: 'The customer used the service every day; the log of sign-ins follows.' },
  }),
]);
