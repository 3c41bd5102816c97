import type { PlanVersion } from '@billhook/core/catalog/plan';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Offer } from '../catalogue.ts';
import type { Customer } from '../customer.ts';
import type { Asked } from '../orders.ts';
import type { Moment, Order, StartOrder } from '../workload.ts';
import { boundaryOf, periodAt, type Rhythm } from './calendar.ts';
import { type Ahead, end, type Life, lay, leadingOf, leadingRhythm, periodEnd, take } from './life.ts';

const DAY_MS = 86_400_000;

/** A life that begins with an accepted start. */
export function beginLife(customer: Customer, asked: Asked, order: StartOrder): Life {
  const { currencies } = customer.plan;
  const currency = currencies[order.currency % currencies.length] as (typeof currencies)[number];
  const offers = customer.offers.get(currency) ?? [];
  const version = versionOf(offers[order.offer], 0);
  const startAt = asked.at + order.inDays * DAY_MS;
  const zone = customer.plan.timeZone;
  const trialEndAt =
    asked.withTrial && version.trialDays > 0
      ? boundaryOf(
          {
            zone,
            anchorMs: startAt,
            cadence: { interval: 'day', count: version.trialDays },
            alignment: 'anniversary',
            billingDay: null,
          },
          1,
        )
      : null;
  const isLater = startAt > asked.at;
  const life: Life = {
    id: asked.subscriptionId,
    customer,
    offers,
    sold: customer.addOns.get(currency) ?? [],
    state: isLater ? 'scheduled' : trialEndAt === null ? 'running' : 'trialing',
    startAt,
    trialEndAt,
    trialEnd: order.trialEnd,
    version,
    seats: order.seats,
    endedAt: null,
    isSettled: false,
    pauseCount: 0,
    stoppedAt: null,
    ahead: [],
    addOns: new Map(),
    overridden: new Set(),
    moments: new Set([startAt]),
  };
  const first = version.prices[0];
  if (order.overrideFactor !== null && first !== undefined) life.overridden.add(first.key);
  layPhases(life, asked, order);
  const anchorMs = trialEndAt ?? startAt;
  const leading = leadingOf(version.prices);
  if (order.endAfterPeriods !== null && leading !== undefined) {
    const { cadence, alignment } = leading;
    const rhythm: Rhythm = { zone, anchorMs, cadence, alignment, billingDay: order.billingDay };
    const at = boundaryOf(rhythm, periodAt(rhythm, anchorMs) + order.endAfterPeriods);
    lay(life, { kind: 'cancel', id: asked.stepId, at, periods: order.endAfterPeriods });
  }
  return life;
}

function layPhases(life: Life, asked: Asked, order: StartOrder): void {
  let at = life.startAt;
  for (const [index, phase] of order.phases.entries()) {
    at += phase.afterDays * DAY_MS;
    const version = versionOf(life.offers[phase.offer], 0);
    const id = asked.phaseStepIds[index] ?? '';
    lay(life, { kind: 'change', id, at, version, seats: phase.seats, isPhase: true });
  }
}

function versionOf(offer: Offer | undefined, place: number): PlanVersion {
  return offer?.versions.at(place) as PlanVersion;
}

interface Scope {
  readonly life: Life;
  readonly subscription: Subscription;
  readonly asked: Asked;
}

/** What an accepted order does, now or ahead. `subscription` is as it was before. */
export function obey(scope: Scope): void {
  const { life, subscription, asked } = scope;
  const { order, at: now, stepId } = asked;
  switch (order.kind) {
    case 'change':
    case 'migrate':
      obeyMove(scope, order);
      return;
    case 'seats':
      life.ahead = life.ahead.filter(({ kind }) => kind !== 'seats');
      nowOrLater(scope, {
        kind: 'seats',
        id: stepId,
        at: momentOf(scope, order.when) ?? now,
        seats: order.seats,
      });
      return;
    case 'cancel': {
      const at = momentOf(scope, order.when);
      life.ahead = life.ahead.filter(({ kind }) => kind !== 'cancel' || at === null);
      if (at === null) end(life, now);
      else lay(life, { kind: 'cancel', id: stepId, at, periods: null });
      return;
    }
    case 'undo': {
      const undone = life.ahead.find(({ id }) => id === asked.undoneId);
      const isPause = undone?.kind === 'pause';
      life.ahead = life.ahead.filter((step) => step !== undone && !(isPause && step.kind === 'resume'));
      return;
    }
    case 'auto_renew': {
      const at = periodEnd(life, subscription, now);
      if (order.isOn) life.ahead = life.ahead.filter(({ kind }) => kind !== 'cancel');
      else if (at !== null) lay(life, { kind: 'cancel', id: stepId, at, periods: null });
      return;
    }
    case 'override':
      life.moments.add(now);
      if (asked.priceKey !== null) life.overridden.add(asked.priceKey);
      return;
    case 'move_trial':
      obeyTrial(scope, now + order.inDays * DAY_MS);
      return;
    default:
      obeyRest(scope, order);
  }
}

function obeyRest(
  scope: Scope,
  order: Exclude<
    Order,
    { kind: 'change' | 'migrate' | 'seats' | 'cancel' | 'undo' | 'auto_renew' | 'override' | 'move_trial' }
  >,
): void {
  const { life, asked } = scope;
  const { at: now, stepId: id } = asked;
  if (order.kind === 'pause') {
    const from = now + order.inDays * DAY_MS;
    if (order.forDays !== null)
      lay(life, { kind: 'resume', id: asked.resumeStepId, at: from + order.forDays * DAY_MS });
    nowOrLater(scope, { kind: 'pause', id, at: from, stopsPeriod: order.mode === 'stop_period' });
    return;
  }
  if (order.kind === 'resume') {
    life.ahead = life.ahead.filter(({ kind }) => kind !== 'resume');
    nowOrLater(scope, { kind: 'resume', id, at: now + order.inDays * DAY_MS });
    return;
  }
  if (order.kind !== 'add_on' && order.kind !== 'add_on_quantity' && order.kind !== 'end_add_on') return;
  const addOn = life.sold[order.addOn];
  if (addOn === undefined) return;
  if (order.kind === 'add_on') {
    life.moments.add(now);
    if (addOn.kind === 'recurring') life.addOns.set(addOn.id, order.quantity);
    return;
  }
  const at = momentOf(scope, order.when) ?? now;
  const kind = order.kind === 'end_add_on' ? 'add_on_end' : 'add_on_quantity';
  life.ahead = life.ahead.filter(
    (step) => step.kind !== kind || !('addOnId' in step) || step.addOnId !== addOn.id,
  );
  if (order.kind === 'end_add_on') nowOrLater(scope, { kind: 'add_on_end', id, at, addOnId: addOn.id });
  else nowOrLater(scope, { kind: 'add_on_quantity', id, at, addOnId: addOn.id, quantity: order.quantity });
}

function obeyMove(scope: Scope, order: Extract<Order, { kind: 'change' | 'migrate' }>): void {
  const { life, asked } = scope;
  const { at: now, stepId: id } = asked;
  const { offers } = life;
  const current = offers.findIndex(({ plan }) => plan.id === life.version.planId);
  const isMigration = order.kind === 'migrate';
  const version = isMigration ? versionOf(offers[current], -1) : versionOf(offers[order.offer], 0);
  if (isMigration && version.id === life.version.id) return;
  const isDown = !isMigration && order.offer < current;
  const when: Moment =
    order.when === 'at_renewal'
      ? 'period_end'
      : order.when === 'by_direction'
        ? isDown
          ? 'period_end'
          : 'now'
        : order.when;
  life.ahead = life.ahead.filter(({ kind }) => kind !== 'change');
  const at = momentOf(scope, when) ?? now;
  nowOrLater(scope, { kind: 'change', id, at, version, seats: life.seats, isPhase: false });
}

/** The end of a trial is moved, and with it what was laid ahead for the old one. */
function obeyTrial({ life, subscription, asked }: Scope, endAt: number): void {
  const before = life.trialEndAt as number;
  const rhythm = leadingRhythm(life, subscription);
  life.trialEndAt = endAt;
  life.moments.add(asked.at);
  life.ahead = life.ahead.map((step): Ahead => {
    if (step.kind === 'cancel' && step.periods !== null && rhythm !== null) {
      // The term stays as long as it is: after a change of plan it counts in periods of the plan that runs now.
      const moved = { ...rhythm, anchorMs: endAt };
      const count = periodAt(rhythm, step.at) - periodAt(rhythm, before);
      return { ...step, at: boundaryOf(moved, periodAt(moved, endAt) + count) };
    }
    return step.at === before ? { ...step, at: endAt } : step;
  });
  const steps = life.ahead;
  life.ahead = [];
  for (const step of steps) lay(life, step);
}

/** A date, or the end of the period; null for at once. */
function momentOf({ life, subscription, asked }: Scope, when: Moment): number | null {
  if (when === 'now') return null;
  if (when === 'period_end') return periodEnd(life, subscription, asked.at);
  return asked.at + when.inDays * DAY_MS;
}

function nowOrLater({ life, asked }: Scope, step: Ahead): void {
  if (step.at <= asked.at) take(life, step);
  else lay(life, step);
}
