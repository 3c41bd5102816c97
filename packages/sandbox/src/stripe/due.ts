import type { Account } from '../state/account.ts';
import type { Draft } from '../state/draft.ts';
import type { Kind, Records } from '../state/records.ts';
import { settleDebit } from './debit-settlement.ts';
import { passDispute } from './dispute.ts';
import { arrivePayout } from './payout.ts';
import { settleRefund } from './refund.ts';

/** What happens to a record of a kind when its `dueAt` has come. Each must move `dueAt` on, or end it. */
type DueHandlers = { readonly [K in Kind]?: (draft: Draft, record: Records[K]) => void };

const HANDLERS: DueHandlers = {
  charge: settleDebit,
  refund: settleRefund,
  dispute: passDispute,
  payout: arrivePayout,
};

/** When the first debit settles, refund arrives, bank decides or payout reaches its bank; seconds. */
export function nextMoneyAt({ due }: Account): number | null {
  let next: number | null = null;
  for (const { at } of due.values()) if (next === null || at < next) next = at;
  return next;
}

/** Lets happen what is due of that at the draft's time. */
export function runMoney(draft: Draft): void {
  for (const [id, { kind, at }] of draft.account.due) if (at <= draft.now) happen(draft, kind, id);
}

function happen<K extends Kind>(draft: Draft, kind: K, id: string): void {
  const record = draft.get(kind, id);
  const handler = HANDLERS[kind];
  if (record === undefined || handler === undefined) throw new Error(`nothing is known to happen to ${id}`);
  handler(draft, record);
}
