import { InvariantError } from '@billhook/core/kernel/invariant';
import { addMs, type Instant, instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { auditorFor } from './audit/auditor.ts';
import { bill } from './billing.ts';
import { type Catalogue, drawCatalogue, type Offer } from './catalogue.ts';
import { currentSubscriptions, newCustomer } from './customer.ts';
import { CORE, type Engine } from './engine.ts';
import { endMonth, tellEarned } from './month-ends.ts';
import { prngOf } from './prng.ts';
import { type Provider, providerOf } from './provider.ts';
import { drawSwarm } from './swarm.ts';
import { moneyRows, newTally } from './tally.ts';
import { perform } from './tasks.ts';
import { newTrace } from './trace.ts';
import type { Violation } from './violation.ts';
import { type DayDrawer, dayDrawer, drawCustomer } from './workload.ts';
import { newWorld, type World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly customers: number;
  readonly days: number;
  /** Stop after this tick (one day each); to replay a failure. */
  readonly untilTick?: number;
  readonly engine?: Engine;
  readonly wrapProvider?: (provider: Provider) => Provider;
  /** Everybody buys this plan only. */
  readonly onlyOffer?: number;
}

export interface RunResult {
  readonly ticks: number;
  readonly traceHash: string;
  readonly violations: readonly Violation[];
  /** The tick in which the first violation was found; null if there is none. */
  readonly failedTick: number | null;
  readonly parked: readonly string[];
  /** Time that customers have been there, from their arrival to the last day. */
  readonly customerYears: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly money: readonly (readonly string[])[];
}

const START = instant(Date.UTC(2024, 0, 31, 9, 30));
/** After the last tick, time goes on without new orders until news and look-ups have arrived. */
const SETTLING_DAYS = 8;

/** Plays years of business from a seed. It stops at the first tick that breaks a law. */
export function run(options: RunOptions): RunResult {
  const prng = prngOf(String(options.seed));
  const plain = providerOf(prng.fork('provider'));
  const provider = options.wrapProvider?.(plain) ?? plain;
  const swarm = drawSwarm(prng.fork('swarm'));
  const catalogue = narrowed(drawCatalogue(swarm, prng.fork('catalogue')), options.onlyOffer);
  const world = newWorld({ engine: options.engine ?? CORE, provider, swarm, catalogue }, START);
  const auditor = auditorFor(provider.truth, swarm, START);
  const trace = newTrace();
  const tally = newTally();
  world.watchers.push(auditor, trace, tally);
  for (let index = 0; index < options.customers; index += 1) {
    const own = prng.fork(`customer ${index}`);
    const habits = {
      prng: own.fork('habits'),
      later: own.fork('later'),
      sentCount: 0,
      lateCount: 0,
      lastEvent: null,
    };
    const plan = drawCustomer(index, START, options.days * MS_PER_DAY, swarm, own);
    const customer = newCustomer(plan, habits, catalogue, swarm);
    world.customers.push(customer);
    world.agenda.add(customer.plan.arrivesAt, { kind: 'arrive', customer });
  }

  const drawer = dayDrawer(swarm);
  const guards: Violation[] = [];
  const last = Math.min(options.untilTick ?? Number.POSITIVE_INFINITY, options.days + SETTLING_DAYS);
  let tick = 0;
  let failedTick: number | null = null;
  while (tick < last && failedTick === null) {
    tick += 1;
    const dayStart = addMs(START, (tick - 1) * MS_PER_DAY);
    if (tick <= options.days) drawOrders(world, drawer, dayStart);
    guard(guards, () => liveDay(world, addMs(dayStart, MS_PER_DAY), tick));
    auditor.tick(world.customers, world.agenda.now);
    if (auditor.violations.length + guards.length > 0) failedTick = tick;
  }
  if (failedTick === null && tick === options.days + SETTLING_DAYS) {
    guard(guards, () => billAgain(world, guards));
    const stoppedAt = world.agenda.now;
    guard(guards, () => awaitNews(world));
    auditor.final(world.customers, stoppedAt);
    if (auditor.violations.length + guards.length > 0) failedTick = tick;
  }
  return {
    ticks: tick,
    traceHash: trace.digest(),
    violations: [...guards, ...auditor.violations],
    failedTick,
    parked: world.customers.flatMap(({ plan, parked }) =>
      parked === null ? [] : `${plan.id} ${parked.code}: ${parked.detail}`,
    ),
    customerYears: yearsOf(world, Math.min(tick, options.days)),
    counts: tally.counts,
    money: moneyRows(world.customers, world.seller.ledger, world.agenda.now),
  };
}

function yearsOf({ customers }: World, days: number): number {
  const end = START + days * MS_PER_DAY;
  let ms = 0;
  for (const { plan } of customers) ms += Math.max(0, end - plan.arrivesAt);
  return ms / (365.25 * MS_PER_DAY);
}

/** The catalogue with one plan in every place, so that all orders are about it. */
function narrowed(catalogue: Catalogue, onlyOffer: number | undefined): Catalogue {
  if (onlyOffer === undefined) return catalogue;
  const offers = [...catalogue.offers].map(([currency, list]): [typeof currency, readonly Offer[]] => [
    currency,
    list.map(() => list[onlyOffer] as Offer),
  ]);
  return { ...catalogue, offers: new Map(offers) };
}

function drawOrders(world: World, drawer: DayDrawer, dayStart: Instant): void {
  for (const customer of world.customers) {
    if (customer.plan.arrivesAt >= dayStart) continue;
    const running = currentSubscriptions(customer).length;
    for (const { at, command, subject } of drawer(customer.habits, dayStart, running))
      world.agenda.add(at, { kind: 'command', customer, command, subject });
  }
}

/** A day with its orders; where a month ends in it, that is done between what came before and what comes after. */
function liveDay(world: World, until: Instant, tick: number): void {
  const { seller } = world;
  if (seller.endsAt <= until) {
    runUntil(world, addMs(seller.endsAt, -1));
    endMonth(world);
  }
  runUntil(world, until);
  tellEarned(world, tick);
}

function runUntil(world: World, until: Instant): void {
  for (let task = world.agenda.takeUntil(until); task !== null; task = world.agenda.takeUntil(until))
    perform(world, task);
}

// A debit is settled after five days, asked back forty days later, inquired about first, and answers are thought about for two months.
const NEWS_DAYS = 135;

/** Nothing new is begun any more; what the provider still has to say arrives. */
function awaitNews(world: World): void {
  const until = addMs(world.agenda.now, NEWS_DAYS * MS_PER_DAY);
  for (let task = world.agenda.takeUntil(until); task !== null; task = world.agenda.takeUntil(until)) {
    if (
      task.kind === 'delivery' ||
      task.kind === 'dispute' ||
      task.kind === 'refund_look_up' ||
      task.kind === 'refund_return'
    )
      perform(world, task);
  }
}

/** I59: billing everyone once more, at the same moment, must find nothing to do. */
function billAgain(world: World, guards: Violation[]): void {
  for (const customer of world.customers) bill(world, customer);
  for (const customer of world.customers) {
    const before = customer.books.invoices.size;
    bill(world, customer);
    if (customer.books.invoices.size !== before)
      guards.push({ law: 'I59', detail: `${customer.plan.id} is billed again` });
  }
}

/** A broken guard of core is a finding like any other; the run cannot go on after it. */
function guard(guards: Violation[], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    guards.push({ law: 'guard', detail: error.message });
  }
}
