import { expireDue } from '../checkout/expire.ts';
import { type Context, newDraft } from '../context.ts';
import { type Account, accountNowMs } from '../state/account.ts';
import type { Draft } from '../state/draft.ts';
import { billingPart } from './billing-part.ts';
import { nextMoneyAt, runMoney } from './due.ts';
import { nextPayoutAt, payOutAvailable } from './payout.ts';

/** Something that the account's clock brings about by itself. */
interface DueWork {
  /** The next instant, in seconds, at which there is something to do, or null. */
  readonly nextAt: (account: Account) => number | null;
  /** Does what is due at the draft's time. It must change something, so that `nextAt` moves on. */
  readonly run: (draft: Draft) => void;
}

function nextExpiry({ tables }: Account): number | null {
  let next: number | null = null;
  for (const { status, expiresAt } of tables.checkout_session.values()) {
    if (status === 'open' && (next === null || expiresAt < next)) next = expiresAt;
  }
  return next;
}

const WORK: readonly DueWork[] = [
  { nextAt: nextExpiry, run: expireDue },
  { nextAt: nextMoneyAt, run: runMoney },
  { nextAt: nextPayoutAt, run: payOutAvailable },
  {
    nextAt: (account) => billingPart()?.nextAt(account) ?? null,
    run: (draft) => billingPart()?.run(draft),
  },
];

/** The next instant, in seconds, at which the account's clock brings something about, or null. */
export function nextDueAt(account: Account): number | null {
  const instants = WORK.flatMap((work) => work.nextAt(account) ?? []);
  return instants.length === 0 ? null : Math.min(...instants);
}

/**
 * Lets everything happen that the account's clock has reached, in order: a clock that jumped over months lives
 * through them, each step at its own instant.
 */
export function runDueWork(context: Context, account: Account): void {
  const now = Math.floor(accountNowMs(account, context.world.wallNow()) / 1000);
  for (;;) {
    const next = nextDueAt(account);
    if (next === null || next > now) return;
    for (const work of WORK) {
      const at = work.nextAt(account);
      if (at === null || at > next) continue;
      const draft = newDraft(context, account, null, null, next * 1000);
      work.run(draft);
      if (draft.isEmpty) throw new Error('work that was due changed nothing');
      draft.commit();
    }
  }
}
