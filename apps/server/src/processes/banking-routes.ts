import type { MemberRoutes, OperatorInput, OperatorRoutes } from '@billhook/contract/routes';
import type { CsvMapping } from '@billhook/core/banking/csv/statement-csv';
import type { Allocation } from '@billhook/core/banking/match-line';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { isCurrencyCode } from '@billhook/core/money/currency';
import { dateAt, formatDate } from '@billhook/core/time/calendar-date';
import { zoneNamed } from '@billhook/core/time/zone';
import { type Handlers, outside } from '../http/handlers.ts';
import {
  addAccount,
  changeAccount,
  getAccount,
  getLine,
  listAccounts,
  listLines,
  listStatements,
  presentAccount,
  presentStatement,
} from '../modules/banking/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import { movesMoney } from '../modules/identity/api.ts';
import { findInvoice } from '../modules/invoicing/api.ts';
import { listPayments, presentPayments } from '../modules/payments/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';
import { importStatement } from './import-statement.ts';
import { invoiceRow, rowOf } from './invoice-routes.ts';
import { acceptReturn, ignoreLine, matchLine, unmatchLine } from './match-transfer.ts';
import { giveRefundAccount, listOutgoingTransfers, settleOutgoingTransfer } from './outgoing-transfers.ts';
import { presentLine, presentLines, previewOf } from './present-bank-line.ts';
import { receivePayments } from './receive-payment.ts';
import { reversePayment } from './reverse-payment.ts';
import { transferDetails } from './transfer-details.ts';
import { transferFile } from './transfer-file.ts';

type RouteIds =
  | 'listBankAccounts'
  | 'createBankAccount'
  | 'updateBankAccount'
  | 'getTransferDetails'
  | 'uploadStatement'
  | 'listStatements'
  | 'listBankLines'
  | 'getBankLine'
  | 'previewMatch'
  | 'matchBankLine'
  | 'unmatchBankLine'
  | 'acceptReturn'
  | 'ignoreBankLine'
  | 'recordPayment'
  | 'reversePayment'
  | 'listOutgoingTransfers'
  | 'exportOutgoingTransfers'
  | 'putRefundAccount'
  | 'settleOutgoingTransfer';

const LARGEST_FILE_BYTES = 20_000_000;

type Part = { readonly invoice: string | null; readonly amount: string };
type WireMapping = NonNullable<OperatorInput<'createBankAccount'>['body']['csv_mapping']>;

const lineRow = (text: string): string =>
  rowOf('bl', text) ?? refuse('bank_line.not_found', 'There is no such movement.');
const customerRow = (text: string): string =>
  rowOf('cus', text) ?? refuse('customer.not_found', 'There is no such customer.');

function allocationsOf(parts: readonly Part[]): Allocation[] {
  return parts.map(({ invoice, amount }) => ({
    invoiceId: invoice === null ? null : invoiceRow(invoice),
    amountMinor: BigInt(amount),
  }));
}

function mappingOf(wire: WireMapping): CsvMapping {
  return {
    delimiter: wire.delimiter,
    decimalMark: wire.decimal_mark,
    dateFormat: wire.date_format,
    bookedOn: wire.booked_on,
    valueOn: wire.value_on ?? null,
    amount: wire.amount ?? null,
    moneyIn: wire.money_in ?? null,
    moneyOut: wire.money_out ?? null,
    currency: wire.currency ?? null,
    name: wire.name ?? null,
    iban: wire.iban ?? null,
    reference: wire.reference ?? null,
    text: wire.text,
    endToEndId: wire.end_to_end_id ?? null,
    bankReference: wire.bank_reference ?? null,
  };
}

const listed = <T>(data: T[]) => ({ object: 'list' as const, data, has_more: false, next_cursor: null });

/** Accounts, statements and what is booked from them, money recorded by hand, refunds that a person transfers. */
export function bankingRoutes(deps: { transactor: Transactor }): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return { ...accountRoutes(), ...lineRoutes(deps.transactor), ...receivedRoutes() };
}

function accountRoutes() {
  return {
    listBankAccounts: async (ctx) => listed((await listAccounts(ctx)).map(presentAccount)),
    createBankAccount: async (ctx, { body }) => {
      const { holder, iban, currency } = body;
      const csvMapping = body.csv_mapping === undefined ? null : mappingOf(body.csv_mapping);
      const bic = body.bic ?? null;
      const account = await addAccount(ctx, {
        holder,
        iban,
        bic,
        bankName: body.bank_name ?? null,
        currency,
        csvMapping,
      });
      audited(ctx, 'bank_account.create', account.id);
      return presentAccount(account);
    },
    updateBankAccount: async (ctx, { params, body }) => {
      const mapping = body.csv_mapping;
      const account = await changeAccount(ctx, rowOf('ba', params.id), {
        archived: body.archived,
        ...(mapping === undefined ? {} : { csvMapping: mapping === null ? null : mappingOf(mapping) }),
      });
      audited(ctx, 'bank_account.update', account.id);
      return presentAccount(account);
    },
    getTransferDetails: (ctx, { params }) => detailsOf(ctx, invoiceRow(params.id), null),
  } satisfies Partial<Handlers<OperatorRoutes>>;
}

function audited(ctx: CommandCtx, action: string, id: string): void {
  ctx.audit({ action, objectKind: 'bank_account', objectId: encodeTypeId('ba', id), details: {} });
}

async function detailsOf(ctx: QueryCtx, invoiceId: string, customerId: string | null) {
  const invoice = await findInvoice(ctx, invoiceId);
  if (invoice === undefined || (customerId !== null && invoice.customerId !== customerId))
    return refuse('invoice.not_found', 'There is no such invoice.');
  const details = await transferDetails(ctx, invoice);
  return details ?? refuse('transfer.not_available', 'There is nothing to transfer for this invoice now.');
}

function lineRoutes(transactor: Transactor) {
  return {
    uploadStatement: outside(async (request, { body }) => {
      const accountId = rowOf('ba', body.account);
      const fileName =
        body.file.fileName
          .replaceAll(/\p{Cc}/gu, '')
          .trim()
          .slice(0, 200) || 'statement';
      const bytes = await readWhole(body.file.content);
      return importStatement(transactor, request, { accountId, fileName, bytes });
    }),
    listStatements: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await listStatements(ctx, {
        limit: limit + 1,
        startingAfter: readCursorId('bs', query.starting_after),
      });
      const show = (row: (typeof rows)[number]) => presentStatement(row, false);
      return pageOf(rows, limit, show, ({ id }) => encodeTypeId('bs', id));
    },
    listBankLines: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const lines = await listLines(ctx, {
        limit: limit + 1,
        state: query.state ?? null,
        statementId: rowOf('bs', query.statement),
        customerId: rowOf('cus', query.customer),
        startingAfter: readCursorId('bl', query.starting_after),
      });
      const shown = await presentLines(ctx, lines);
      return pageOf(
        shown,
        limit,
        (line) => line,
        ({ id }) => id,
      );
    },
    getBankLine: (ctx, { params }) => presentLine(ctx, lineRow(params.id)),
    previewMatch: (ctx, { params, body }) =>
      previewOf(ctx, lineRow(params.id), customerRow(body.customer), allocationsOf(body.allocations)),
    matchBankLine: async (ctx, { params, body }) => {
      await matchLine(ctx, {
        lineId: lineRow(params.id),
        customerId: customerRow(body.customer),
        allocations: allocationsOf(body.allocations),
        note: body.note ?? null,
        instead: body.instead ?? null,
      });
      return presentLine(ctx, lineRow(params.id));
    },
    unmatchBankLine: async (ctx, { params, body }) => {
      await unmatchLine(ctx, lineRow(params.id), body.reason);
      return presentLine(ctx, lineRow(params.id));
    },
    acceptReturn: async (ctx, { params }) => {
      await acceptReturn(ctx, lineRow(params.id));
      return presentLine(ctx, lineRow(params.id));
    },
    ignoreBankLine: async (ctx, { params, body }) => {
      await getLine(ctx, lineRow(params.id));
      await ignoreLine(ctx, lineRow(params.id), body.reason);
      return presentLine(ctx, lineRow(params.id));
    },
  } satisfies Partial<Handlers<OperatorRoutes>>;
}

async function readWhole(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > LARGEST_FILE_BYTES)
      refuse('bank_statement.not_read', 'A statement has up to 20 MB. Ask the bank for shorter ones.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function receivedRoutes() {
  return {
    recordPayment: async (ctx, { body }) => {
      const today = formatDate(dateAt(ctx.now, zoneNamed(ctx.tenant.timeZone)));
      if (body.received_on > today)
        refuse('received_payment.future', `The day ${body.received_on} has not come yet; today is ${today}.`);
      if (!isCurrencyCode(body.currency)) {
        const fault = { pointer: '/currency', code: 'invalid', detail: 'must be an active ISO 4217 code' };
        refuse('request.invalid', 'The currency is not known.', { faults: [fault] });
      }
      const ids = await receivePayments(ctx, {
        customerId: customerRow(body.customer),
        currency: body.currency,
        amountMinor: BigInt(body.amount),
        allocations: allocationsOf(body.allocations),
        kind: body.kind,
        lineId: null,
        receivedOn: body.received_on,
        note: body.reason,
      });
      for (const id of ids) {
        const details = { kind: body.kind, reason: body.reason };
        ctx.audit({
          action: 'payment.record',
          objectKind: 'payment',
          objectId: encodeTypeId('pay', id),
          details,
        });
      }
      return { object: 'received_payments' as const, payments: await shownPayments(ctx, ids) };
    },
    reversePayment: async (ctx, { params, body }) => {
      const id = rowOf('pay', params.id) ?? refuse('payment.not_found', 'There is no such payment.');
      await reversePayment(ctx, id, body.reason);
      const [payment] = await shownPayments(ctx, [id]);
      if (payment === undefined) throw new Error('a payment is never deleted');
      return payment;
    },
    listOutgoingTransfers: async (ctx) => listed(await listOutgoingTransfers(ctx, await movesMoney(ctx))),
    exportOutgoingTransfers: async (ctx, { query }) => {
      const account = await getAccount(ctx, rowOf('ba', query.account));
      return {
        contentType: 'application/xml',
        body: transferFile(ctx, account, await listOutgoingTransfers(ctx, true)),
        headers: { 'content-disposition': 'attachment; filename="transfers.xml"' },
      };
    },
    putRefundAccount: (ctx, { params, body }) => giveRefundAccount(ctx, rowOf('re', params.id), body),
    settleOutgoingTransfer: (ctx, { params, body }) =>
      settleOutgoingTransfer(ctx, rowOf('re', params.id), body.outcome, body.reference ?? null),
  } satisfies Partial<Handlers<OperatorRoutes>>;
}

/** These payments as they are shown, in the order of their ids as given. */
async function shownPayments(ctx: QueryCtx, ids: readonly string[]) {
  const rows = await listPayments(ctx, { limit: ids.length, ids });
  return presentPayments(
    ctx,
    ids.flatMap((id) => rows.filter((row) => row.id === id)),
    'staff',
  );
}

/** How the customer pays an own invoice by transfer. */
export function memberBankingRoutes(): Pick<Handlers<MemberRoutes>, 'getMyTransferDetails'> {
  return {
    getMyTransferDetails: async (ctx, { params }) => {
      const { customerId } = await requireMembership(ctx);
      return detailsOf(ctx, invoiceRow(params.id), customerId);
    },
  };
}
