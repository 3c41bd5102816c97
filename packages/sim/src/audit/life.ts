import type { AddOn } from '@billhook/core/catalog/add-on';
import type { PlanVersion } from '@billhook/core/catalog/plan';
import type { Price } from '@billhook/core/catalog/price';
import type { Subscription, TrialEnd } from '@billhook/core/subscriptions/subscription';
import type { Offer } from '../catalogue.ts';
import type { Customer } from '../customer.ts';
import { boundaryOf, periodAt, type Rhythm } from './calendar.ts';
import { termEnd } from './term.ts';

/** Something that lies ahead, as it was ordered. */
export type Ahead =
  | {
      readonly kind: 'change';
      readonly id: string;
      readonly at: number;
      readonly version: PlanVersion;
      readonly seats: number;
      readonly isPhase: boolean;
    }
  | { readonly kind: 'seats'; readonly id: string; readonly at: number; readonly seats: number }
  | { readonly kind: 'cancel'; readonly id: string; readonly at: number; readonly periods: number | null }
  | { readonly kind: 'pause'; readonly id: string; readonly at: number; readonly stopsPeriod: boolean }
  | { readonly kind: 'resume'; readonly id: string; readonly at: number }
  | {
      readonly kind: 'add_on_quantity';
      readonly id: string;
      readonly at: number;
      readonly addOnId: string;
      readonly quantity: number;
    }
  | { readonly kind: 'add_on_end'; readonly id: string; readonly at: number; readonly addOnId: string };

/** What must be true of one subscription by the orders that were accepted and the time that has passed. */
export interface Life {
  readonly id: string;
  readonly customer: Customer;
  /** What is sold in its currency. */
  readonly offers: readonly Offer[];
  readonly sold: readonly AddOn[];
  state: 'scheduled' | 'trialing' | 'running' | 'paused' | 'ended';
  readonly startAt: number;
  trialEndAt: number | null;
  readonly trialEnd: TrialEnd;
  version: PlanVersion;
  seats: number;
  endedAt: number | null;
  /** It has ended and was looked at since. */
  isSettled: boolean;
  pauseCount: number;
  /** When a pause began that stopped the running period; null outside of such pauses. */
  stoppedAt: number | null;
  ahead: Ahead[];
  readonly addOns: Map<string, number>;
  readonly overridden: Set<string>;
  /** Every moment at which something took effect: items begin and end there and nowhere else. */
  readonly moments: Set<number>;
}

const ORDER = ['cancel', 'resume', 'change', 'seats', 'add_on_quantity', 'add_on_end', 'pause'];

/** Lays a step ahead, in order of time. */
export function lay(life: Life, step: Ahead): void {
  life.ahead.push(step);
  inOrder(life);
}

function inOrder(life: Life): void {
  life.ahead.sort((a, b) => a.at - b.at || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** True if something has come due since time was last let pass. */
export function isBehind({ state, ahead, startAt, trialEndAt }: Life, now: number): boolean {
  const turnAt = state === 'scheduled' ? startAt : state === 'trialing' ? trialEndAt : null;
  return (turnAt !== null && turnAt <= now) || (ahead[0] !== undefined && ahead[0].at <= now);
}

/** Lets time pass: starts, ends of trials and everything that lies ahead take effect at their own moments, in order. */
export function advance(life: Life, now: number): void {
  for (;;) {
    const isHeld = life.state === 'paused';
    const step = life.ahead.find((other) => !isHeld || happensInPause(life, other));
    const turnAt =
      life.state === 'scheduled' ? life.startAt : life.state === 'trialing' ? life.trialEndAt : null;
    const isStepDue = step !== undefined && step.at <= now;
    const isTurnDue = turnAt !== null && turnAt <= now;
    if (!isStepDue && !isTurnDue) return;
    const isStepFirst =
      step !== undefined &&
      isStepDue &&
      (!isTurnDue || step.at < turnAt || (step.at === turnAt && step.kind === 'cancel'));
    if (isStepFirst) take(life, step);
    else turn(life, turnAt as number);
  }
}

/** An end and a resumption; but no term is over while the period is stopped. */
function happensInPause({ stoppedAt }: Life, step: Ahead): boolean {
  if (step.kind === 'cancel') return step.periods === null || stoppedAt === null;
  return step.kind === 'resume';
}

function turn(life: Life, at: number): void {
  life.moments.add(at);
  if (life.state === 'scheduled') {
    life.state = life.trialEndAt === null ? 'running' : 'trialing';
    return;
  }
  const isUnpaid = life.trialEnd === 'cancel_without_payment_method' && !life.customer.plan.hasPaymentMethod;
  if (life.trialEnd === 'cancel' || isUnpaid) end(life, at);
  else life.state = 'running';
}

/** Applies a step at its moment and takes it off what lies ahead. */
export function take(life: Life, step: Ahead): void {
  life.ahead = life.ahead.filter(({ id }) => id !== step.id);
  life.moments.add(step.at);
  switch (step.kind) {
    case 'cancel':
      end(life, step.at);
      return;
    case 'change':
      move(life, step);
      return;
    case 'seats':
      life.seats = step.seats;
      // A plan that waits has seats of its own, which a change of seats means too.
      life.ahead = life.ahead.map((other) =>
        other.kind === 'change' && !other.isPhase ? { ...other, seats: step.seats } : other,
      );
      return;
    case 'pause':
      life.state = 'paused';
      life.pauseCount += 1;
      life.stoppedAt = step.stopsPeriod ? step.at : null;
      return;
    case 'resume':
      life.state = 'running';
      if (life.stoppedAt !== null) serveTerm(life, life.stoppedAt, step.at);
      life.stoppedAt = null;
      life.ahead = life.ahead.map((other) => ({ ...other, at: Math.max(other.at, step.at) }));
      inOrder(life);
      return;
    case 'add_on_quantity':
      life.addOns.set(step.addOnId, step.quantity);
      return;
    case 'add_on_end':
      dropAddOn(life, step.addOnId);
      return;
  }
}

function move(life: Life, step: Extract<Ahead, { kind: 'change' }>): void {
  const keeps = step.version.planId === life.version.planId && !step.isPhase;
  const keys = new Set(step.version.prices.map(({ key }) => key));
  for (const key of [...life.overridden]) if (!keeps || !keys.has(key)) life.overridden.delete(key);
  life.version = step.version;
  life.seats = step.seats;
  for (const addOnId of [...life.addOns.keys()]) {
    const planIds = life.sold.find(({ id }) => id === addOnId)?.planIds ?? [];
    if (planIds.length > 0 && !planIds.includes(step.version.planId)) dropAddOn(life, addOnId);
  }
}

function dropAddOn(life: Life, addOnId: string): void {
  life.addOns.delete(addOnId);
  life.ahead = life.ahead.filter((step) => !('addOnId' in step) || step.addOnId !== addOnId);
}

export function end(life: Life, at: number): void {
  life.moments.add(at);
  life.state = 'ended';
  life.endedAt = Math.max(at, life.startAt);
  life.ahead = [];
}

/** Ends after a number of periods move with a resumption from a pause that stopped the running period. */
function serveTerm(life: Life, pausedAt: number, resumedAt: number): void {
  const before = rhythmBefore(life, resumedAt);
  if (before === null) return;
  life.ahead = life.ahead.map((step) =>
    step.kind === 'cancel' && step.periods !== null
      ? { ...step, at: termEnd(before, step.at, pausedAt, resumedAt) }
      : step,
  );
}

/** The periods that ran when a pause began: those of the last leading item that was not begun anew by the resumption. */
function rhythmBefore(life: Life, resumedAt: number): Rhythm | null {
  const subscription = life.customer.books.subscriptions.get(life.id);
  const leading = leadingOf(life.version.prices);
  const item = subscription?.items
    .filter(
      ({ source, price, anchorAt }) =>
        source.kind === 'plan' && price.key === leading?.key && anchorAt < resumedAt,
    )
    .at(-1);
  if (subscription === undefined || item === undefined) return null;
  const { cadence, alignment } = item.price;
  const { timeZone: zone, billingDay } = subscription;
  return { zone, anchorMs: item.anchorAt, cadence, alignment, billingDay };
}

/** The price that says where a period ends: the first one in advance, or else the first. */
export function leadingOf(prices: readonly Price[]): Price | undefined {
  return prices.find(({ timing }) => timing === 'in_advance') ?? prices[0];
}

/** The periods of the leading item that runs, by the auditor's calendar; null where none does. */
export function leadingRhythm(life: Life, subscription: Subscription): Rhythm | null {
  const leading = leadingOf(life.version.prices);
  const item = subscription.items.find(
    ({ activeTo, source, price }) =>
      activeTo === null && source.kind === 'plan' && price.key === leading?.key,
  );
  if (item === undefined) return null;
  const { cadence, alignment } = item.price;
  const { timeZone: zone, billingDay } = subscription;
  return { zone, anchorMs: item.anchorAt, cadence, alignment, billingDay };
}

/** The end of the running period, or of the wait for the first one; null where there is none. */
export function periodEnd(life: Life, subscription: Subscription, now: number): number | null {
  if (life.state === 'scheduled' || life.state === 'paused') return null;
  if (now < subscription.anchorAt) return subscription.anchorAt;
  const rhythm = leadingRhythm(life, subscription);
  if (rhythm === null) return null;
  return now < rhythm.anchorMs ? rhythm.anchorMs : boundaryOf(rhythm, periodAt(rhythm, now) + 1);
}
