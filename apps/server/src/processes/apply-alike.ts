import type { Change } from '@billhook/core/decision/change';
import type { CoreEvent } from '@billhook/core/decision/event';
import { renaming } from '@billhook/core/kernel/renaming';
import { type PostingPattern, postAlike } from '../modules/ledger/api.ts';
import { type NextBilling, nextBillingOf, setNextBilling } from '../modules/subscriptions/api.ts';
import { uuidBytesColumn } from '../platform/columns.ts';
import type { CommandCtx } from '../platform/context.ts';
import { type EventPattern, emitAlike } from '../platform/outbox-alike.ts';
import { publicFact } from './apply-decision.ts';
import { type DecidedKind, type Followers, nameBytes, namesOfMember } from './followers.ts';
import type { ToWrite } from './to-write.ts';

/** The decision about the first of a kind, by what becomes of its parts for the others. */
type Parts = {
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
  followers: Followers,
): Promise<Pick<ToWrite, 'changes' | 'events'>> {
  const { members } = followers;
  const kinds = followers.kinds.map(partsOf);
  const due = nameBytes(followers, (kind) => kinds[kind]?.next?.id ?? null);
  await Promise.all([
    setNextBilling(ctx, {
      ids: uuidBytesColumn(due.ids),
      nexts: due.kinds.map((kind) => kinds[kind]?.next as NextBilling),
    }),
    postAlike(
      ctx,
      members,
      kinds.map(({ posting }) => posting),
    ),
    emitAlike(
      ctx,
      members,
      kinds.map(({ events }) => events),
    ),
  ]);
  const rest = Array.from(members.kinds, (kind, member) =>
    kinds[kind]?.others?.(namesOfMember(followers, member)),
  ).filter((part) => part != null);
  return {
    changes: rest.flatMap(({ changes }): readonly Change[] => changes),
    events: rest.flatMap(({ events }): readonly CoreEvent[] => events),
  };
}

function partsOf({ decision: { changes, events }, leaderNames: names }: DecidedKind, kind: number): Parts {
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
