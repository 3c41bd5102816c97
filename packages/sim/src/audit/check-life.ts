import type { Subscription, SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import type { Report } from '../violation.ts';
import { dayAt, dayStart } from './calendar.ts';
import type { Life } from './life.ts';

/** A subscription against what was ordered: state, terms, what lies ahead, and the items that run. */
export function checkLife(life: Life, subscription: Subscription, report: Report): void {
  const { id, status } = subscription;
  const running = status === 'active' || status === 'past_due' ? 'running' : status;
  const state = running === 'canceled' ? 'ended' : running;
  const differs = (law: string, what: string, seen: unknown, wanted: unknown) => {
    if (seen !== wanted) report(law, `${id}: ${what} is ${seen}, by its orders ${wanted}`);
  };
  differs('I11', 'state', state, life.state);
  differs('I70', 'start', subscription.startAt, life.startAt);
  differs('I11', 'end', subscription.endedAt, life.endedAt);
  differs('I70', 'version', subscription.planVersionId, life.version.id);
  differs('I70', 'seats', subscription.seats, BigInt(life.seats));
  differs('I11', 'pauses', subscription.pauses.length, life.pauseCount);
  const ahead = subscription.schedule.map((step) => `${step.kind} ${step.id} ${step.at}`).sort();
  differs(
    'I70',
    'schedule',
    ahead.join(),
    life.ahead
      .map((step) => `${step.kind} ${step.id} ${step.at}`)
      .sort()
      .join(),
  );
  if (life.state === 'trialing') differs('I70', 'end of the trial', subscription.trialEndAt, life.trialEndAt);
  checkOpenItems(life, subscription, report);
  checkEnds(life, subscription, report);
}

/** I09: what runs is what was bought: every price of the version once, with its seats, and the add-ons. */
function checkOpenItems(life: Life, subscription: Subscription, report: Report): void {
  const isRunning = life.state !== 'paused' && life.state !== 'ended';
  const wanted: string[] = [];
  if (isRunning) {
    for (const price of life.version.prices) {
      const quantity = price.quantity.kind === 'seats' ? life.seats : 1;
      wanted.push(`${price.id} x${quantity}${life.overridden.has(price.key) ? ' overridden' : ''}`);
    }
    for (const [addOnId, quantity] of life.addOns) {
      const addOn = life.sold.find(({ id }) => id === addOnId);
      for (const price of addOn?.prices ?? []) wanted.push(`${price.id} x${quantity}`);
    }
  }
  const seen = subscription.items
    .filter(({ activeTo }) => activeTo === null)
    .map(
      ({ price, quantity, isOverridden }) => `${price.id} x${quantity}${isOverridden ? ' overridden' : ''}`,
    );
  if (seen.sort().join() !== wanted.sort().join())
    report('I09', `${subscription.id} runs [${seen}], by its orders [${wanted}]`);
}

/** I70 and I98: items end where something took effect, and none runs beside its predecessor. */
function checkEnds(life: Life, subscription: Subscription, report: Report): void {
  const { timeZone: zone } = subscription;
  const last = new Map<string, SubscriptionItem>();
  for (const item of subscription.items) {
    const { activeTo, activeFrom, price } = item;
    const name = `${item.source.kind === 'plan' ? 'plan' : item.source.addOnId} ${price.key}`;
    const before = last.get(name);
    last.set(name, item);
    if (before !== undefined && isBeside(before, item))
      report('I98', `${item.id} runs from ${iso(activeFrom)} beside ${before.id}`);
    if (activeTo === activeFrom) continue;
    const isMetered = price.quantity.kind === 'meter';
    if (isMetered && !life.moments.has(activeFrom) && activeFrom !== subscription.anchorAt)
      report('I02', `${item.id} begins at ${iso(activeFrom)}, where nothing happened`);
    if (activeTo === null || life.moments.has(activeTo)) continue;
    const isDayBound =
      price.proration === 'day' && [...life.moments].some((at) => isNear(zone, at, activeTo));
    if (!isDayBound) report('I70', `${item.id} ends at ${iso(activeTo)}, where nothing happened`);
  }
}

function isBeside(before: SubscriptionItem, item: SubscriptionItem): boolean {
  if (before.activeTo === null) return true;
  return item.activeFrom < before.activeTo && before.activeTo > before.activeFrom;
}

function isNear(zone: string, moment: number, bound: number): boolean {
  const day = dayAt(zone, moment);
  return bound >= dayStart(zone, day) && bound <= dayStart(zone, day + 1);
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
