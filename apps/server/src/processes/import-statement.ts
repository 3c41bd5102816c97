import type { CsvMapping } from '@billhook/core/banking/csv/statement-csv';
import type { OpenInvoice } from '@billhook/core/banking/match-line';
import type { Statement } from '@billhook/core/banking/statement';
import type { Result } from '@billhook/core/kernel/result';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { currencyCode } from '@billhook/core/money/currency';
import type { OutsideRequest } from '../http/handlers.ts';
import {
  type BankAccount,
  type BankLine,
  decideLine,
  exactLines,
  getAccount,
  getLine,
  getStatement,
  knownAccounts,
  lockLine,
  presentStatement,
  proposalOf,
  propose,
  returnedLine,
  storeStatement,
  waitingLines,
} from '../modules/banking/api.ts';
import { type PendingPayout, pendingPayouts } from '../modules/payments/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { Refusal, refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';
import { followLine, openLineCases } from './bank-line-cases.ts';
import { matchLine } from './match-transfer.ts';
import { settleOutgoingTransfer } from './outgoing-transfers.ts';

/** Lines that nobody need look at, and why. */
const WENT_OUT = 'Money that went out.';

/**
 * Takes a statement: its new lines are stored in one transaction with what they seem to pay; then those that name an
 * invoice are booked, each in a transaction of its own under its customer's lock. The same file again stores nothing and
 * books what a lost process left.
 */
export async function importStatement(
  transactor: Transactor,
  request: OutsideRequest,
  input: { accountId: string | null; fileName: string; bytes: Uint8Array },
) {
  const account = await transactor.query(request, (ctx) => getAccount(ctx, input.accountId));
  const file = await readFile(account, input.bytes);
  const stored = await transactor.command(request, async (ctx) => {
    const { fileName } = input;
    const kept = { accountId: account.id, fileName, format: file.format, content: file.content };
    const statement = await storeStatement(ctx, kept, file.statements);
    await proposeAll(ctx, [...new Set([...(await waitingLines(ctx)), ...statement.newLineIds])]);
    return statement;
  });
  for (const lineId of await transactor.query(request, exactLines))
    await bookExact(transactor, request, lineId);
  await transactor.command(request, openLineCases);
  const statement = await transactor.query(request, (ctx) => getStatement(ctx, stored.id));
  return presentStatement(statement, stored.isRepeat);
}

/** XML begins with `<`; everything else is CSV. */
async function readFile(account: BankAccount, bytes: Uint8Array) {
  const content = textOf(bytes);
  if (/^\ufeff?\s*</.test(content)) {
    const { readCamt } = await import('@billhook/core/banking/camt/read-camt');
    const { format, statements } = orRefuse(readCamt(content));
    const other = statements.find(({ iban }) => iban !== null && iban !== account.iban);
    if (other !== undefined)
      refuse('bank_statement.wrong_account', `The statement is of ${other.iban}, not of ${account.iban}.`);
    return { format, statements, content };
  }
  const statement = await readCsvFile(content, account.csvMapping, account.currency);
  return { format: 'csv', statements: [statement], content };
}

async function readCsvFile(
  content: string,
  mapping: CsvMapping | null,
  currency: string,
): Promise<Statement> {
  if (mapping === null)
    return refuse('bank_statement.not_read', 'The account does not say yet how CSV of its bank is read.');
  const { readStatementCsv } = await import('@billhook/core/banking/csv/statement-csv');
  return orRefuse(readStatementCsv(content, mapping, currencyCode(currency)));
}

function orRefuse<T>(read: Result<T>): T {
  if (read.ok) return read.value;
  return refuse('bank_statement.not_read', read.refusal.detail, { facts: read.refusal.facts });
}

/** UTF-8; where that is not what it is, the Latin letters that banks wrote before. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * What lines seem to pay: new ones, and those that nothing was found for and nobody has looked at, since their invoice may
 * have come after them. An invoice that one line pays whole is not there for the next.
 */
async function proposeAll(ctx: CommandCtx, lineIds: readonly string[]): Promise<void> {
  if (lineIds.length === 0) return;
  const core = await import('@billhook/core/banking/match-line');
  const invoices = await openInvoices(ctx);
  const known = await knownAccounts(ctx);
  for (const id of lineIds) {
    const line = await getLine(ctx, id);
    if (line.amountMinor < 0n) {
      await lookAtMoneyOut(ctx, line);
      continue;
    }
    // Money of ours that came back pays nothing: a person sees to it.
    if (line.isReversal) continue;
    const match = core.matchLine({ ...line, currency: currencyCode(line.currency) }, invoices, known);
    await propose(ctx, id, proposalOf(match));
    if (match.kind !== 'exact') continue;
    for (const { invoiceId, amountMinor } of match.allocations) {
      const at = invoices.findIndex((invoice) => invoice.id === invoiceId);
      const invoice = invoices[at];
      if (invoice === undefined) continue;
      const left = { ...invoice, remainingMinor: invoice.remainingMinor - amountMinor };
      invoices.splice(at, 1, ...(left.remainingMinor > 0n ? [left] : []));
    }
  }
}

/** A refund that was transferred is done, what the bank took back is proposed, and the rest is left aside. */
async function lookAtMoneyOut(ctx: CommandCtx, line: BankLine): Promise<void> {
  const sent = line.isReversal ? undefined : await outgoingOf(ctx, line);
  if (sent === undefined) return proposeReturn(ctx, line);
  await propose(ctx, line.id, {
    kind: 'exact',
    customerId: sent.customerId,
    allocations: [],
    score: 100,
    reasons: ['It carries the id of a refund that waited to be transferred.'],
    returnsLineId: null,
  });
}

/** Says of a refund that it was transferred. The customer is locked before the line, as everywhere. */
async function bookOutgoing(ctx: CommandCtx, lineId: string): Promise<void> {
  const seen = await getLine(ctx, lineId);
  const sent = await outgoingOf(ctx, seen);
  if (sent === undefined) return refuse('bank_line.state', 'The refund was decided on otherwise.');
  await settleOutgoingTransfer(ctx, sent.id, 'paid', seen.bookedOn);
  if ((await lockLine(ctx, lineId)).state !== 'proposed')
    return refuse('bank_line.state', 'Somebody decided on this movement meanwhile.');
  const { customerId } = sent;
  await decideLine(ctx, lineId, { state: 'matched', customerId, note: 'A refund.', decidedBy: ctx.actor.id });
  await followLine(ctx, lineId);
}

/** The refund whose id the bank names, if exactly that was sent. */
async function outgoingOf(ctx: CommandCtx, line: BankLine): Promise<PendingPayout | undefined> {
  const id = line.endToEndId === null ? undefined : decodeTypeId('re', line.endToEndId);
  if (!id?.ok) return undefined;
  const transfers = await pendingPayouts(ctx);
  return transfers.find(
    (one) => one.id === id.value && one.amountMinor === -line.amountMinor && one.currency === line.currency,
  );
}

async function proposeReturn(ctx: CommandCtx, line: BankLine): Promise<void> {
  const brought = line.isReversal ? await returnedLine(ctx, line) : undefined;
  if (brought?.customerId === undefined || brought.customerId === null) {
    // A return that fits nothing is looked at by a person; other money that went out is no payment.
    if (line.isReversal) return propose(ctx, line.id, null);
    return decideLine(ctx, line.id, {
      state: 'ignored',
      customerId: null,
      note: WENT_OUT,
      decidedBy: ctx.actor.id,
    });
  }
  await propose(ctx, line.id, {
    kind: 'return',
    customerId: brought.customerId,
    allocations: [],
    score: 90,
    reasons: [`The bank took back what came on ${brought.bookedOn}.`],
    returnsLineId: brought.id,
  });
}

async function openInvoices(ctx: QueryCtx): Promise<OpenInvoice[]> {
  const rows = await ctx.sql.rows<Omit<OpenInvoice, 'currency'> & { currency: string }>(
    `select i.id, i.customer_id as "customerId", c.name as "customerName", i.number, i.currency,
       i.due_minor as "remainingMinor"
     from invoices i join customers c on c.tenant_id = i.tenant_id and c.id = i.customer_id
     where i.tenant_id = $1 and i.status in ('open', 'uncollectible') and i.due_minor > 0
     order by i.issued_at, i.sequence, i.id`,
    [ctx.tenant.id],
  );
  return rows.map((row) => ({ ...row, currency: currencyCode(row.currency) }));
}

/** Books a line that named its invoice. What does not fit any more waits for a person. */
async function bookExact(transactor: Transactor, request: OutsideRequest, lineId: string): Promise<void> {
  try {
    await transactor.command(request, async (ctx) => {
      const { state, proposal, amountMinor } = await getLine(ctx, lineId);
      if (state !== 'proposed' || proposal?.kind !== 'exact') return;
      if (amountMinor < 0n) return bookOutgoing(ctx, lineId);
      const { customerId, allocations } = proposal;
      await matchLine(ctx, { lineId, customerId, allocations, note: null, instead: null });
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await transactor.command(request, async (ctx) => {
      const { state, proposal } = await getLine(ctx, lineId);
      if (state !== 'proposed' || proposal === null) return;
      await propose(ctx, lineId, {
        ...proposal,
        kind: 'proposed',
        reasons: [...proposal.reasons, error.detail],
      });
    });
  }
}
