import type { Change } from '@billhook/core/decision/change';
import type { CoreEvent } from '@billhook/core/decision/event';
import { renaming } from '@billhook/core/kernel/renaming';
import type { Likeness } from '../modules/invoicing/api.ts';
import { type PostingPattern, postAlike } from '../modules/ledger/api.ts';
import { type NextBilling, nextBillingOf, setNextBilling } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { type Member, membersOf } from '../platform/members.ts';
import { type EventPattern, emitAlike } from '../platform/outbox-alike.ts';
import { publicFact } from './apply-decision.ts';
import type { ToWrite } from './to-write.ts';

/** What was decided of somebody by the decision about another. */
type Followed = { decision: ToWrite; likeness: Likeness };

/** The decision about the first of a kind, by what becomes of its parts for the others. */
type Kind = {
  posting: PostingPattern;
  events: EventPattern;
  /** When billing looks again, where nothing else of the subscription changes. */
  next: NextBilling | null;
  /** All else, with the names of each. */
  others: ((names: readonly string[]) => Pick<ToWrite, 'changes' | 'events'>) | null;
};

/** From this fact nothing follows within the transaction that states it. */
const STATED_TOGETHER = 'invoice.issued';

/**
 * Writes what was decided of many by the decision about the first of their kind, invoices apart: what all kinds have is made
 * by the database of one row for all. Answers what is to be written for each as ever.
 */
export async function applyAlike(
  ctx: CommandCtx,
  followed: readonly Followed[],
): Promise<Pick<ToWrite, 'changes' | 'events'>> {
  const kinds = new Map<ToWrite, Kind>();
  const members: Member[] = [];
  const nexts: NextBilling[] = [];
  const changes: Change[] = [];
  const events: CoreEvent[] = [];
  for (const { decision, likeness } of followed) {
    const kind = kinds.get(decision) ?? kindOf(decision, likeness, kinds.size);
    kinds.set(decision, kind);
    const { leaderNames, names, nameBytes } = likeness;
    members.push({ kind: kind.posting.kind, names: nameBytes });
    const { next } = kind;
    if (next !== null) nexts.push({ ...next, id: names[leaderNames.indexOf(next.id)] as string });
    const rest = kind.others?.(names);
    if (rest === undefined) continue;
    changes.push(...rest.changes);
    events.push(...rest.events);
  }
  const all = membersOf(members);
  const patterns = [...kinds.values()];
  await Promise.all([
    setNextBilling(ctx, nexts),
    postAlike(
      ctx,
      all,
      patterns.map(({ posting }) => posting),
    ),
    emitAlike(
      ctx,
      all,
      patterns.map((kind) => kind.events),
    ),
  ]);
  return { changes, events };
}

function kindOf({ changes, events }: ToWrite, { leaderNames: names }: Likeness, kind: number): Kind {
  const next = nextBillingOf(changes);
  const isMade = ({ type }: Change) =>
    // Invoices are written apart from the changes.
    type === 'invoice.create' || type === 'ledger.post' || (next !== null && type === 'subscription.update');
  const others = {
    changes: changes.filter((change) => !isMade(change)),
    events: events.filter(({ type }) => type !== STATED_TOGETHER),
  };
  const isNothing = others.changes.length + others.events.length === 0;
  return {
    posting: {
      kind,
      names,
      transactions: changes.flatMap((change) => (change.type === 'ledger.post' ? [change.transaction] : [])),
    },
    events: { kind, names, events: events.filter(({ type }) => type === STATED_TOGETHER).map(publicFact) },
    next,
    others: isNothing ? null : renaming(others, names),
  };
}
