import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { currency, id, line, listOf, month, nothing, obj, paging } from '../common.ts';
import {
  accountEntry,
  ledgerMonth,
  ledgerMonths,
  revenueSchedule,
  revenueWaterfall,
  taxAccounts,
  taxOwed,
} from '../schemas/books.ts';
import { ANYONE, MONEY_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'ledger:read', roles: ANYONE } as const;

/** Months of the books, and when what is sold is earned. */
export const bookRoutes = byId([
  operatorRoute('listAccountEntries', 'GET /ledger/account_entries', {
    ...reads,
    query: obj({ ...paging, account: line(60), currency }),
    response: listOf(accountEntry),
    summary: 'Lists what moved one account in one currency with its balance after each, newest first.',
  }),
  operatorRoute('listLedgerMonths', 'GET /ledger/months', {
    ...reads,
    response: ledgerMonths,
    summary: 'Lists the months that are over, with what was deferred at the end of each.',
  }),
  operatorRoute('closeLedgerMonth', 'POST /ledger/months/{month}/close', {
    kind: 'command',
    scope: 'ledger:write',
    roles: MONEY_STAFF,
    params: { month },
    body: nothing,
    response: ledgerMonth,
    errors: ['ledger.month_not_over'],
    summary:
      'Closes a month and all before it for good. What is corrected later is booked in the first open month.',
    example: {},
  }),
  operatorRoute('getRevenueWaterfall', 'GET /ledger/waterfall', {
    ...reads,
    query: obj({ from: Type.Optional(month), to: Type.Optional(month) }),
    response: revenueWaterfall,
    errors: ['ledger.range_invalid'],
    summary: 'Says month by month what was invoiced, what of it was earned and what is still ahead.',
  }),
  operatorRoute('getTaxOwed', 'GET /ledger/tax', {
    ...reads,
    query: obj({ from: Type.Optional(month), to: Type.Optional(month) }),
    response: taxOwed,
    errors: ['ledger.range_invalid'],
    summary:
      'Says how much tax is owed to whom by rate and jurisdiction, for the running month or those named.',
  }),
  operatorRoute('getTaxAccounts', 'GET /ledger/tax_accounts', {
    ...reads,
    query: obj({ from: Type.Optional(month), to: Type.Optional(month) }),
    response: taxAccounts,
    errors: ['ledger.range_invalid'],
    summary:
      'Says what was booked on each account of tax, by country, region and rate, and on which return it belongs.',
  }),
  operatorRoute('getRevenueSchedule', 'GET /invoices/{id}/revenue', {
    ...reads,
    params: { id: id('inv') },
    response: revenueSchedule,
    errors: ['invoice.not_found'],
    summary: 'Says in which months each line of an invoice is earned.',
  }),
]);
