import type { Instant } from '../time/instant.ts';
import { MS_PER_DAY } from '../time/instant.ts';
import type { Campaign } from './campaign.ts';
import type { FailureKind } from './failure-kind.ts';
import { isNeverAgain, kindOfFailure } from './failure-kind.ts';
import { type AheadStep, type DunningFacts, dunningOutlook, nextTry } from './outlook.ts';

/** One invoice whose charge failed, as it went. */
export interface PastFailure {
  readonly invoiceId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly timeZone: string;
  readonly methodKind: string | null;
  /** Charges by ourselves, oldest first; the first one failed. */
  readonly tries: readonly { readonly at: Instant; readonly failureCode: string | null }[];
}

/** How often charges made so long after the first failure succeeded. */
export interface CurvePoint {
  readonly kind: FailureKind;
  /** Whole days after the first failure, the beginning of the stretch. */
  readonly fromDay: number;
  readonly tries: number;
  readonly successes: number;
}

export interface BackTestCase {
  readonly invoiceId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly kind: FailureKind;
  readonly wouldTry: readonly AheadStep[];
  /** Of the amount, what tries like these brought in the past; rounded down. */
  readonly expectedMinor: bigint;
  /** Tries at times at which nothing was ever tried: nothing is expected of them. */
  readonly unknownTries: number;
  /** What came in by tries as it really went. */
  readonly actualMinor: bigint;
}

export interface BackTest {
  readonly curve: readonly CurvePoint[];
  readonly cases: readonly BackTestCase[];
}

/** Stretches of days inside which charges count as alike. */
const STRETCHES: readonly number[] = [0, 1, 3, 5, 7, 10, 14, 21, 30, 60];
const CERTAIN = 1_000_000_000_000n;

/**
 * What a campaign would have done about failures of the past, and what that may have brought if charges had gone as
 * often as the seller's own charges of that kind at that time went. It assumes that charges are independent of each
 * other. Nothing is expected where nothing was observed, and never more than was at stake.
 */
export function backTest(campaign: Campaign, past: readonly PastFailure[]): BackTest {
  const curve = successCurve(past);
  return { curve, cases: past.flatMap((failure) => caseOf(campaign, failure, curve) ?? []) };
}

/** The seller's own curve: of what kind the first failure was, how late the charge came, how it ended. */
export function successCurve(past: readonly PastFailure[]): readonly CurvePoint[] {
  const points = new Map<string, { kind: FailureKind; fromDay: number; tries: number; successes: number }>();
  for (const failure of past) {
    const first = failure.tries[0];
    const kind = kindOfPast(failure);
    if (first === undefined || kind === null) continue;
    for (const { at, failureCode } of failure.tries.slice(1)) {
      const fromDay = stretchOf(first.at, at);
      const key = `${kind} ${fromDay}`;
      const point = points.get(key) ?? { kind, fromDay, tries: 0, successes: 0 };
      point.tries += 1;
      if (failureCode === null) point.successes += 1;
      points.set(key, point);
    }
  }
  return [...points.values()].sort(
    (left, right) => left.kind.localeCompare(right.kind) || left.fromDay - right.fromDay,
  );
}

function kindOfPast({ tries, methodKind }: PastFailure): FailureKind | null {
  const code = tries[0]?.failureCode ?? null;
  return code === null ? null : kindOfFailure(code, methodKind);
}

function stretchOf(first: Instant, at: Instant): number {
  const days = (at - first) / MS_PER_DAY;
  return STRETCHES.reduce((from, next) => (next <= days ? next : from), 0);
}

function caseOf(campaign: Campaign, failure: PastFailure, curve: readonly CurvePoint[]): BackTestCase | null {
  const first = failure.tries[0];
  const kind = kindOfPast(failure);
  if (first?.failureCode == null || kind === null) return null;
  const wouldTry = triesAhead(campaign, {
    anchorAt: first.at,
    pausedMs: 0,
    kind,
    kindSince: first.at,
    lastFailureAt: first.at,
    settled: [],
    tries: [first.at],
    methodKind: failure.methodKind,
    isBlocked: isNeverAgain(first.failureCode),
    // Which other methods there were then is not known, so nothing is promised of them.
    hasOther: false,
    timeZone: failure.timeZone,
  });
  let open = CERTAIN;
  let unknownTries = 0;
  for (const { at } of wouldTry) {
    const fromDay = stretchOf(first.at, at);
    const point = curve.find((one) => one.kind === kind && one.fromDay === fromDay);
    if (point === undefined) unknownTries += 1;
    else open = (open * BigInt(point.tries - point.successes)) / BigInt(point.tries);
  }
  // What is left open was rounded down at each step, so it is rounded up again before it is taken off.
  const share = open === CERTAIN ? 0n : CERTAIN - open - BigInt(wouldTry.length);
  const { invoiceId, currency, amountMinor } = failure;
  return {
    invoiceId,
    currency,
    amountMinor,
    kind,
    wouldTry,
    expectedMinor: share > 0n ? (amountMinor * share) / CERTAIN : 0n,
    unknownTries,
    actualMinor: failure.tries.some(({ failureCode }) => failureCode === null) ? amountMinor : 0n,
  };
}

/** Every try that would be made if each of them failed. */
export function triesAhead(campaign: Campaign, facts: DunningFacts): readonly AheadStep[] {
  const tries: AheadStep[] = [];
  let now = facts;
  for (;;) {
    const next = nextTry(dunningOutlook(campaign, now).ahead);
    if (next === null) return tries;
    tries.push(next);
    now = {
      ...now,
      lastFailureAt: next.at,
      settled: [...now.settled, next.step.key],
      tries: [...now.tries, next.at],
    };
  }
}
