import type { Price } from '@billhook/core/catalog/price';
import type { PriceModel } from '@billhook/core/catalog/price-model';
import type { Decision } from '@billhook/core/decision/change';
import type { Result } from '@billhook/core/kernel/result';
import type { CurrencyCode } from '@billhook/core/money/currency';
import type { PriceOverride } from '@billhook/core/subscriptions/decide-override';
import { openItems, planItems } from '@billhook/core/subscriptions/items';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import type { Offer } from './catalogue.ts';
import { addOnsIn, type Customer, idFor, offersIn } from './customer.ts';
import type { Moment, Order, StartOrder } from './workload.ts';
import type { World } from './world.ts';

/** An order with the ids that it brings along, as those who watch are told of it. */
export interface Asked {
  readonly order: Order;
  readonly at: Instant;
  readonly subscriptionId: string;
  /** The step that the order lays ahead, if it lays one. */
  readonly stepId: string;
  /** Of a pause with an end, the step that ends it. */
  readonly resumeStepId: string;
  /** The step that is taken back. */
  readonly undoneId: string | null;
  readonly phaseStepIds: readonly string[];
  /** Whether a trial of the plan applies to a start. */
  readonly withTrial: boolean;
  /** The price that an override is about. */
  readonly priceKey: string | null;
}

export interface Answer {
  readonly asked: Asked;
  readonly decision: Result<Decision>;
}

/**
 * Asks the engine for an order; null where there is nothing that it could be about.
 *
 * @param subscription the one that the order is about; null where none runs
 */
export function ask(
  world: World,
  customer: Customer,
  subscription: Subscription | null,
  order: Order,
): Answer | null {
  const at = world.agenda.now;
  if (order.kind === 'start') return askStart(world, customer, order);
  if (subscription === null) return null;
  const undone = order.kind === 'undo' ? subscription.schedule[order.step] : undefined;
  if (order.kind === 'undo' && undone === undefined) return null;
  const asked: Asked = {
    order,
    at,
    subscriptionId: subscription.id,
    stepId: idFor(customer, 'step'),
    resumeStepId: idFor(customer, 'step'),
    undoneId: undone?.id ?? null,
    phaseStepIds: [],
    withTrial: false,
    priceKey: order.kind === 'override' ? (planItems(subscription)[order.price]?.price.key ?? null) : null,
  };
  const decision = decide({ world, customer, subscription, asked });
  return decision === null ? null : { asked, decision };
}

interface Scope {
  readonly world: World;
  readonly customer: Customer;
  readonly subscription: Subscription;
  readonly asked: Asked;
}

function decide(scope: Scope): Result<Decision> | null {
  const { world, customer, subscription, asked } = scope;
  const { engine, swarm } = world;
  const { order, at: now, stepId } = asked;
  const days = swarm.settings.proration;
  switch (order.kind) {
    case 'start':
      return null;
    case 'change':
    case 'migrate':
      return decideMove(scope, order);
    case 'seats': {
      const itemIds = ids(customer, openItems(subscription).length);
      const when = momentOf(order.when, now);
      const seats = BigInt(order.seats);
      return engine.decideSeats({
        now,
        subscription,
        seats,
        when,
        itemIds,
        stepId,
        isProrated: order.isProrated,
        days,
      });
    }
    case 'cancel': {
      const { creditUnused } = order;
      const when = momentOf(order.when, now);
      return engine.decideCancel({ now, subscription, when, creditUnused, reason: 'asked', stepId, days });
    }
    case 'undo':
      return engine.decideUndo({ now, subscription, stepId: asked.undoneId ?? '' });
    case 'auto_renew':
      return engine.decideAutoRenew({ now, subscription, isOn: order.isOn, stepId });
    case 'pause':
    case 'resume':
      return decideRest(scope, order);
    case 'coupon':
    case 'end_coupon':
      return decideCoupon(scope, order);
    case 'override':
      return decidePrice(scope, order);
    case 'move_trial': {
      const endAt = addMs(now, order.inDays * MS_PER_DAY);
      return engine.decideTrial({
        now,
        subscription,
        endAt,
        itemIds: ids(customer, openItems(subscription).length),
      });
    }
    default:
      return decideExtra(scope, order);
  }
}

function decideMove(
  { world, customer, subscription, asked }: Scope,
  order: Extract<Order, { kind: 'change' | 'migrate' }>,
): Result<Decision> {
  const { at: now, stepId } = asked;
  const current = offerOf(customer, subscription);
  const days = world.swarm.settings.proration;
  const { isProrated } = order;
  if (order.kind === 'migrate') {
    const version = lastVersion(current);
    const itemIds = ids(customer, version.prices.length);
    const { when } = order;
    return world.engine.decideMigration({
      now,
      subscription,
      currentPlan: current.plan,
      version,
      itemIds,
      stepId,
      when,
      isProrated,
      days,
    });
  }
  const offer = offersIn(customer, subscription.currency)[order.offer] as Offer;
  const newVersion = firstVersion(offer);
  return world.engine.decideChange({
    now,
    subscription,
    currentPlan: current.plan,
    newPlan: offer.plan,
    newVersion,
    itemIds: ids(customer, newVersion.prices.length),
    stepId,
    seats: null,
    when: typeof order.when === 'object' ? { at: addMs(now, order.when.inDays * MS_PER_DAY) } : order.when,
    direction: null,
    isProrated,
    days,
  });
}

function decideRest(
  { world, customer, subscription, asked }: Scope,
  order: Extract<Order, { kind: 'pause' | 'resume' }>,
): Result<Decision> {
  const { at: now, stepId, resumeStepId } = asked;
  const from = addMs(now, order.inDays * MS_PER_DAY);
  const itemIds = ids(customer, subscription.items.length + 4);
  if (order.kind === 'resume') {
    return world.engine.decideResume({ now, subscription, at: from, stepId, itemIds });
  }
  const { mode, forDays } = order;
  return world.engine.decidePause({
    now,
    subscription,
    mode,
    from,
    until: forDays === null ? null : addMs(from, forDays * MS_PER_DAY),
    stepIds: { pause: stepId, resume: resumeStepId },
    itemIds,
    days: world.swarm.settings.proration,
  });
}

function decideCoupon(
  { world, customer, subscription, asked }: Scope,
  order: Extract<Order, { kind: 'coupon' | 'end_coupon' }>,
): Result<Decision> | null {
  const { at: now } = asked;
  if (order.kind === 'end_coupon') {
    const discountId = subscription.discounts.at(-1)?.id;
    return discountId === undefined
      ? null
      : world.engine.decideEndDiscount({ now, subscription, discountId });
  }
  const coupon = world.catalogue.coupons[order.coupon];
  if (coupon === undefined) return null;
  const mine = [...customer.books.subscriptions.values()].flatMap(({ discounts }) => discounts);
  return world.engine.decideDiscount({
    now,
    subscription,
    coupon,
    discountId: idFor(customer, 'dis'),
    redemptions: world.redemptions.get(coupon.id) ?? 0,
    redemptionsByCustomer: mine.filter((discount) => discount.coupon.id === coupon.id).length,
    billed: customer.books.billed.filter((line) => line.subscriptionId === subscription.id),
  });
}

/** Add-ons and what is charged once. */
function decideExtra(
  { world, customer, subscription, asked }: Scope,
  order: Extract<Order, { kind: 'add_on' | 'add_on_quantity' | 'end_add_on' | 'charge' }>,
): Result<Decision> | null {
  const { engine, swarm } = world;
  const { at: now, stepId } = asked;
  const days = swarm.settings.proration;
  const addOn = addOnsIn(customer, subscription.currency)[order.addOn];
  if (addOn === undefined) return null;
  if (order.kind === 'end_add_on') {
    const { creditUnused } = order;
    const when = momentOf(order.when, now);
    return engine.decideEndAddOn({ now, subscription, addOnId: addOn.id, when, creditUnused, stepId, days });
  }
  const quantity = BigInt(order.quantity);
  const itemIds = ids(customer, addOn.prices.length);
  if (order.kind === 'add_on') return engine.decideAddOn({ now, subscription, addOn, quantity, itemIds });
  if (order.kind === 'charge') {
    const price = addOn.prices[0] as Price;
    return engine.decideCharge({ now, subscription, chargeId: idFor(customer, 'chg'), price, quantity });
  }
  return engine.decideAddOnQuantity({
    now,
    subscription,
    addOnId: addOn.id,
    quantity,
    when: momentOf(order.when, now),
    itemIds,
    stepId,
    isProrated: order.isProrated,
    days,
  });
}

function decidePrice(
  { world, customer, subscription, asked }: Scope,
  order: Extract<Order, { kind: 'override' }>,
): Result<Decision> | null {
  const price = planItems(subscription)[order.price]?.price;
  if (price === undefined) return null;
  return world.engine.decideOverride({
    now: asked.at,
    subscription,
    priceKey: price.key,
    override: overrideOf(price, order.factor),
    itemId: idFor(customer, 'item'),
    isProrated: order.isProrated,
    days: world.swarm.settings.proration,
  });
}

/** Another price of the same kind: flat and unit prices times a factor, others with another minimum. */
export function overrideOf({ model, terms }: Price, factor: bigint): PriceOverride {
  const times = (value: bigint) => (value * factor) / 2n;
  const changed: PriceModel =
    model.kind === 'flat'
      ? { ...model, amountMinor: times(model.amountMinor) }
      : model.kind === 'per_unit'
        ? { ...model, unitPrice: times(model.unitPrice) as typeof model.unitPrice }
        : model;
  const isSame = changed === model && model.kind !== 'commitment';
  return { model: changed, terms: isSame ? { ...terms, minimumMinor: factor } : terms };
}

function askStart(world: World, customer: Customer, order: StartOrder): Answer {
  const { engine, swarm } = world;
  const now = world.agenda.now;
  const offers = offersIn(customer, currencyOf(customer, order));
  const offer = offers[order.offer] as Offer;
  const version = firstVersion(offer);
  const withTrial = !customer.hadTrial;
  if (version.trialDays > 0) customer.hadTrial = true;
  const startAt = order.inDays === 0 ? null : addMs(now, order.inDays * MS_PER_DAY);
  const phases = phasesOf(customer, offers, order, startAt ?? now);
  const asked: Asked = {
    order,
    at: now,
    subscriptionId: idFor(customer, 'sub'),
    stepId: idFor(customer, 'step'),
    resumeStepId: '',
    undoneId: null,
    phaseStepIds: phases.map((phase) => phase.stepId),
    withTrial,
    priceKey: null,
  };
  const first = version.prices[0];
  const overrides =
    order.overrideFactor === null || first === undefined
      ? {}
      : { [first.key]: overrideOf(first, order.overrideFactor) };
  const decision = engine.decideStart({
    now,
    subscriptionId: asked.subscriptionId,
    customerId: customer.plan.id,
    plan: offer.plan,
    version,
    itemIds: ids(customer, version.prices.length),
    seats: BigInt(order.seats),
    timeZone: customer.plan.timeZone,
    startAt,
    maxBackdateDays: swarm.maxBackdateDays,
    withTrial,
    trialEnd: order.trialEnd,
    billingDay: order.billingDay,
    overrides,
    phases,
    endAfterPeriods: order.endAfterPeriods,
    endStepId: asked.stepId,
    billingAuthority: 'billhook',
  });
  return { asked, decision };
}

function phasesOf(customer: Customer, offers: readonly Offer[], order: StartOrder, startAt: Instant) {
  let at = startAt;
  return order.phases.map((phase) => {
    at = addMs(at, phase.afterDays * MS_PER_DAY);
    const { plan, versions } = offers[phase.offer] as Offer;
    const version = versions[0] as (typeof versions)[number];
    const itemIds = ids(customer, version.prices.length);
    return { stepId: idFor(customer, 'step'), at, plan, version, seats: BigInt(phase.seats), itemIds };
  });
}

/** The currency that a start is in. */
export function currencyOf({ plan }: Customer, order: StartOrder): CurrencyCode {
  return plan.currencies[order.currency % plan.currencies.length] as CurrencyCode;
}

function momentOf(when: Moment, now: Instant): 'now' | 'period_end' | { readonly at: Instant } {
  return typeof when === 'object' ? { at: addMs(now, when.inDays * MS_PER_DAY) } : when;
}

function firstVersion(offer: Offer): Offer['versions'][number] {
  return offer.versions[0] as Offer['versions'][number];
}

function lastVersion(offer: Offer): Offer['versions'][number] {
  return offer.versions.at(-1) as Offer['versions'][number];
}

function offerOf(customer: Customer, subscription: Subscription): Offer {
  const offers = offersIn(customer, subscription.currency);
  const offer = offers.find((candidate) => candidate.plan.id === subscription.planId);
  if (offer === undefined) throw new Error(`No offer is named ${subscription.planId}.`);
  return offer;
}

function ids(customer: Customer, count: number): string[] {
  return Array.from({ length: count }, () => idFor(customer, 'item'));
}
