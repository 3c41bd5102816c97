import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessOf, mayMoveAccess, stageAfter } from '../access/access.ts';
import { at } from '../testing/factories.ts';
import { addMs, formatInstant, type Instant, MS_PER_DAY } from '../time/instant.ts';
import { localOf, zoneNamed } from '../time/zone.ts';
import { backTest, type PastFailure, triesAhead } from './back-test.ts';
import {
  type Campaign,
  type CampaignStep,
  isTry,
  plainCampaign,
  STEP_ACTIONS,
  type StepAction,
  takesAway,
} from './campaign.ts';
import { chooseCampaign, EVERYBODY } from './choose-campaign.ts';
import { FAILURE_KINDS, isNeverAgain, kindOfFailure, NEVER_AGAIN_CODES } from './failure-kind.ts';
import { type DunningFacts, dunningOutlook, nextStep, nextTry, planAfterFailure } from './outlook.ts';
import { countedTries, heldUntil, schemeLimits } from './scheme-limit.ts';
import { campaignFaults } from './validate-campaign.ts';

const NOW = at('2026-03-28T11:00:00Z');

const step = (day: number, action: StepAction, more: Partial<CampaignStep> = {}): CampaignStep => ({
  key: `${action}_${day}`,
  day,
  action,
  kinds: null,
  mail: action === 'mail' ? 'reminder' : null,
  ...more,
});

const campaign = (steps: readonly CampaignStep[], more: Partial<Campaign> = {}): Campaign => ({
  kind: 'charge',
  steps,
  hours: null,
  paydays: null,
  failureMail: 'each',
  ...more,
});

const facts = (more: Partial<DunningFacts> = {}): DunningFacts => ({
  anchorAt: NOW,
  pausedMs: 0,
  kind: 'soft_decline',
  kindSince: NOW,
  lastFailureAt: NOW,
  settled: [],
  tries: [NOW],
  methodKind: 'card',
  isBlocked: false,
  hasOther: false,
  timeZone: 'Europe/Berlin',
  ...more,
});

const timesOf = (list: readonly { at: Instant }[]) => list.map(({ at: time }) => formatInstant(time));

const arbStep = fc.record({
  day: fc.integer({ min: 0, max: 60 }),
  action: fc.constantFrom(...STEP_ACTIONS),
  kinds: fc.option(fc.subarray([...FAILURE_KINDS], { minLength: 1 }), { nil: null }),
});
const arbCampaign = fc
  .record({
    steps: fc.array(arbStep, { maxLength: 30 }),
    hours: fc.option(fc.constant({ fromMinute: 540, toMinute: 1_020, weekdays: [1, 2, 3, 4, 5] as const }), {
      nil: null,
    }),
    paydays: fc.option(
      fc.record({
        days: fc.subarray(['first', 'fifteenth', 'friday', 'month_end'] as const, { minLength: 1 }),
        withinDays: fc.integer({ min: 1, max: 14 }),
      }),
      { nil: null },
    ),
  })
  .map(({ steps, hours, paydays }) =>
    campaign(
      steps.map((one, index) => ({
        ...one,
        key: `s${index}`,
        mail: one.action === 'mail' ? ('reminder' as const) : null,
      })),
      { hours, paydays },
    ),
  );
const arbFacts = fc
  .record({
    offsetMs: fc.integer({ min: 0, max: 700 * MS_PER_DAY }),
    kind: fc.constantFrom(...FAILURE_KINDS),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland'),
    methodKind: fc.constantFrom('card', 'sepa_debit', null),
    isBlocked: fc.boolean(),
    hasOther: fc.boolean(),
  })
  .map(({ offsetMs, ...more }) => {
    const anchorAt = addMs(NOW, offsetMs);
    return facts({ ...more, anchorAt, kindSince: anchorAt, lastFailureAt: anchorAt, tries: [anchorAt] });
  });

describe('a campaign', () => {
  test('I300 steps never overtake each other, and whoever asks again is told the same', () => {
    fc.assert(
      fc.property(arbCampaign, arbFacts, (one, known) => {
        const { ahead } = dunningOutlook(one, known);
        const times = ahead.map(({ at: time }) => time);
        expect(times).toEqual([...times].sort((left, right) => left - right));
        expect(dunningOutlook(one, known).ahead).toEqual(ahead);
        expect(times.every((time) => time >= known.anchorAt)).toBe(true);
      }),
    );
  });

  test('I301 after a code that forbids it the same method is never tried again', () => {
    fc.assert(
      fc.property(arbCampaign, arbFacts, (one, known) => {
        const tried = triesAhead(one, { ...known, isBlocked: true, hasOther: false });
        expect(tried).toEqual([]);
      }),
    );
    for (const code of NEVER_AGAIN_CODES) expect(isNeverAgain(code)).toBe(true);
    expect(isNeverAgain('insufficient_funds')).toBe(false);
  });

  test('I302 no method is tried more often than its scheme allows, whatever the campaign says', () => {
    fc.assert(
      fc.property(arbCampaign, arbFacts, (one, known) => {
        const own = triesAhead(one, { ...known, hasOther: false });
        const tries = [known.anchorAt, ...own.map(({ at: time }) => time)];
        for (const { tries: most, days } of schemeLimits(known.methodKind))
          for (const time of tries) {
            const inside = tries.filter((other) => other <= time && other > time - days * MS_PER_DAY);
            expect(inside.length).toBeLessThanOrEqual(most);
          }
      }),
    );
  });

  test('I404 a first charge counts what failed and nothing that paid, a try that is made again counts both', () => {
    const day = (days: number) => addMs(NOW, -days * MS_PER_DAY);
    const tries = Array.from({ length: 20 }, (_, index) => ({
      at: day(index + 1),
      hasFailed: index % 10 === 0,
    }));
    expect(countedTries(tries, true)).toEqual([day(1), day(11)]);
    expect(countedTries(tries, false)).toHaveLength(20);
    expect(heldUntil(NOW, countedTries(tries, true), schemeLimits('card'))).toBeNull();
    expect(heldUntil(NOW, countedTries(tries, false), schemeLimits('card'))).not.toBeNull();
    const failed = tries.map(({ at }) => ({ at, hasFailed: true }));
    // The fifteenth before this one must be thirty days old.
    expect(heldUntil(NOW, countedTries(failed, true), schemeLimits('card'))).toBe(
      addMs(day(15), 30 * MS_PER_DAY),
    );
  });

  test('I303 nothing is taken away while a try before it may still bring the money', () => {
    fc.assert(
      fc.property(arbCampaign, arbFacts, fc.boolean(), (one, known, isUnderWay) => {
        const { ahead } = dunningOutlook(one, known);
        const next = nextStep(ahead, isUnderWay);
        if (next === null || !takesAway(next.step.action)) return;
        expect(isUnderWay).toBe(false);
        expect(ahead.slice(0, ahead.indexOf(next)).some(({ step: { action } }) => isTry(action))).toBe(false);
      }),
    );
  });

  test('what holds where nothing was published retries after its days and ends with the last', () => {
    const plain = plainCampaign([3, 5, 7]);
    expect(campaignFaults(plain)).toEqual([]);
    expect(timesOf(triesAhead(plain, facts()))).toEqual([
      '2026-03-31T10:00:00Z',
      '2026-04-05T10:00:00Z',
      '2026-04-12T10:00:00Z',
    ]);
    const last = at('2026-04-12T10:00:00Z');
    const outcome = (now: Instant, failureCount: number, more: Partial<DunningFacts> = {}) =>
      planAfterFailure(plain, facts({ lastFailureAt: now, ...more }), {
        now,
        failureCount,
        isPaused: false,
      });
    expect(outcome(NOW, 1)).toMatchObject({ ends: false, retryStep: { key: 'retry_1' } });
    expect(outcome(last, 4)).toMatchObject({ ends: true, retryAt: null });
    // A customer who fails by hand between two retries loses none of them.
    expect(outcome(at('2026-03-29T08:00:00Z'), 2).retryStep?.key).toBe('retry_1');
    // Without hope nothing is retried, but the time that the campaign gives is given.
    expect(outcome(NOW, 1, { isBlocked: true })).toMatchObject({ retryAt: null, ends: false });
    expect(campaignFaults(plainCampaign([]))).toEqual([]);
    expect(
      planAfterFailure(plainCampaign([]), facts(), { now: NOW, failureCount: 1, isPaused: false }).ends,
    ).toBe(true);
  });

  test('what staff hold back plans nothing and ends nothing, and what is ahead moves by the time it was held', () => {
    const plain = plainCampaign([3]);
    const held = planAfterFailure(plain, facts(), { now: NOW, failureCount: 1, isPaused: true });
    expect(held).toMatchObject({ retryAt: null, ends: false });
    const moved = dunningOutlook(plain, facts({ pausedMs: 2 * MS_PER_DAY })).ahead;
    expect(timesOf(moved)[0]).toBe('2026-04-02T11:00:00Z');
  });

  test('branches by the kind of failure, and leaves out what was meant for another kind before it was known', () => {
    const one = campaign([
      step(0, 'mail', { key: 'card', kinds: ['expired_card'], mail: 'method_needed' }),
      step(2, 'mail', { key: 'all' }),
      step(3, 'retry', { kinds: ['soft_decline'] }),
      step(5, 'mail', { key: 'last', kinds: ['expired_card'], mail: 'last_notice' }),
      step(9, 'stop'),
    ]);
    const keys = (more: Partial<DunningFacts>) =>
      dunningOutlook(one, facts(more)).ahead.map(({ step: { key } }) => key);
    expect(keys({})).toEqual(['all', 'retry_3', 'stop_9']);
    expect(keys({ kind: 'expired_card' })).toEqual(['card', 'all', 'last', 'stop_9']);
    expect(keys({ kind: 'expired_card', kindSince: addMs(NOW, 3 * MS_PER_DAY) })).toEqual(['last', 'stop_9']);
    expect(keys({ settled: ['all'] })).toEqual(['retry_3', 'stop_9']);
  });

  test('another method is tried at once where there is one', () => {
    const one = campaign([step(0, 'change_method'), step(3, 'retry'), step(9, 'cancel')]);
    const first = (more: Partial<DunningFacts>) => nextTry(dunningOutlook(one, facts(more)).ahead);
    expect(first({ hasOther: true })).toMatchObject({ at: NOW, step: { action: 'change_method' } });
    expect(first({ hasOther: true, settled: ['change_method_0'] })?.step.action).toBe('retry');
    expect(first({})?.step.action).toBe('retry');
    expect(dunningOutlook(one, facts()).leftOut).toMatchObject([{ reason: 'no_other_method' }]);
  });

  test('keeps to local business hours, and a try waits for a payday that is near', () => {
    const hours = { fromMinute: 540, toMinute: 1_020, weekdays: [1, 2, 3, 4, 5] as const };
    fc.assert(
      fc.property(arbCampaign, arbFacts, (one, known) => {
        for (const { at: time } of dunningOutlook({ ...one, hours }, known).ahead) {
          const minute = Math.floor((localOf(time, zoneNamed(known.timeZone)) % MS_PER_DAY) / 60_000);
          expect(minute).toBeGreaterThanOrEqual(540);
          expect(minute).toBeLessThan(1_020);
        }
      }),
      { numRuns: 50 },
    );
    const next = (day: number, more: Partial<Campaign>) =>
      timesOf(dunningOutlook(campaign([step(day, 'retry')], more), facts()).ahead)[0];
    expect(next(2, { hours })).toBe('2026-03-30T10:00:00Z');
    expect(next(7, { hours })).toBe('2026-04-06T07:00:00Z');
    const paydays = (days: readonly ('first' | 'fifteenth' | 'friday' | 'month_end')[], withinDays = 5) => ({
      paydays: { days, withinDays },
    });
    expect(next(2, paydays(['first']))).toBe('2026-04-01T10:00:00Z');
    expect(next(2, paydays(['month_end']))).toBe('2026-03-31T10:00:00Z');
    expect(next(2, paydays(['friday']))).toBe('2026-04-03T10:00:00Z');
    expect(next(2, paydays(['fifteenth']))).toBe('2026-03-30T10:00:00Z');
    expect(next(16, paydays(['fifteenth']))).toBe('2026-04-15T10:00:00Z');
  });

  test('before the due date of an invoice it reminds, and what was due before the invoice is left out', () => {
    const terms = campaign(
      [step(-7, 'mail'), step(-1, 'mail'), step(14, 'suspend_access'), step(30, 'stop')],
      {
        kind: 'terms',
      },
    );
    expect(campaignFaults(terms)).toEqual([]);
    const issuedAt = addMs(NOW, -3 * MS_PER_DAY);
    const known = facts({ kind: 'terms_overdue', kindSince: issuedAt, lastFailureAt: null, tries: [] });
    expect(dunningOutlook(terms, known).ahead.map(({ step: { key } }) => key)).toEqual([
      'mail_-1',
      'suspend_access_14',
      'stop_30',
    ]);
  });

  test('names every fault with a pointer to it', () => {
    const faulty = campaign(
      [
        step(-2, 'retry', { key: 'a' }),
        step(1, 'mail', { key: 'a', mail: null }),
        step(2, 'sms', { kinds: [] }),
        step(3, 'stop', { kinds: ['soft_decline'] }),
        step(4, 'retry', { kinds: ['terms_overdue'] }),
        step(5, 'mail'),
      ],
      {
        hours: { fromMinute: 600, toMinute: 540, weekdays: [] },
        paydays: { days: [], withinDays: 0 },
      },
    );
    const found = campaignFaults(faulty).map(({ pointer, code }) => `${pointer} ${code}`);
    expect(found).toEqual(
      expect.arrayContaining([
        '/steps/0/day before_failure',
        '/steps/0/day before_due',
        '/steps/1/key repeated',
        '/steps/1/mail not_fitting',
        '/steps/2/kinds empty',
        '/steps/4/kinds not_fitting',
        '/steps/5 after_end',
        '/steps no_end',
        '/hours/from_minute not_before_end',
        '/hours/weekdays empty',
        '/paydays/days empty',
        '/paydays/within_days out_of_range',
      ]),
    );
    const daily = campaign([
      ...Array.from({ length: 20 }, (_, index) => step(index + 1, 'retry')),
      step(30, 'cancel'),
    ]);
    expect(campaignFaults(daily)).toMatchObject([{ pointer: '/steps/14/day', code: 'scheme_limit' }]);
    const charged = campaign([step(3, 'retry'), step(5, 'stop')], { kind: 'terms' });
    expect(campaignFaults(charged)).toMatchObject([{ pointer: '/steps/0/action' }]);
  });

  test('is the first whose segment fits', () => {
    const known = {
      planIds: ['p1'],
      country: 'DE',
      amountMinor: 5_000n,
      currency: 'EUR',
      customerSince: addMs(NOW, -10 * MS_PER_DAY),
      now: NOW,
    };
    const list = [
      { name: 'plan', segment: { ...EVERYBODY, planIds: ['p2'] } },
      { name: 'country', segment: { ...EVERYBODY, countries: ['FR'] } },
      { name: 'amount', segment: { ...EVERYBODY, currency: 'EUR', minAmountMinor: 5_001n } },
      { name: 'currency', segment: { ...EVERYBODY, currency: 'USD', maxAmountMinor: 9_000n } },
      { name: 'tenure', segment: { ...EVERYBODY, minTenureDays: 11 } },
      { name: 'young', segment: { ...EVERYBODY, maxTenureDays: 10, countries: ['DE'], planIds: ['p1'] } },
      { name: 'all', segment: EVERYBODY },
    ];
    expect(chooseCampaign(list, known)?.name).toBe('young');
    expect(chooseCampaign(list.slice(0, 5), known)).toBeUndefined();
    expect(chooseCampaign(list, { ...known, country: null })?.name).toBe('all');
  });

  test('codes tell the kind of a failure, and what nobody knows may pass with time', () => {
    const kinds = [
      kindOfFailure('insufficient_funds', 'card'),
      kindOfFailure('stolen_card', 'card'),
      kindOfFailure('expired_card', 'card'),
      kindOfFailure('authentication_required', 'card'),
      kindOfFailure('insufficient_funds', 'sepa_debit'),
      kindOfFailure('generic_decline', 'sepa_debit'),
      kindOfFailure('account_closed', 'sepa_debit'),
      kindOfFailure('bank_account_restricted', 'sepa_debit'),
      kindOfFailure('payment_method_missing', null),
      kindOfFailure('something_new', 'card'),
    ];
    expect(kinds).toEqual([
      'soft_decline',
      'hard_decline',
      'expired_card',
      'authentication_required',
      'debit_returned',
      'debit_returned',
      'hard_decline',
      'hard_decline',
      'no_method',
      'soft_decline',
    ]);
  });
});

describe('a back-test', () => {
  const past = (id: string, days: readonly (number | [number, 'paid'])[], code = 'insufficient_funds') =>
    ({
      invoiceId: id,
      currency: 'EUR',
      amountMinor: 1_000n,
      timeZone: 'UTC',
      methodKind: 'card',
      tries: days.map((day) => ({
        at: addMs(NOW, (typeof day === 'number' ? day : day[0]) * MS_PER_DAY),
        failureCode: typeof day === 'number' ? code : null,
      })),
    }) satisfies PastFailure;

  test('I304 expects what the same kind of charge brought in the past, and nothing where nothing was tried', () => {
    const history = [
      past('a', [0, [3, 'paid']]),
      past('b', [0, 3, [5, 'paid']]),
      past('c', [0], 'stolen_card'),
    ];
    const { curve, cases } = backTest(plainCampaign([3]), history);
    expect(curve).toEqual([
      { kind: 'soft_decline', fromDay: 3, tries: 2, successes: 1 },
      { kind: 'soft_decline', fromDay: 5, tries: 1, successes: 1 },
    ]);
    expect(cases.map(({ expectedMinor, actualMinor }) => [expectedMinor, actualMinor])).toEqual([
      [499n, 1_000n],
      [499n, 1_000n],
      [0n, 0n],
    ]);
    const [unseen] = backTest(plainCampaign([20]), history).cases;
    expect(unseen).toMatchObject({ expectedMinor: 0n, unknownTries: 1 });
  });

  test('I304 never expects more than was at stake, nor anything of a campaign without tries', () => {
    const arbPast = fc.array(
      fc.record({
        days: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 6 }),
        isPaid: fc.boolean(),
        code: fc.constantFrom('insufficient_funds', 'stolen_card', 'expired_card'),
      }),
      { minLength: 1, maxLength: 10 },
    );
    fc.assert(
      fc.property(arbCampaign, arbPast, (one, raw) => {
        const history = raw.map(({ days, isPaid, code }, index) => {
          const sorted = [...days].sort((left, right) => left - right);
          const last = sorted.at(-1) ?? 0;
          return past(
            `i${index}`,
            [0, ...sorted, ...(isPaid ? [[last, 'paid'] as [number, 'paid']] : [])],
            code,
          );
        });
        for (const { expectedMinor, amountMinor, wouldTry } of backTest(one, history).cases) {
          expect(expectedMinor >= 0n && expectedMinor <= amountMinor).toBe(true);
          if (wouldTry.length === 0) expect(expectedMinor).toBe(0n);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('access', () => {
  test('I305 is the worst of what is unpaid, full with nothing unpaid, and ends for good', () => {
    expect(accessOf('active', [])).toBe('full');
    expect(accessOf('past_due', ['grace', 'suspended', 'limited'])).toBe('suspended');
    expect(accessOf('canceled', [])).toBe('ended');
    expect(accessOf('canceled', ['grace'])).toBe('ended');
    expect(mayMoveAccess('suspended', 'full')).toBe(true);
    expect(mayMoveAccess('ended', 'full')).toBe(false);
    expect(stageAfter('grace', 'limit_access')).toBe('limited');
    expect(stageAfter('suspended', 'limit_access')).toBe('suspended');
    expect(stageAfter('grace', 'mail')).toBe('grace');
  });
});

describe('an invoice that Stripe collects', () => {
  test('I370 nothing is charged and nothing ended here, and what speaks or limits keeps its time', () => {
    fc.assert(
      fc.property(fc.array(arbStep, { minLength: 1, maxLength: 12 }), (steps) => {
        const one = campaign(steps.map((each, index) => ({ ...each, key: `s${index}` })) as CampaignStep[]);
        const ours = dunningOutlook(one, facts({ hasOther: true }));
        const theirs = dunningOutlook(one, facts({ hasOther: true, isAtStripe: true }));
        const isTheirs = ({ step: { action } }: { step: CampaignStep }) =>
          isTry(action) || action === 'cancel';
        expect(theirs.ahead).toEqual(ours.ahead.filter((each) => !isTheirs(each)));
        expect(theirs.leftOut.filter(isTheirs).every(({ reason }) => reason === 'done_at_stripe')).toBe(true);
        const plan = planAfterFailure(one, facts({ isAtStripe: true }), {
          now: addMs(NOW, 400 * MS_PER_DAY),
          failureCount: 1,
          isPaused: false,
        });
        expect(plan).toMatchObject({ retryAt: null, retryStep: null, ends: false });
      }),
    );
  });
});
