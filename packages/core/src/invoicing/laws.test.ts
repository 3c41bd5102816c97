import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlanVersion } from '../catalog/plan.ts';
import { trialBalance } from '../ledger/trial-balance.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import { decideChange } from '../subscriptions/decide-change.ts';
import { decideSeats } from '../subscriptions/decide-seats.ts';
import { Account, at, flat, metered, plan, seats, unwrap, version } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { YEARLY } from '../time/cadence.ts';
import { type Instant, instant, MS_PER_DAY } from '../time/instant.ts';
import { periodsOverlap } from '../time/period.ts';
import type { ProposedLine } from './line.ts';
import { proposeLines, usageWindows } from './propose-lines.ts';
import { DEFAULT_BILLING_SETTINGS } from './settings.ts';

const SPAN_DAYS = 500;
const PLANS: readonly PlanVersion[] = [
  version('s', [flat('s', 999n), metered('m', '0.013')]),
  version('l', [flat('l', 3100n), seats('seat', '7.77'), metered('m', '0.007')], 9),
  version('y', [flat('y', 29000n, { cadence: YEARLY }), metered('m', '0.01')]),
  version('w', [seats('ws', '2.5', { cadence: { interval: 'week', count: 2 }, timing: 'in_arrears' })]),
];

type Action =
  | { readonly day: number; readonly kind: 'use'; readonly units: number }
  | {
      readonly day: number;
      readonly kind: 'plan';
      readonly plan: number;
      readonly when: 'now' | 'period_end';
    }
  | { readonly day: number; readonly kind: 'seats'; readonly seats: number }
  | {
      readonly day: number;
      readonly kind: 'cancel';
      readonly when: 'now' | 'period_end';
      readonly creditUnused: boolean;
    };

const day = fc.double({ min: 0, max: SPAN_DAYS, noNaN: true });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      day,
      kind: fc.constant('use' as const),
      units: fc.integer({ min: 1, max: 1000 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      day,
      kind: fc.constant('plan' as const),
      plan: fc.nat(3),
      when: fc.constantFrom('now' as const, 'period_end' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      day,
      kind: fc.constant('seats' as const),
      seats: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      day,
      kind: fc.constant('cancel' as const),
      when: fc.constantFrom('now' as const, 'period_end' as const),
      creditUnused: fc.boolean(),
    }),
  },
);
const story = fc.record({
  start: fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2026, 11, 31) }),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'),
  plan: fc.nat(3),
  actions: fc.array(action, { maxLength: 10 }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** Plays a story; `betweenDays` is how often billing runs besides the moments of the actions; 0 for only at the end. */
function play(tale: Story, betweenDays: number, atDueMoments: boolean): Account {
  const start = instant(tale.start);
  const account = new Account({ settings: { maxLinesPerSubscriptionDay: 100 } });
  account.start(start, PLANS[tale.plan]!, { timeZone: tale.zone, seats: 3n });
  const end = instant(start + (SPAN_DAYS + 40) * MS_PER_DAY);
  let ids = 0;
  const itemIds = (count: number) =>
    Array.from({ length: count }, () => {
      ids += 1;
      return `i${ids}`;
    });
  let now: Instant = start;
  const moveTo = (to: Instant) => {
    if (atDueMoments) account.billThrough(to);
    for (
      let step = now + betweenDays * MS_PER_DAY;
      betweenDays > 0 && step < to;
      step += betweenDays * MS_PER_DAY
    )
      account.bill(instant(Math.round(step)));
    now = to;
  };
  for (const entry of [...tale.actions].sort((a, b) => a.day - b.day)) {
    const moment = instant(Math.round(start + entry.day * MS_PER_DAY));
    moveTo(moment);
    // Commands see the subscription as it is at their moment, so billing moves it along first, as the server does.
    account.bill(moment);
    act(account, entry, moment, itemIds);
  }
  moveTo(end);
  account.bill(end);
  return account;
}

function act(account: Account, entry: Action, now: Instant, itemIds: (count: number) => string[]): void {
  const { subscription } = account;
  if (entry.kind === 'use') {
    account.use('meter_m', now, BigInt(entry.units));
    return;
  }
  const index = PLANS.findIndex((candidate) => candidate.id === subscription.planVersionId);
  const asked = (count: number) => ({
    itemIds: itemIds(count),
    stepId: itemIds(1)[0]!,
    isProrated: true,
    days: DEFAULT_PRORATION_POLICY,
  });
  const decision =
    entry.kind === 'seats'
      ? decideSeats({ now, subscription, seats: BigInt(entry.seats), when: 'now', ...asked(1) })
      : entry.kind === 'cancel'
        ? decideCancel({
            now,
            subscription,
            when: entry.when,
            creditUnused: entry.creditUnused,
            reason: 'story',
            stepId: itemIds(1)[0]!,
            days: DEFAULT_PRORATION_POLICY,
          })
        : decideChange({
            now,
            subscription,
            currentPlan: plan('a', index),
            newPlan: plan('b', entry.plan),
            newVersion: PLANS[entry.plan]!,
            seats: null,
            when: entry.when,
            direction: null,
            ...asked(PLANS[entry.plan]!.prices.length),
          });
  if (decision.ok) account.apply(decision.value);
}

function facts(lines: readonly ProposedLine[]): string[] {
  // The id of the first items differs from run to run, so a line is named by what it bills.
  return lines
    .map((line) =>
      [
        line.kind,
        line.priceId,
        line.servicePeriod.start,
        line.servicePeriod.end,
        line.quantity,
        line.amountMinor,
      ].join(' '),
    )
    .sort();
}

test('I61 moving the clock in one step or in many gives equal lines', () => {
  fc.assert(
    fc.property(story, (tale) => {
      const once = facts(play(tale, 0, false).lines());
      expect(facts(play(tale, 13, false).lines())).toEqual(once);
      expect(facts(play(tale, 0, true).lines())).toEqual(once);
    }),
    { numRuns: 60 },
  );
});

test('I01 no stretch of service of an item is billed twice', () => {
  fc.assert(
    fc.property(story, (tale) => {
      const lines = play(tale, 31, true).lines();
      expect(new Set(lines.map((line) => line.key)).size).toBe(lines.length);
      for (const [index, line] of lines.entries()) {
        for (const other of lines.slice(index + 1)) {
          const same = other.itemId === line.itemId && other.kind === line.kind;
          expect(same && periodsOverlap(line.servicePeriod, other.servicePeriod)).toBe(false);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('I02 every moment of every item is billed: its lines tile its life', () => {
  fc.assert(
    fc.property(story, (tale) => {
      const account = play(tale, 0, true);
      for (const item of account.subscription.items) {
        const spans = account
          .lines()
          .filter((line) => line.itemId === item.id && line.kind !== 'proration_credit')
          .map((line) => line.servicePeriod)
          .sort((a, b) => a.start - b.start);
        for (const [index, span] of spans.entries()) {
          expect(span.start).toBe(index === 0 ? item.activeFrom : spans[index - 1]!.end);
        }
        const end = item.activeTo ?? account.subscription.nextActionAt ?? item.activeFrom;
        if (item.activeTo !== null && end > item.activeFrom)
          expect(spans.at(-1)!.end).toBeGreaterThanOrEqual(end);
      }
    }),
    { numRuns: 60 },
  );
});

test('I02 what is charged and credited in advance adds up to the time that was used', () => {
  fc.assert(
    fc.property(story, (tale) => {
      const account = play(tale, 0, true);
      for (const item of account.subscription.items) {
        if (item.price.timing !== 'in_advance' || item.activeTo === null || !item.creditUnused) continue;
        let coveredMs = 0;
        for (const line of account.lines().filter((candidate) => candidate.itemId === item.id)) {
          const ms = line.servicePeriod.end - line.servicePeriod.start;
          coveredMs += line.kind === 'proration_credit' ? -ms : ms;
        }
        expect(coveredMs).toBe(item.activeTo - item.activeFrom);
      }
    }),
    { numRuns: 60 },
  );
});

test('I59 proposing everything again finds exactly the lines that are billed', () => {
  fc.assert(
    fc.property(story, fc.nat(SPAN_DAYS), (tale, days) => {
      const account = play(tale, 0, true);
      const { subscription } = account;
      const now = instant(tale.start + (SPAN_DAYS + 40) * MS_PER_DAY);
      const { billed } = account.books;
      const settings = DEFAULT_BILLING_SETTINGS;
      expect(usageWindows({ subscription, now, settings, billed })).toEqual([]);
      const again = proposeLines({
        subscription,
        now,
        usage: [],
        settings,
        billed,
      });
      expect(unwrap(again)).toEqual([]);
      expect(
        unwrap(account.decide(instant(Math.min(now, tale.start + days * MS_PER_DAY)))).invoice,
      ).toBeNull();
    }),
    { numRuns: 40 },
  );
});

test('I32 all usage before the end of the billed time is billed once', () => {
  const tale: Story = { start: at('2026-01-31T08:00:00Z'), zone: 'Europe/Berlin', plan: 0, actions: [] };
  fc.assert(
    fc.property(fc.array(fc.nat(SPAN_DAYS - 40), { maxLength: 50 }), (days) => {
      const actions: Action[] = days.map((usedDay) => ({ day: usedDay, kind: 'use', units: 3 }));
      const middle: Action = { day: 77.5, kind: 'plan', plan: 2, when: 'now' };
      const lines = play({ ...tale, actions: [...actions, middle] }, 0, true)
        .lines()
        .filter((line) => line.kind === 'usage');
      const billed = lines.reduce((sum, line) => sum + line.quantity, 0n);
      expect(billed).toBe(BigInt(days.length * 3) * 10n ** 12n);
    }),
    { numRuns: 30 },
  );
});

test('I25 the trial balance of every story is zero', () => {
  fc.assert(
    fc.property(story, (tale) => {
      const account = play(tale, 0, true);
      const { creditBalanceMinor } = account;
      const balances = trialBalance(account.books.ledger);
      expect(balances.reduce((sum, balance) => sum + balance.balanceMinor, 0n)).toBe(0n);
      const liability =
        balances.find((balance) => balance.account === 'credit_liability')?.balanceMinor ?? 0n;
      expect(-liability).toBe(creditBalanceMinor);
    }),
    { numRuns: 40 },
  );
});

test('a story that asks for more lines in a day than the bound is parked, not billed', () => {
  const account = new Account({ settings: { maxLinesPerSubscriptionDay: 1, maxLinesPerPriceDay: 0 } });
  account.start(at('2026-01-01T00:00:00Z'), PLANS[1]!, { withTrial: false });
  expect(codeOf(account.decide(at('2026-01-01T00:00:00Z')))).toBe('billing.safety_bound');
});
