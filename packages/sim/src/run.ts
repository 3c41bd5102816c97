import { InvariantError } from '@billhook/core/kernel/invariant';
import { addMs, type Instant, instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { auditorFor } from './auditor.ts';
import { drawCatalogue } from './catalogue.ts';
import { currentSubscription, newCustomer } from './customer.ts';
import { CORE, type Engine } from './engine.ts';
import { prngOf } from './prng.ts';
import { type Provider, providerOf } from './provider.ts';
import { drawSwarm } from './swarm.ts';
import { moneyRows, newTally } from './tally.ts';
import { perform } from './tasks.ts';
import { newTrace } from './trace.ts';
import type { Violation } from './violation.ts';
import { drawCustomer, drawDay } from './workload.ts';
import { bill, newWorld, type World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly customers: number;
  readonly days: number;
  /** Stop after this tick (one day each); to replay a failure. */
  readonly untilTick?: number;
  readonly engine?: Engine;
  readonly wrapProvider?: (provider: Provider) => Provider;
}

export interface RunResult {
  readonly ticks: number;
  readonly traceHash: string;
  readonly violations: readonly Violation[];
  /** The tick in which the first violation was found; null if there is none. */
  readonly failedTick: number | null;
  readonly parked: readonly string[];
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
  const catalogue = drawCatalogue(swarm, prng.fork('catalogue'));
  const world = newWorld({ engine: options.engine ?? CORE, provider, swarm, catalogue }, START);
  const auditor = auditorFor(provider.truth);
  const trace = newTrace();
  const tally = newTally();
  world.watchers.push(auditor, trace, tally);
  for (let index = 0; index < options.customers; index += 1) {
    const own = prng.fork(`customer ${index}`);
    const habits = { prng: own.fork('habits'), sentCount: 0, lastEvent: null };
    const plan = drawCustomer(index, START, options.days * MS_PER_DAY, own);
    const customer = newCustomer(plan, habits, catalogue, swarm);
    world.customers.push(customer);
    world.agenda.add(customer.plan.arrivesAt, { kind: 'arrive', customer });
  }

  const guards: Violation[] = [];
  const last = Math.min(options.untilTick ?? Number.POSITIVE_INFINITY, options.days + SETTLING_DAYS);
  let tick = 0;
  let failedTick: number | null = null;
  while (tick < last && failedTick === null) {
    tick += 1;
    const dayStart = addMs(START, (tick - 1) * MS_PER_DAY);
    if (tick <= options.days) drawOrders(world, dayStart);
    guard(guards, () => runUntil(world, addMs(dayStart, MS_PER_DAY)));
    auditor.tick(world.agenda.now);
    if (auditor.violations.length + guards.length > 0) failedTick = tick;
  }
  if (failedTick === null && tick === options.days + SETTLING_DAYS) {
    guard(guards, () => billAgain(world, guards));
    auditor.final(world.customers, world.agenda.now);
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
    counts: tally.counts,
    money: moneyRows(world.customers, world.agenda.now),
  };
}

function drawOrders(world: World, dayStart: Instant): void {
  for (const customer of world.customers) {
    if (customer.plan.arrivesAt >= dayStart) continue;
    const subscription = currentSubscription(customer);
    for (const { at, command } of drawDay(customer.habits, world.swarm, dayStart, subscription !== null)) {
      world.agenda.add(at, { kind: 'command', customer, command });
    }
  }
}

function runUntil(world: World, until: Instant): void {
  for (let task = world.agenda.takeUntil(until); task !== null; task = world.agenda.takeUntil(until))
    perform(world, task);
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
