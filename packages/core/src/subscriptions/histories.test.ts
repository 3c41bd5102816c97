import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BillingInput } from '../invoicing/decide-invoice.ts';
import type { ProposedLine } from '../invoicing/line.ts';
import { previewDecision } from '../invoicing/preview.ts';
import { proposeLines } from '../invoicing/propose-lines.ts';
import { trialBalance } from '../ledger/trial-balance.ts';
import { applySubscriptionChange } from '../subscriptions/apply-change.ts';
import { EUR, unwrap } from '../testing/factories.ts';
import {
  AMOUNT_COUPONS,
  type History,
  history,
  PERCENT_COUPONS,
  type Playing,
  playHistory,
} from '../testing/histories.ts';
import { addMs, MS_PER_DAY } from '../time/instant.ts';
import { periodsOverlap } from '../time/period.ts';
import { boundary, periodIndexAt } from '../time/schedule.ts';
import { periodUsage } from '../usage/period-usage.ts';
import { decideUndo } from './decide-undo.ts';
import { itemGrid } from './items.ts';
import type { Subscription } from './subscription.ts';

const NOTHING = { changes: [], events: [] };
const AT_DUE_MOMENTS: Playing = { everyDays: 0, atDueMoments: true };
const AT_THE_END: Playing = { everyDays: 0, atDueMoments: false };
const RUNS = { numRuns: 60 };

/** What lines say; a charge that is taken back whole says nothing, for it is made only if billing ran between. */
function facts(lines: readonly ProposedLine[]): string[] {
  const named = new Map(lines.map((line) => [line.key, line]));
  const voided = new Set(
    lines.flatMap(({ key, amountMinor, explanation: { basis } }) =>
      basis?.kind === 'charge' &&
      amountMinor === -basis.chargedMinor &&
      isSameStretch(named.get(key), named.get(basis.chargedKey))
        ? [key, basis.chargedKey]
        : [],
    ),
  );
  return lines
    .filter(({ key }) => !voided.has(key))
    .map(({ kind, itemId, priceId, servicePeriod, quantity, grossMinor, amountMinor }) =>
      [kind, itemId, priceId, servicePeriod.start, servicePeriod.end, quantity, grossMinor, amountMinor].join(
        ' ',
      ),
    )
    .sort();
}

function isSameStretch(credit: ProposedLine | undefined, charge: ProposedLine | undefined): boolean {
  return credit?.servicePeriod.start === charge?.servicePeriod.start;
}

/** The subscription without when billing looks again. */
function stateOf(subscription: Subscription) {
  return { ...subscription, nextActionAt: null };
}

function isSplitEqually(tale: History, coupons: Playing['coupons']): void {
  const once = playHistory(tale, { ...AT_THE_END, coupons }).account;
  for (const playing of [{ everyDays: 11, atDueMoments: false }, AT_DUE_MOMENTS]) {
    const { account } = playHistory(tale, { ...playing, coupons });
    expect(facts(account.lines())).toEqual(facts(once.lines()));
    expect(account.subscription).toEqual(once.subscription);
  }
}

describe('whatever happens to a subscription', () => {
  test('I61 moving the clock in one step or in many gives equal lines, through every operation', () => {
    fc.assert(
      fc.property(history, (tale) => isSplitEqually(tale, PERCENT_COUPONS)),
      RUNS,
    );
  });

  test('I61 moving the clock in one step or in many gives equal lines, also with amounts off', () => {
    fc.assert(
      fc.property(history, (tale) => isSplitEqually(tale, [...AMOUNT_COUPONS, ...PERCENT_COUPONS])),
      RUNS,
    );
  });

  test('I59 deciding again changes nothing, after every operation', () => {
    fc.assert(
      fc.property(history, (tale) => {
        const { account, end } = playHistory(tale, AT_DUE_MOMENTS, (seen, now) => {
          seen.bill(now);
          expect(unwrap(seen.decide(now))).toMatchObject({ changes: [], events: [], invoice: null });
        });
        const { subscription, settings, books } = account;
        const again = { subscription, now: end, usage: [], settings, billed: books.billed };
        expect(unwrap(proposeLines(again))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('I01 no stretch of service of an item is billed twice, through every operation', () => {
    fc.assert(
      fc.property(history, (tale) => {
        const byFact = new Map<string, ProposedLine[]>();
        for (const line of playHistory(tale, AT_DUE_MOMENTS).account.lines()) {
          const others = byFact.get(`${line.itemId}/${line.kind}`) ?? [];
          for (const other of others)
            expect(periodsOverlap(line.servicePeriod, other.servicePeriod)).toBe(false);
          byFact.set(`${line.itemId}/${line.kind}`, [...others, line]);
        }
      }),
      RUNS,
    );
  });

  test('I02 the lines of an item tile its life up to its end or the present, through every operation', () => {
    fc.assert(
      fc.property(history, (tale) => {
        const { account, end } = playHistory(tale, AT_DUE_MOMENTS);
        for (const item of account.subscription.items) {
          const spans = account
            .lines()
            .filter((line) => line.itemId === item.id && line.kind !== 'proration_credit')
            .map((line) => line.servicePeriod)
            .sort((a, b) => a.start - b.start);
          for (const [index, span] of spans.entries())
            expect(span.start).toBe(index === 0 ? item.activeFrom : spans[index - 1]!.end);
          const grid = itemGrid(account.subscription, item);
          const running = boundary(grid, periodIndexAt(grid, end));
          const due = item.price.timing === 'in_advance' ? end : Math.max(running, item.activeFrom);
          const until = item.activeTo === null ? due : Math.min(item.activeTo, due);
          if (until > item.activeFrom) expect(spans.at(-1)?.end).toBeGreaterThanOrEqual(until);
        }
      }),
      RUNS,
    );
  });

  test('I25 I28 the books balance and credit is never below zero, through every operation', () => {
    fc.assert(
      fc.property(history, (tale) => {
        const { account } = playHistory(tale, AT_DUE_MOMENTS, (played) =>
          expect(played.creditBalanceMinor).toBeGreaterThanOrEqual(0n),
        );
        const balances = trialBalance(account.books.ledger);
        expect(balances.reduce((sum, balance) => sum + balance.balanceMinor, 0n)).toBe(0n);
        const liability = balances.find((entry) => entry.account === 'credit_liability')?.balanceMinor ?? 0n;
        expect(-liability).toBe(account.creditBalanceMinor);
      }),
      RUNS,
    );
  });

  test('I73 undoing what was laid ahead restores the subscription', () => {
    fc.assert(
      fc.property(history, (tale) => {
        playHistory(tale, AT_DUE_MOMENTS, (account, now, before) => {
          const after = account.subscription;
          const laid = after.schedule.filter(({ id }) => !before.schedule.some((step) => step.id === id));
          const isKept = before.schedule.every(({ id }) => after.schedule.some((step) => step.id === id));
          // What was carried out at once, or replaced another step, is not undone this way.
          if (!isKept || before.items !== after.items || before.pauses !== after.pauses) return;
          const undone = laid.reduce((subscription, { id }) => {
            const decision = decideUndo({ now, subscription, stepId: id });
            return decision.ok
              ? decision.value.changes.reduce(applySubscriptionChange, subscription)
              : subscription;
          }, after);
          if (laid.length > 0) expect(stateOf(undone)).toEqual(stateOf(before));
        });
      }),
      RUNS,
    );
  });

  test('I74 discounts never take a line below zero, and an amount is granted once a period', () => {
    fc.assert(
      fc.property(history, (tale) => {
        const coupons = [...AMOUNT_COUPONS, ...PERCENT_COUPONS];
        const lines = playHistory(tale, { ...AT_DUE_MOMENTS, coupons }).account.lines();
        const used = new Map<string, bigint>();
        const note = (key: string, minor: bigint) => used.set(key, (used.get(key) ?? 0n) + minor);
        for (const line of lines) {
          if (line.grossMinor >= 0n) expect(line.amountMinor).toBeGreaterThanOrEqual(0n);
          const taken = line.discounts.reduce((sum, discount) => sum + discount.amountMinor, 0n);
          expect(line.grossMinor - taken).toBe(line.amountMinor);
          const { basis } = line.explanation;
          const charged =
            basis?.kind === 'charge' ? lines.find(({ key }) => key === basis.chargedKey) : undefined;
          for (const { discountId, periodIndex, percent, amountMinor } of line.discounts)
            if (percent === null) note(`${discountId}/${periodIndex}`, amountMinor);
          // What is taken back of a charge is taken back of its discounts too, and may be granted again.
          for (const { discountId, periodIndex, percent, amountMinor } of charged?.discounts ?? [])
            if (percent === null)
              note(`${discountId}/${periodIndex}`, (amountMinor * line.amountMinor) / charged!.amountMinor);
        }
        for (const amountMinor of used.values()) expect(amountMinor).toBeLessThanOrEqual(800n);
      }),
      RUNS,
    );
  });

  test('I75 no period begins to be charged inside a pause', () => {
    fc.assert(
      fc.property(history, (tale) => {
        const { account } = playHistory(tale, AT_DUE_MOMENTS);
        for (const { from, to } of account.subscription.pauses) {
          for (const { kind, servicePeriod } of account.lines()) {
            if (kind !== 'recurring' && kind !== 'usage') continue;
            expect(servicePeriod.start > from && (to === null || servicePeriod.start < to)).toBe(false);
          }
        }
      }),
      RUNS,
    );
  });

  test('I99 the next invoice of a preview is the next invoice', () => {
    fc.assert(
      fc.property(history, (tale) => {
        const { account, end } = playHistory(tale, AT_DUE_MOMENTS);
        const { books, settings, taxChoice, hasPaymentMethod } = account;
        const billing: BillingInput = {
          now: end,
          invoiceId: 'preview',
          customer: { id: 'cus_1', currency: EUR, creditBalanceMinor: account.creditBalanceMinor },
          subscriptions: [...books.subscriptions.values()],
          billed: [...books.billed],
          usage: [],
          taxChoice,
          settings,
          hasPaymentMethod,
        };
        const first = unwrap(previewDecision(billing, NOTHING)).next;
        const usage = (first?.openUsage ?? []).map(({ itemId, meterId, period }) => ({
          itemId,
          meterId,
          period,
          digest: null,
          ...periodUsage(account.readings.get(meterId) ?? [], period),
        }));
        const { today, next } = unwrap(previewDecision({ ...billing, usage }, NOTHING));
        expect(today.invoice).toBeNull();
        if (next === null) {
          account.billThrough(addMs(end, 400 * MS_PER_DAY));
          expect(account.books.billed).toHaveLength(billing.billed.length);
          return;
        }
        account.billThrough(addMs(next.at, -1));
        expect(account.books.billed).toHaveLength(billing.billed.length);
        const { invoice } = account.bill(next.at);
        expect(next.decision.invoice?.totals).toEqual(invoice?.totals);
        expect(next.decision.invoice?.lines).toEqual(invoice?.lines);
      }),
      RUNS,
    );
  });
});
