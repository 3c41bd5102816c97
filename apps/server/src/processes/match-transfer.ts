import type { Allocation } from '@billhook/core/banking/match-line';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { type BankLine, decideLine, getLine, lockLine, standingPayments } from '../modules/banking/api.ts';
import { getCustomer, lockCustomers } from '../modules/customers/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { followLine } from './bank-line-cases.ts';
import { receivePayments } from './receive-payment.ts';
import { reversePayment } from './reverse-payment.ts';

export type MatchInput = {
  lineId: string;
  customerId: string;
  allocations: readonly Allocation[];
  note: string | null;
  /** Why a line that is booked already is booked anew; null for one that is not. */
  instead: string | null;
};

/**
 * Books a movement that came in. One that was booked before is taken back first, in the same transaction.
 * Refuses with `bank_line.state`, `allocation.refused`, `payment.not_reversible`.
 */
export async function matchLine(ctx: CommandCtx, input: MatchInput): Promise<void> {
  const seen = await getLine(ctx, input.lineId);
  await getCustomer(ctx, input.customerId);
  const line = await lockWithCustomers(ctx, seen, [input.customerId]);
  if (line.amountMinor < 0n) return refuse('bank_line.state', 'Money that went out pays nothing.');
  if (line.state === 'matched' && input.instead === null)
    return refuse('bank_line.state', 'The movement is booked already. Say why it is to be booked anew.');
  if (line.state === 'matched') await takeBack(ctx, line, input.instead ?? '');
  await receivePayments(ctx, {
    customerId: input.customerId,
    currency: line.currency,
    amountMinor: line.amountMinor,
    allocations: input.allocations,
    kind: 'transfer',
    lineId: line.id,
    receivedOn: line.bookedOn,
    note: input.note,
  });
  const note = input.instead ?? input.note;
  await decide(ctx, line, 'matched', input.customerId, note);
}

/** Takes back what was booked from a movement; it is looked at again then. Refuses as `matchLine`. */
export async function unmatchLine(ctx: CommandCtx, lineId: string, reason: string): Promise<void> {
  const line = await lockWithCustomers(ctx, await getLine(ctx, lineId), []);
  if (line.state !== 'matched') return refuse('bank_line.state', 'Nothing is booked from this movement.');
  await takeBack(ctx, line, reason);
  await decide(ctx, line, 'unmatched', null, reason);
}

/** Books money that the bank took back, as it was proposed. Refuses as `matchLine`. */
export async function acceptReturn(ctx: CommandCtx, lineId: string): Promise<void> {
  const seen = await getLine(ctx, lineId);
  const broughtId = seen.proposal?.returnsLineId ?? null;
  if (seen.state !== 'proposed' || broughtId === null)
    return refuse('bank_line.state', 'This movement is no return that waits.');
  const brought = await lockWithCustomers(ctx, await getLine(ctx, broughtId), []);
  const line = await lockLine(ctx, lineId);
  if (line.state !== 'proposed' || brought.state !== 'matched')
    return refuse('bank_line.state', 'Somebody decided on this movement meanwhile.');
  const reason = 'The bank took the money back.';
  await takeBack(ctx, brought, reason);
  await decide(ctx, brought, 'ignored', brought.customerId, reason);
  await decide(ctx, line, 'matched', brought.customerId, reason);
}

/** Says that a movement pays nothing here. Refuses with `bank_line.state` if something is booked from it. */
export async function ignoreLine(ctx: CommandCtx, lineId: string, reason: string): Promise<void> {
  const line = await lockLine(ctx, lineId);
  if (line.state === 'matched')
    return refuse('bank_line.state', 'Something is booked from this movement. Take that back first.');
  await decide(ctx, line, 'ignored', null, reason);
}

/** Locks who is touched, in order, then the line, and looks whether it still belongs to whom it did. */
async function lockWithCustomers(
  ctx: CommandCtx,
  seen: BankLine,
  customerIds: readonly string[],
): Promise<BankLine> {
  const owner = seen.customerId === null ? [] : [seen.customerId];
  await lockCustomers(ctx, [...new Set([...customerIds, ...owner])].sort());
  const line = await lockLine(ctx, seen.id);
  if (line.customerId !== seen.customerId)
    return refuse('bank_line.state', 'Somebody decided on this movement meanwhile.');
  return line;
}

async function takeBack(ctx: CommandCtx, line: BankLine, reason: string): Promise<void> {
  const standing = (await standingPayments(ctx, [line.id])).get(line.id) ?? [];
  // The last one first: credit of the line leaves before the invoices are owed again.
  for (const paymentId of standing.toReversed()) await reversePayment(ctx, paymentId, reason);
}

async function decide(
  ctx: CommandCtx,
  line: BankLine,
  state: BankLine['state'],
  customerId: string | null,
  note: string | null,
): Promise<void> {
  await decideLine(ctx, line.id, { state, customerId, note, decidedBy: ctx.actor.id });
  await followLine(ctx, line.id);
  ctx.audit({
    action: `bank_line.${state}`,
    objectKind: 'bank_line',
    objectId: encodeTypeId('bl', line.id),
    details: { amount_minor: `${line.amountMinor}`, ...(note === null ? {} : { note }) },
  });
}
