import { Type } from 'typebox';
import { byId, memberRoute, operatorRoute } from '../build.ts';
import { id, line, listOf, nothing, obj, paging } from '../common.ts';
import {
  bankAccount,
  bankLine,
  bankLineState,
  bankStatement,
  createBankAccount,
  matchInput,
  matchPreview,
  outgoingTransfer,
  receivedPayments,
  recordPayment,
  transferDetails,
  updateBankAccount,
} from '../schemas/banking.ts';
import { payment } from '../schemas/invoices.ts';
import { refund, refundAccount } from '../schemas/refunds.ts';
import { ANYONE, CUSTOMER_STAFF, MONEY_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'payments:read', roles: CUSTOMER_STAFF } as const;
const writes = { kind: 'command', scope: 'payments:write', roles: MONEY_STAFF } as const;
const lineParams = { id: id('bl') };
const accountExample = { holder: 'Billhook GmbH', iban: 'DE89370400440532013000', currency: 'EUR' };
const NONE = '01h2xcejqtf2nbrexx3vqjhp41';
const match = { customer: `cus_${NONE}`, allocations: [{ invoice: `inv_${NONE}`, amount: '11900' }] };

const accountRoutes = byId([
  operatorRoute('listBankAccounts', 'GET /bank_accounts', {
    kind: 'query',
    scope: 'settings:read',
    roles: ANYONE,
    response: listOf(bankAccount),
    summary: 'Lists the accounts that customers transfer money to.',
  }),
  operatorRoute('createBankAccount', 'POST /bank_accounts', {
    kind: 'command',
    scope: 'settings:write',
    roles: MONEY_STAFF,
    body: createBankAccount,
    response: bankAccount,
    status: 201,
    errors: ['bank_account.exists'],
    summary: 'Adds an account. The newest one in a currency is that of its invoices.',
    example: accountExample,
  }),
  operatorRoute('updateBankAccount', 'PATCH /bank_accounts/{id}', {
    kind: 'command',
    scope: 'settings:write',
    roles: MONEY_STAFF,
    params: { id: id('ba') },
    body: updateBankAccount,
    response: bankAccount,
    errors: ['bank_account.not_found', 'bank_account.exists'],
    summary: 'Says how CSV files of the bank are read, or takes an account out of use.',
    example: { archived: true },
  }),
  operatorRoute('getTransferDetails', 'GET /invoices/{id}/transfer_details', {
    kind: 'query',
    scope: 'invoices:read',
    roles: ANYONE,
    params: { id: id('inv') },
    response: transferDetails,
    errors: ['invoice.not_found', 'transfer.not_available'],
    summary: 'Says how an open invoice is paid by transfer.',
  }),
]);

const statementRoutes = byId([
  operatorRoute('uploadStatement', 'POST /bank_statements', {
    ...writes,
    bodyKind: 'multipart',
    body: obj({ account: id('ba') }),
    response: bankStatement,
    status: 201,
    errors: ['bank_account.not_found', 'bank_statement.not_read', 'bank_statement.wrong_account'],
    summary: 'Takes a statement, camt.053 or CSV, whole or not at all. The same file again adds nothing.',
  }),
  operatorRoute('listStatements', 'GET /bank_statements', {
    ...reads,
    query: obj(paging),
    response: listOf(bankStatement),
    summary: 'Lists statements, newest first.',
  }),
  operatorRoute('listBankLines', 'GET /bank_lines', {
    ...reads,
    query: obj({
      ...paging,
      state: Type.Optional(bankLineState),
      statement: Type.Optional(id('bs')),
      customer: Type.Optional(id('cus')),
    }),
    response: listOf(bankLine),
    summary: 'Lists movements on the accounts, newest first.',
  }),
  operatorRoute('getBankLine', 'GET /bank_lines/{id}', {
    ...reads,
    params: lineParams,
    response: bankLine,
    errors: ['bank_line.not_found'],
    summary: 'Gets a movement with what was booked from it, or what it seems to pay.',
  }),
  operatorRoute('previewMatch', 'POST /bank_lines/{id}/preview', {
    ...reads,
    params: lineParams,
    body: matchInput,
    response: matchPreview,
    errors: ['bank_line.not_found', 'bank_line.state', 'customer.not_found', 'allocation.refused'],
    summary: 'Shows what booking a movement would do. Nothing is written.',
    example: match,
  }),
  operatorRoute('matchBankLine', 'POST /bank_lines/{id}/match', {
    ...writes,
    params: lineParams,
    body: matchInput,
    response: bankLine,
    errors: [
      'bank_line.not_found',
      'bank_line.state',
      'customer.not_found',
      'allocation.refused',
      'payment.not_reversible',
    ],
    summary: 'Books a movement: it pays the named invoices, and what is left over is credit.',
    example: match,
  }),
  operatorRoute('unmatchBankLine', 'POST /bank_lines/{id}/unmatch', {
    ...writes,
    params: lineParams,
    body: obj({ reason: line(500) }),
    response: bankLine,
    errors: ['bank_line.not_found', 'bank_line.state', 'payment.not_reversible'],
    summary: 'Takes back what was booked from a movement: its invoices are owed again.',
    example: { reason: 'It was for another customer.' },
  }),
  operatorRoute('acceptReturn', 'POST /bank_lines/{id}/accept_return', {
    ...writes,
    params: lineParams,
    body: nothing,
    response: bankLine,
    errors: ['bank_line.not_found', 'bank_line.state', 'payment.not_reversible'],
    summary:
      'Books money that the bank took back: the payments of the movement that brought it are taken back.',
    example: {},
  }),
  operatorRoute('ignoreBankLine', 'POST /bank_lines/{id}/ignore', {
    ...writes,
    params: lineParams,
    body: obj({ reason: line(500) }),
    response: bankLine,
    errors: ['bank_line.not_found', 'bank_line.state'],
    summary: 'Says that a movement pays nothing here.',
    example: { reason: 'A loan of the owner.' },
  }),
]);

const receivedRoutes = byId([
  operatorRoute('recordPayment', 'POST /received_payments', {
    ...writes,
    body: recordPayment,
    response: receivedPayments,
    status: 201,
    errors: ['customer.not_found', 'allocation.refused', 'received_payment.future'],
    summary: 'Records money that came in cash, by cheque or otherwise.',
    example: {
      ...match,
      kind: 'cash',
      amount: '11900',
      currency: 'EUR',
      received_on: '2026-03-05',
      reason: 'Paid at the counter.',
    },
  }),
  operatorRoute('reversePayment', 'POST /payments/{id}/reverse', {
    ...writes,
    params: { id: id('pay') },
    body: obj({ reason: line(500) }),
    response: payment,
    errors: ['payment.not_found', 'payment.not_reversible'],
    summary: 'Takes back a payment that was recorded by hand: a cheque that bounced, a mistake.',
    example: { reason: 'The cheque bounced.' },
  }),
  operatorRoute('listOutgoingTransfers', 'GET /outgoing_transfers', {
    ...reads,
    response: listOf(outgoingTransfer),
    summary: 'Lists refunds that a person has to transfer, oldest first.',
  }),
  operatorRoute('exportOutgoingTransfers', 'GET /outgoing_transfers/export', {
    kind: 'query',
    scope: 'payments:read',
    roles: MONEY_STAFF,
    query: obj({ account: id('ba') }),
    answer: 'raw',
    answerTypes: ['application/xml'],
    errors: ['bank_account.not_found', 'refund.nothing_to_transfer'],
    summary:
      'Gets the refunds to transfer as a file for the bank, pain.001.001.09, in the currency of the account.',
  }),
  operatorRoute('putRefundAccount', 'PUT /outgoing_transfers/{id}/account', {
    ...writes,
    params: { id: id('re') },
    body: refundAccount,
    response: outgoingTransfer,
    errors: ['refund.not_found', 'refund.not_open'],
    summary: 'Says to which account a refund is transferred, in place of what was said before.',
    example: { holder: 'Ada Lovelace', iban: 'DE89370400440532013000' },
  }),
  operatorRoute('settleOutgoingTransfer', 'POST /outgoing_transfers/{id}/settle', {
    ...writes,
    params: { id: id('re') },
    body: obj({ outcome: Type.Enum(['paid', 'not_paid']), reference: Type.Optional(line(140)) }),
    response: refund,
    errors: ['refund.not_found', 'refund.not_open'],
    summary: 'Says that a refund was transferred, or will not be: then it is taken back.',
    example: { outcome: 'paid' },
  }),
]);

export const bankingRoutes = { ...accountRoutes, ...statementRoutes, ...receivedRoutes };

export const myBankingRoutes = byId([
  memberRoute('getMyTransferDetails', 'GET /invoices/{id}/transfer_details', {
    kind: 'query',
    params: { id: id('inv') },
    response: transferDetails,
    errors: ['invoice.not_found', 'transfer.not_available'],
    summary: 'Says how an open invoice is paid by transfer.',
  }),
]);
