import { afterReload, decideReload } from '@billhook/core/credits/decide-reload';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { addMs, type Instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { Prng } from '../prng.ts';
import type { Violation } from '../violation.ts';
import { HandPurse } from './hand.ts';
import { CORE_PURSE, Purse, type PurseEngine } from './purse.ts';

export const START = Date.UTC(2026, 0, 1, 9, 30) as Instant;
const STEPS = 60;
const PACK = 500n;
const PRICE_MINOR = 1_000n;

/** The decisions of a play: of the purse, and of automatic reloads. */
export interface PlayEngine extends PurseEngine {
  readonly reload: typeof decideReload;
}

export const CORE_PLAY: PlayEngine = { ...CORE_PURSE, reload: decideReload };

/** Months of one customer's credits; what is wrong first, or null. `seen` counts what came about. */
export function playPurse(
  prng: Prng,
  seen: Map<string, number>,
  engine: PlayEngine = CORE_PLAY,
): Violation | null {
  const interval = prng.pick(['day', 'week'] as const);
  const lengthMs = interval === 'day' ? MS_PER_DAY : 7 * MS_PER_DAY;
  const cap = prng.pick([null, 0n, 30n, 80n]);
  const survives = prng.pick([null, 0, 1, 2]);
  const amount = BigInt(prng.int(20, 120));
  const served = { startAt: START, anchorAt: START, timeZone: 'UTC', billingDay: null, items: [] };
  const grid = { anchorAt: START, timeZone: 'UTC', cadence: { interval, count: 1 } } as const;
  const maxAmount = cap === null ? null : decimal12FromScaled(cap);
  const rollover = { ...grid, maxAmount, maxPeriods: survives, chain: 'subscription' };
  const purse = new Purse(engine, { interval, served, amount, rollover: survives === 0 ? null : rollover });
  const hand = new HandPurse({ lengthMs, amount, cap, survives }, START);
  const till = reloads(prng, engine, seen);
  const promised = new Map<string, bigint>();
  let now = START;
  for (let step = 0; step < STEPS; step += 1) {
    // Now and then the server is down for days.
    const hours = prng.chance(0.1) ? prng.int(48, 500) : prng.int(0, 30);
    now = addMs(now, hours * MS_PER_HOUR);
    if (hours >= 48) seen.set('down', (seen.get('down') ?? 0) + 1);
    purse.pass(now);
    hand.pass(now);
    const wrong = till.look(hand.available(now) + hand.promised, now, (to) => {
      purse.give(PACK, { now, to, priority: 60 });
      hand.give(PACK, { now, to, priority: 60 });
    });
    if (wrong !== null) return wrong;
    act(prng, { purse, hand, promised, now, step, seen });
    const difference = compare(purse, hand, now);
    if (difference !== null) return { law: 'I385', detail: `step ${step}: ${difference}` };
  }
  return null;
}

interface Play {
  readonly purse: Purse;
  readonly hand: HandPurse;
  readonly promised: Map<string, bigint>;
  readonly now: Instant;
  readonly step: number;
  readonly seen: Map<string, number>;
}

function act(prng: Prng, { purse, hand, promised, now, step, seen }: Play): void {
  const kind = prng.pick(['give', 'use', 'use', 'use', 'promise', 'settle'] as const);
  seen.set(kind, (seen.get(kind) ?? 0) + 1);
  const there = hand.available(now);
  if (kind === 'give') {
    const to = prng.chance(0.3) ? null : addMs(now, prng.int(1, 400) * MS_PER_HOUR);
    const given = { now, to, priority: prng.pick([40, 50, 60]) };
    const amount = BigInt(prng.int(1, 200));
    purse.give(amount, given);
    hand.give(amount, given);
  }
  if (kind === 'use') {
    const amount = BigInt(prng.int(1, 150));
    const beyond = prng.pick(['block', 'allow'] as const);
    purse.use(amount, beyond, now);
    if (beyond === 'allow' || amount <= there) hand.use(amount, now);
    else seen.set('refused', (seen.get('refused') ?? 0) + 1);
  }
  if (kind === 'promise') {
    const wished = BigInt(prng.int(1, 80));
    const amount = wished < there ? wished : there;
    const name = `lease ${step}`;
    purse.promise(name, amount, now);
    hand.promise(name, amount, now);
    promised.set(name, amount);
  }
  const [oldest] = promised;
  if (kind === 'settle' && oldest !== undefined) {
    const [name, amount] = oldest;
    const used = (amount * BigInt(prng.int(0, 100))) / 100n;
    purse.settle(name, used, now);
    hand.settle(name, used, now);
    promised.delete(name);
  }
}

/** Core and hand hold the same, and nothing came from nowhere or went there. */
function compare(purse: Purse, hand: HandPurse, now: Instant): string | null {
  if (purse.available(now) !== hand.available(now))
    return `${purse.available(now)} can be spent and ${hand.available(now)} should`;
  if (purse.snapshot() !== hand.snapshot())
    return `held are\n${purse.snapshot()}\nand not\n${hand.snapshot()}`;
  const left = hand
    .snapshot()
    .split('\n')
    .reduce((sum, line) => sum + BigInt(line.split(' ')[1] ?? 0), 0n);
  const { given, used, lapsed, promised } = hand;
  return given === used + lapsed + promised + left ? null : `of ${given} given not all is accounted for`;
}

/** Automatic reloads of a play, with laws of their own: one at a time, below the mark alone, never beyond the month. */
function reloads(prng: Prng, engine: PlayEngine, seen: Map<string, number>) {
  const threshold = decimal12FromScaled(BigInt(prng.int(10, 150)));
  const monthlyMaximumMinor = prng.pick([null, 2_000n, 5_000n]);
  const agreed = { enabled: true, threshold, priceMinor: PRICE_MINOR, monthlyMaximumMinor };
  let state = { failureCount: 0, suspendedAt: null as Instant | null };
  let pendingUntil: Instant | null = null;
  let failuresInARow = 0;
  const boughtAt: Instant[] = [];
  const monthOf = (at: Instant) => new Date(at).toISOString().slice(0, 7);
  return {
    look(balance: bigint, now: Instant, grant: (to: Instant | null) => void): Violation | null {
      if (pendingUntil !== null && pendingUntil <= now) {
        const isPaid = prng.chance(0.7);
        pendingUntil = null;
        state = afterReload(state, isPaid ? 'paid' : 'failed', now);
        failuresInARow = isPaid ? 0 : failuresInARow + 1;
        if (isPaid) grant(prng.chance(0.5) ? null : addMs(now, prng.int(24, 900) * MS_PER_HOUR));
        else boughtAt.pop();
        return null;
      }
      const spent = BigInt(boughtAt.filter((at) => monthOf(at) === monthOf(now)).length) * PRICE_MINOR;
      const decision = engine.reload({
        settings: { ...agreed, ...state },
        balance: decimal12FromScaled(balance),
        isPending: pendingUntil !== null,
        spentThisMonthMinor: spent,
        hasPaymentMethod: true,
      });
      const may =
        balance < threshold &&
        pendingUntil === null &&
        failuresInARow < 3 &&
        (monthlyMaximumMinor === null || spent + PRICE_MINOR <= monthlyMaximumMinor);
      if ((decision.kind === 'reload') !== may)
        return { law: 'I112', detail: `${balance} are left, and it decides ${JSON.stringify(decision)}` };
      if (!may) return null;
      boughtAt.push(now);
      pendingUntil = addMs(now, prng.int(0, 60) * MS_PER_HOUR);
      seen.set('reload', (seen.get('reload') ?? 0) + 1);
      return null;
    },
  };
}
