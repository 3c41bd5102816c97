import type { Allocation } from '@billhook/core/banking/match-line';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { type BankLine, getLine, standingPayments } from '../modules/banking/api.ts';
import { getCustomer, getCustomers } from '../modules/customers/api.ts';
import { findInvoices, type StoredInvoice } from '../modules/invoicing/api.ts';
import { listPayments } from '../modules/payments/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import { isOpenLine } from './bank-line-cases.ts';
import { placeReceipt } from './receive-payment.ts';

export async function presentLine(ctx: QueryCtx, id: string) {
  const [line] = await presentLines(ctx, [await getLine(ctx, id)]);
  if (line === undefined) throw new Error('one line in, one line out');
  return line;
}

const daysSince = (day: string, now: Instant) =>
  Math.max(0, Math.floor((now - Date.parse(day)) / MS_PER_DAY));

const invoiceId = (id: string | null) => (id === null ? null : encodeTypeId('inv', id));

/** Lines with what was booked from them and what they seem to pay, set-wise. */
export async function presentLines(ctx: QueryCtx, lines: readonly BankLine[]) {
  const booked = await bookedFrom(ctx, lines);
  const invoiceIds = [
    ...[...booked.values()].flat().map((payment) => payment.invoiceId),
    ...lines.flatMap(({ proposal }) => proposal?.allocations.map((part) => part.invoiceId) ?? []),
  ].filter((id) => id !== null);
  const invoices = new Map((await findInvoices(ctx, [...new Set(invoiceIds)])).map((one) => [one.id, one]));
  const customerIds = lines.flatMap(({ customerId, proposal }) =>
    [customerId, proposal?.customerId ?? null].filter((id) => id !== null),
  );
  const customers = await getCustomers(ctx, customerIds);
  const numberOf = (id: string | null) => invoices.get(id ?? '')?.number ?? null;
  const nameOf = (id: string | null) => customers.get(id ?? '')?.name ?? '';
  return lines.map((line) => ({
    id: encodeTypeId('bl', line.id),
    object: 'bank_line' as const,
    account: encodeTypeId('ba', line.accountId),
    statement: encodeTypeId('bs', line.statementId),
    state: line.state,
    booked_on: line.bookedOn,
    value_on: line.valueOn,
    amount: `${line.amountMinor}`,
    currency: line.currency,
    is_reversal: line.isReversal,
    age_days: isOpenLine(line) ? daysSince(line.bookedOn, ctx.now) : null,
    created_at: iso(line.createdAt),
    name: line.name,
    iban: line.iban,
    reference: line.reference,
    text: line.text,
    charges: `${line.chargesMinor}`,
    customer: line.customerId === null ? null : encodeTypeId('cus', line.customerId),
    customer_name: line.customerId === null ? null : nameOf(line.customerId),
    proposal:
      line.proposal === null || line.state !== 'proposed'
        ? null
        : {
            kind: line.proposal.kind,
            score: line.proposal.score,
            reasons: line.proposal.reasons.map((reason) => reason.slice(0, 500)),
            customer: encodeTypeId('cus', line.proposal.customerId),
            customer_name: nameOf(line.proposal.customerId),
            allocations: line.proposal.allocations.map((part) => ({
              invoice: invoiceId(part.invoiceId),
              invoice_number: numberOf(part.invoiceId),
              amount: `${part.amountMinor}`,
            })),
            returns:
              line.proposal.returnsLineId === null ? null : encodeTypeId('bl', line.proposal.returnsLineId),
          },
    payments: (booked.get(line.id) ?? []).map((payment) => ({
      payment: encodeTypeId('pay', payment.id),
      invoice: invoiceId(payment.invoiceId),
      invoice_number: numberOf(payment.invoiceId),
      amount: `${payment.capturedMinor}`,
      credited: `${payment.creditedMinor}`,
    })),
    note: line.note,
    decided_by: line.decidedBy,
    decided_at: isoOrNull(line.decidedAt),
  }));
}

async function bookedFrom(ctx: QueryCtx, lines: readonly BankLine[]) {
  const standing = await standingPayments(
    ctx,
    lines.map(({ id }) => id),
  );
  const ids = [...standing.values()].flat();
  const rows = ids.length === 0 ? [] : await listPayments(ctx, { limit: ids.length, ids });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return new Map([...standing].map(([lineId, own]) => [lineId, own.flatMap((id) => byId.get(id) ?? [])]));
}

/** What booking a line would do. Refuses with `bank_line.state`, `allocation.refused`. */
export async function previewOf(
  ctx: QueryCtx,
  lineId: string,
  customerId: string,
  allocations: readonly Allocation[],
) {
  const line = await getLine(ctx, lineId);
  if (line.amountMinor < 0n) refuse('bank_line.state', 'Money that went out pays nothing.');
  if (line.state === 'matched') refuse('bank_line.state', 'Something is booked from this movement already.');
  const customer = await getCustomer(ctx, customerId);
  const { currency, amountMinor } = line;
  const { payments, invoices } = await placeReceipt(ctx, { customerId, currency, amountMinor, allocations });
  const byId = new Map(invoices.map((invoice: StoredInvoice) => [invoice.id, invoice]));
  const credits = payments.filter((payment) => payment.invoiceId === null);
  const sum = (list: typeof credits) => list.reduce((so, payment) => so + payment.amountMinor, 0n);
  return {
    object: 'match_preview' as const,
    customer: encodeTypeId('cus', customer.id),
    customer_name: customer.name,
    currency,
    placed: payments.flatMap((payment) => {
      const invoice = byId.get(payment.invoiceId ?? '');
      if (invoice === undefined) return [];
      return [
        {
          invoice: encodeTypeId('inv', invoice.id),
          invoice_number: invoice.number,
          amount: `${payment.amountMinor}`,
          remaining_before: `${invoice.dueMinor}`,
          remaining_after: `${invoice.dueMinor - payment.amountMinor}`,
        },
      ];
    }),
    credit: `${sum(credits)}`,
    held: `${sum(credits.filter(({ heldBackFrom }) => heldBackFrom !== null))}`,
  };
}
