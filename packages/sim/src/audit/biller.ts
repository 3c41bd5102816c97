import type { SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import { chargeAmount, commitmentAmount, creditAmount } from './amounts.ts';
import { chargeKeyOf, giveBack, type ItemBook, itemBook, use } from './book.ts';
import { takeDiscounts } from './discounts.ts';
import { type Due, type DueScope, dueCharges, dueCredit, dueOneOffs, runningUsage } from './due.ts';

/** The lines that one run of billing must find for a subscription, worked out from its items and the receipts. */
export interface Expected {
  readonly dues: readonly Due[];
  /** Notes how far each item is billed, once the lines stand. */
  readonly commit: () => void;
}

/** @param isRun billing ran at this very moment, so that a threshold that is reached is called up as well */
export function expectedLines(scope: DueScope, isRun: boolean): Expected {
  const { book } = scope;
  const charges: Due[] = [];
  const commitments: Due[] = [];
  const cursors: { readonly known: ItemBook; readonly next: number; readonly quietUntil: number }[] = [];
  for (const item of openItems(scope)) {
    const { dues, next, quietUntil } = dueCharges(scope, item);
    cursors.push({ known: book.items.get(item.id) as ItemBook, next, quietUntil });
    for (const due of dues) (due.kind === 'true_up' ? commitments : charges).push(due);
  }
  for (const due of charges) chargeAmount(scope, due, charges);
  if (isRun) charges.push(...thresholdLines(scope));
  for (const due of dueOneOffs(scope)) {
    chargeAmount(scope, due, []);
    charges.push(due);
  }
  const others = inOrderOfTime(scope, charges);
  const bounds = commitments.map((due) => commitmentAmount(scope, due, others));
  const commit = () => {
    for (const { known, next, quietUntil } of cursors) Object.assign(known, { next, quietUntil });
    closeItems(scope);
  };
  return { dues: [...others, ...bounds], commit };
}

function thresholdLines(scope: DueScope): Due[] {
  const { thresholdMinor } = scope.settings;
  if (thresholdMinor === null) return [];
  const running: Due[] = [];
  let sumMinor = 0n;
  for (const due of runningUsage(scope)) {
    chargeAmount(scope, due, running);
    if (due.grossMinor === 0n) continue;
    running.push(due);
    sumMinor += due.grossMinor;
  }
  return sumMinor >= thresholdMinor ? running : [];
}

/**
 * Lowers charges and credits what was charged, moment by moment: at each moment credits come first and give back what
 * they take back of amounts off.
 */
function inOrderOfTime(scope: DueScope, charges: readonly Due[]): Due[] {
  const { book } = scope;
  const credits = openItems(scope).flatMap((item) => dueCredit(scope, item, charges) ?? []);
  const moments = new Set([...charges, ...credits].map(({ billableAt }) => billableAt));
  const used = new Map(book.used);
  const done: Due[] = [];
  for (const moment of [...moments].sort((a, b) => a - b)) {
    for (const credit of credits.filter(({ billableAt }) => billableAt === moment)) {
      if (!creditAmount(scope, credit, done)) continue;
      const key = chargeKeyOf(credit);
      giveBack(used, credit, done.find((due) => due.key === key) ?? book.lines.get(key));
      done.push(credit);
    }
    const due = charges
      .filter(({ billableAt }) => billableAt === moment)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    takeDiscounts(scope, due, used);
    for (const line of due) use(used, line);
    done.push(...due);
  }
  return done;
}

/** The items of which something may still fall due. */
function openItems({ subscription, book }: DueScope): readonly SubscriptionItem[] {
  return subscription.items.filter(({ id }) => book.items.get(id)?.isClosed !== true);
}

/** Closes the items that are over, and notes until when nothing falls due for the others. */
function closeItems(scope: DueScope): void {
  const { subscription, book, now, settings } = scope;
  let until = Number.POSITIVE_INFINITY;
  for (const item of openItems(scope)) {
    const known = itemBook(book, subscription, item);
    until = Math.min(until, known.quietUntil);
    if (item.activeTo === null) continue;
    const overAt = Math.max(item.activeTo, item.activeFrom) + settings.usageGraceMs;
    known.isClosed = overAt <= now;
    if (!known.isClosed) until = Math.min(until, Math.max(item.activeTo, item.activeFrom), overAt);
  }
  for (const { at } of subscription.charges) if (at > now) until = Math.min(until, at);
  book.quiet.set(subscription.id, { subscription, until });
}

/** True if the subscription is as it was when it was last looked at, and nothing has fallen due since. */
export function isQuiet({ book, subscription, now }: Omit<DueScope, 'settings'>): boolean {
  const quiet = book.quiet.get(subscription.id);
  return quiet?.subscription === subscription && now < quiet.until;
}
