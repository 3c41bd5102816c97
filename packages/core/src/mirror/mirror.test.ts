import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal12FromInteger } from '../kernel/decimal.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import { applySubscriptionChange } from '../subscriptions/apply-change.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import { decideRenewal } from '../subscriptions/decide-renewal.ts';
import { FROM_PLAN, type Subscription } from '../subscriptions/subscription.ts';
import { at, dec, flat, metered, price, seats, unwrap } from '../testing/factories.ts';
import { addMs, MS_PER_HOUR } from '../time/instant.ts';
import { decideMirroredInvoice } from './decide-invoice.ts';
import { decideMirroredSubscription, type SoldPrice } from './decide-subscription.ts';
import { keyOf, planFromStripe, soldBesideLicensed } from './import-catalogue.ts';
import type { InvoiceAtStripe } from './invoice-at-stripe.ts';
import { decideMeterReport, type SentReport } from './meter-report.ts';
import { priceFromStripe, priceToStripe } from './price-at-stripe.ts';
import { countSteps } from './steps-ahead.ts';
import type { SubscriptionAtStripe } from './subscription-at-stripe.ts';

const START = at('2026-01-31T10:00:00Z');
const NOW = at('2026-02-10T00:00:00Z');

const sold = (planId: string, entry: SoldPrice['price']): SoldPrice => ({
  price: entry,
  planId,
  planVersionId: `${planId}_v1`,
  currency: 'EUR',
  source: FROM_PLAN,
});

const SOLD = new Map([
  ['price_basic', sold('plan_basic', flat('basic', 2000n))],
  ['price_team', sold('plan_team', seats('team', '9'))],
  ['price_calls', sold('plan_team', metered('calls', '0.01'))],
]);

function facts(overrides: Partial<SubscriptionAtStripe> = {}): SubscriptionAtStripe {
  return {
    id: 'sub_1',
    customerId: 'cus_1',
    status: 'active',
    currency: 'EUR',
    startAt: START,
    anchorAt: START,
    trialEndAt: null,
    cancelAt: null,
    endedAt: null,
    collection: 'automatic',
    items: [{ id: 'si_1', priceId: 'price_basic', quantity: 1n }],
    metadata: {},
    paused: null,
    discounts: [],
    phases: [],
    ...overrides,
  };
}

let serial = 0;
function look(current: Subscription | null, seen: SubscriptionAtStripe, now = NOW) {
  serial += 1;
  return decideMirroredSubscription({
    now,
    current,
    subscriptionId: 'ours',
    customerId: 'customer',
    timeZone: 'UTC',
    facts: seen,
    sold: SOLD,
    itemIds: seen.items.map((_, index) => `item_${serial}_${index}`),
    stepIds: Array.from({ length: countSteps(seen) }, (_, index) => `step_${serial}_${index}`),
  });
}

function follow(current: Subscription | null, seen: SubscriptionAtStripe, now = NOW): Subscription | null {
  const { changes } = unwrap(look(current, seen, now));
  return changes.reduce<Subscription | null>((before, change) => {
    if (change.type === 'subscription.create') return change.subscription;
    return before === null ? null : applySubscriptionChange(before, change);
  }, current);
}

const codeOf = (result: ReturnType<typeof look>) => (result.ok ? 'ok' : result.refusal.code);
const eventsOf = (result: ReturnType<typeof look>) => unwrap(result).events.map(({ type }) => type);

/** What it is now, without the ids of its parts and without its history. */
function standing(subscription: Subscription | null) {
  if (subscription === null) return null;
  const { items, schedule, pauses, ...rest } = subscription;
  return {
    ...rest,
    schedule: schedule.map(({ kind, at: when }) => ({ kind, when })),
    isPaused: pauses.at(-1)?.to === null,
    items: items
      .filter(({ activeTo }) => activeTo === null)
      .map(({ price: { key }, quantity, anchorAt }) => `${key} ${quantity} ${anchorAt}`)
      .sort(),
  };
}

const aLook = fc
  .record({
    status: fc.constantFrom('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused'),
    team: fc.boolean(),
    quantity: fc.bigInt({ min: 1n, max: 5n }),
    cancelAt: fc.constantFrom(null, at('2026-03-01T00:00:00Z'), at('2026-04-01T00:00:00Z')),
    trialEndAt: fc.constantFrom(null, at('2026-02-20T00:00:00Z')),
    anchorAt: fc.constantFrom(START, at('2026-02-05T00:00:00Z')),
    paused: fc.constantFrom(
      null,
      { behaviour: 'void' as const, resumesAt: at('2026-03-15T00:00:00Z') },
      { behaviour: 'keep_as_draft' as const, resumesAt: null },
    ),
    phases: fc.subarray([
      { startAt: START, items: [{ priceId: 'price_team', quantity: 2n }], isProrated: true },
      {
        startAt: at('2026-02-20T00:00:00Z'),
        items: [{ priceId: 'price_basic', quantity: 1n }],
        isProrated: true,
      },
      {
        startAt: at('2026-03-20T00:00:00Z'),
        items: [{ priceId: 'price_team', quantity: 4n }],
        isProrated: false,
      },
    ]),
  })
  .map(({ team, quantity, ...rest }) =>
    facts({
      ...rest,
      items: team
        ? [
            { id: 'si_1', priceId: 'price_team', quantity },
            { id: 'si_2', priceId: 'price_calls', quantity: null },
          ]
        : [{ id: 'si_1', priceId: 'price_basic', quantity: 1n }],
    }),
  );

describe('a subscription that Stripe computes', () => {
  test('I251 whatever was seen before and however often, it ends as the last look says', () => {
    fc.assert(
      fc.property(fc.array(aLook, { maxLength: 8 }), aLook, (before, last) => {
        const first = follow(null, { ...last, status: 'active' });
        const seen = before.reduce<Subscription | null>((current, one) => follow(current, one), null);
        const begun = { ...last, status: last.status === 'incomplete' ? 'active' : last.status };
        const after = follow(seen, begun);
        const alone = follow(first, begun);
        expect(standing(after)).toEqual(standing(alone));
        expect(unwrap(look(after, begun))).toEqual({ changes: [], events: [] });
        expect(after?.nextActionAt).toBeNull();
      }),
    );
  });

  test('I251 what has ended stays so, whatever comes late', () => {
    const running = follow(null, facts());
    const ended = follow(running, facts({ status: 'canceled', endedAt: at('2026-02-09T12:00:00Z') }));
    expect(ended).toMatchObject({ status: 'canceled', endedAt: at('2026-02-09T12:00:00Z') });
    expect(ended?.items[0]?.activeTo).toBe(at('2026-02-09T12:00:00Z'));
    expect(unwrap(look(ended, facts()))).toEqual({ changes: [], events: [] });
  });

  test('is neither moved by time nor changed here', () => {
    const trial = follow(null, facts({ status: 'trialing', trialEndAt: at('2026-02-14T00:00:00Z') }));
    const subscription = trial as Subscription;
    const days = {
      days: 'actual',
      changeCredit: 'unused_time',
      changeDay: 'new_plan',
      endDay: 'used',
    } as never;
    const later = { now: at('2027-01-01T00:00:00Z'), usageGraceMs: 0, days, hasPaymentMethod: true };
    expect(decideRenewal({ ...later, subscription }).decision).toEqual({ changes: [], events: [] });
    const canceled = decideCancel({
      now: NOW,
      subscription,
      when: 'now',
      creditUnused: false,
      reason: 'requested',
      stepId: 'step',
      days,
    } as never);
    expect(canceled.ok ? 'ok' : canceled.refusal.code).toBe('subscription.authority_stripe');
  });

  test('publishes what happened in the words of the engine', () => {
    expect(eventsOf(look(null, facts({ status: 'incomplete' })))).toEqual([]);
    expect(eventsOf(look(null, facts({ status: 'trialing', trialEndAt: NOW })))).toEqual([
      'subscription.created',
      'subscription.trial_started',
    ]);
    const running = follow(null, facts());
    const team = facts({ items: [{ id: 'si_1', priceId: 'price_team', quantity: 2n }] });
    expect(eventsOf(look(running, team))).toEqual(['subscription.changed']);
    const seated = follow(running, team);
    const grown = facts({ items: [{ id: 'si_1', priceId: 'price_team', quantity: 3n }] });
    expect(eventsOf(look(seated, grown))).toEqual(['subscription.seats_changed']);
    const unpaid = follow(running, facts({ status: 'past_due' }));
    expect(eventsOf(look(running, facts({ status: 'past_due' })))).toEqual(['subscription.past_due']);
    expect(eventsOf(look(unpaid, facts()))).toEqual(['subscription.recovered']);
    const leaving = facts({ cancelAt: at('2026-03-01T00:00:00Z') });
    expect(eventsOf(look(running, leaving))).toEqual(['subscription.cancel_scheduled']);
    expect(eventsOf(look(follow(running, leaving), facts()))).toEqual(['subscription.cancel_undone']);
    const paused = follow(running, facts({ status: 'paused' }));
    expect(eventsOf(look(paused, facts()))).toEqual(['subscription.resumed']);
    expect(eventsOf(look(running, facts({ status: 'canceled', endedAt: NOW })))).toEqual([
      'subscription.canceled',
    ]);
  });

  test('a wait, a status, a price, plans or a quantity that mean nothing here are never guessed', () => {
    const items = (...priced: [string, bigint | null][]) =>
      priced.map(([priceId, quantity], index) => ({ id: `si_${index}`, priceId, quantity }));
    expect(codeOf(look(null, facts({ status: 'dreaming' })))).toBe('mirror.status_unknown');
    expect(codeOf(look(null, facts({ items: items(['price_other', 1n]) })))).toBe('mirror.price_unknown');
    expect(codeOf(look(null, facts({ items: [] })))).toBe('mirror.no_plan');
    expect(codeOf(look(null, facts({ items: items(['price_basic', 1n], ['price_team', 1n]) })))).toBe(
      'mirror.several_plans',
    );
    expect(codeOf(look(null, facts({ items: items(['price_basic', 2n]) })))).toBe('mirror.quantity');
    expect(codeOf(look(null, facts({ currency: 'USD' })))).toBe('mirror.currency_differs');
    const ours = { ...(follow(null, facts()) as Subscription), billingAuthority: 'billhook' as const };
    expect(codeOf(look(ours, facts()))).toBe('mirror.billed_here');
    const theirs = { ...(follow(null, facts()) as Subscription), customerId: 'somebody' };
    expect(codeOf(look(theirs, facts()))).toBe('mirror.customer_differs');
  });
});

const LINE: InvoiceAtStripe['lines'][number] = {
  id: 'il_1',
  description: 'Basic',
  quantity: '1',
  priceId: 'price_basic',
  isProration: false,
  period: { start: START, end: at('2026-02-28T10:00:00Z') },
  amountMinor: 2000n,
  discountMinor: 0n,
  discounts: [],
  taxMinor: 380n,
  isTaxIncluded: false,
};

function invoice(overrides: Partial<InvoiceAtStripe> = {}): InvoiceAtStripe {
  return {
    id: 'in_1',
    number: 'ABCD-0001',
    customerId: 'cus_1',
    subscriptionId: 'sub_1',
    status: 'open',
    currency: 'EUR',
    totalMinor: 2380n,
    amountDueMinor: 2380n,
    amountPaidMinor: 0n,
    reducedByNotesMinor: 0n,
    returnedByNotesMinor: 0n,
    collection: 'automatic',
    finalizedAt: START,
    dueAt: null,
    paidAt: null,
    voidedAt: null,
    lines: [LINE],
    taxes: [{ name: 'VAT', percent: '19', netMinor: 2000n, taxMinor: 380n }],
    attemptCount: 0,
    nextAttemptAt: null,
    hostedUrl: null,
    payments: [],
    ...overrides,
  };
}

const see = (seen: InvoiceAtStripe, current: Parameters<typeof decideMirroredInvoice>[0]['current'] = null) =>
  decideMirroredInvoice({ now: NOW, invoiceId: 'ours', customerId: 'customer', facts: seen, current });

function sums(transactions: readonly LedgerTransaction[]): Record<string, bigint> {
  const found: Record<string, bigint> = {};
  for (const { entries } of transactions)
    for (const { account, side, amountMinor } of entries)
      found[account] = (found[account] ?? 0n) + (side === 'debit' ? amountMinor : -amountMinor);
  return found;
}

describe('an invoice that Stripe computed', () => {
  test('I252 keeps the number, lines and tax of Stripe, and its lines and tax add up to its total', () => {
    const { create, events } = unwrap(see(invoice()));
    expect(create).toMatchObject({
      number: 'ABCD-0001',
      status: 'open',
      totals: { netMinor: 2000n, taxMinor: 380n, totalMinor: 2380n, balanceAppliedMinor: 0n },
    });
    expect(events.map(({ type }) => type)).toEqual(['invoice.issued']);
    const off = see(invoice({ totalMinor: 2381n }));
    expect(off.ok ? 'ok' : off.refusal.code).toBe('mirror.invoice_totals');
    const strange = see(invoice({ status: 'lost' }));
    expect(strange.ok ? 'ok' : strange.refusal.code).toBe('mirror.invoice_status');
    const included = { ...LINE, amountMinor: 2380n, discountMinor: 0n, isTaxIncluded: true };
    expect(unwrap(see(invoice({ lines: [included] }))).create?.totals.netMinor).toBe(2000n);
  });

  test('I252 whatever it is over, its books balance, and voiding it takes back all that it posted', () => {
    const amount = fc.bigInt({ min: -500_000n, max: 500_000n });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(amount, amount), { minLength: 1, maxLength: 5 }),
        amount,
        (parts, share) => {
          const lines = parts.map(([amountMinor, taxMinor]) => ({ ...LINE, amountMinor, taxMinor }));
          const totalMinor = parts.reduce((sum, [one, tax]) => sum + one + tax, 0n);
          const balance = share < 0n ? -share : share;
          const payable = totalMinor > 0n ? totalMinor : 0n;
          const amountDueMinor = payable > balance ? payable - balance : 0n;
          const seen = invoice({ lines, totalMinor, amountDueMinor });
          const issued = unwrap(see(seen));
          const { create } = issued;
          if (create === null) throw new Error('A final invoice has a document.');
          const owed = sums(issued.postings).receivable ?? 0n;
          expect(owed).toBe(amountDueMinor);
          expect(create.status).toBe(amountDueMinor === 0n ? 'paid' : 'open');
          if (create.status === 'paid') return;
          const voided = unwrap(see({ ...seen, status: 'void' }, create));
          const all = sums([...issued.postings, ...voided.postings]);
          expect(Object.values(all).every((sum) => sum === 0n)).toBe(true);
        },
      ),
    );
  });

  test('drafts are no documents, and what is paid or void stays so', () => {
    expect(unwrap(see(invoice({ status: 'draft', number: null }))).create).toBeNull();
    const totals = unwrap(see(invoice())).create?.totals as NonNullable<Parameters<typeof see>[1]>['totals'];
    expect(unwrap(see(invoice({ status: 'open' }), { status: 'paid', totals })).move).toBeNull();
    expect(unwrap(see(invoice({ status: 'open' }), { status: 'void', totals })).move).toBeNull();
    expect(unwrap(see(invoice({ status: 'paid' }), { status: 'open', totals })).move).toBeNull();
    expect(unwrap(see(invoice({ status: 'uncollectible' }), { status: 'open', totals })).move).toEqual({
      from: 'open',
      to: 'uncollectible',
    });
    const late = unwrap(see(invoice({ status: 'void', voidedAt: NOW })));
    expect(late).toMatchObject({ create: { status: 'open' }, move: { from: 'open', to: 'void' } });
  });
});

describe('usage that Stripe bills', () => {
  test('I253 what stands at Stripe is what the hour counts, each report under a name of its own', () => {
    const hour = at('2026-02-01T09:00:00Z');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 }), (counts) => {
        const names = new Set<string>();
        let sent: SentReport[] = [];
        let now = addMs(hour, MS_PER_HOUR);
        for (const count of counts) {
          const quantity = decimal12FromInteger(BigInt(count));
          for (;;) {
            const report = decideMeterReport({
              now,
              customerId: 'c-1',
              meterId: 'm-1',
              hour,
              quantity,
              sent,
            });
            if (report.kind === 'nothing') break;
            if (report.kind === 'too_late') throw new Error('Within a day nothing is too late.');
            if (report.kind === 'add') {
              expect(names.has(report.identifier)).toBe(false);
              names.add(report.identifier);
              sent = [...sent, { ...report, sentAt: now, isCanceled: false }];
            } else {
              const taken = report.identifiers;
              sent = sent.map((one) => (taken.includes(one.identifier) ? { ...one, isCanceled: true } : one));
            }
          }
          const stands = sent.filter(({ isCanceled }) => !isCanceled);
          expect(stands.reduce((sum, one) => sum + one.quantity, 0n)).toBe(quantity);
          now = addMs(now, MS_PER_HOUR);
        }
      }),
    );
    const told: SentReport = {
      revision: 1,
      quantity: dec('5'),
      identifier: 'c1.m1.1.1',
      sentAt: hour,
      isCanceled: false,
    };
    const late = { now: addMs(hour, 24 * MS_PER_HOUR), customerId: 'c', meterId: 'm', hour, sent: [told] };
    expect(decideMeterReport({ ...late, quantity: dec('3') })).toEqual({
      kind: 'too_late',
      excess: dec('2'),
    });
    expect(decideMeterReport({ ...late, quantity: dec('7') })).toMatchObject({ kind: 'add', revision: 2 });
  });
});

describe('the catalogue at Stripe', () => {
  test('I254 a price that goes to Stripe and comes back costs the same', () => {
    const unit = fc.bigInt({ min: 0n, max: 10n ** 15n }).map((scaled) => (scaled / 100n) * 100n);
    const tiers = fc
      .array(fc.tuple(unit, fc.bigInt({ min: 0n, max: 10_000n })), { minLength: 1, maxLength: 4 })
      .map((steps) =>
        steps.map(([unitPrice, flatMinor], index) => ({
          upTo: index === steps.length - 1 ? null : decimal12FromInteger(BigInt((index + 1) * 100)),
          unitPrice: unitPrice as never,
          flatMinor,
        })),
      );
    const model = fc.oneof(
      unit.map((unitPrice) => ({ kind: 'per_unit' as const, unitPrice: unitPrice as never, per: 1n })),
      fc.tuple(fc.constantFrom('graduated' as const, 'volume' as const), tiers).map(([kind, steps]) => ({
        kind,
        tiers: steps,
        per: 1n,
      })),
      fc.tuple(unit, fc.bigInt({ min: 1n, max: 1000n })).map(([packagePrice, size]) => ({
        kind: 'package' as const,
        size: decimal12FromInteger(size),
        packagePrice: packagePrice as never,
      })),
    );
    fc.assert(
      fc.property(model, fc.boolean(), fc.constantFrom('EUR', 'JPY', 'KWD'), (shape, isMetered, currency) => {
        const ours = price('p', {
          model: shape,
          quantity: isMetered ? { kind: 'meter', meterId: 'm' } : { kind: 'seats' },
          timing: isMetered ? 'in_arrears' : 'in_advance',
        });
        const back = unwrap(priceFromStripe(unwrap(priceToStripe(ours, currency))));
        expect(back.model).toEqual(shape);
        expect(back.quantity).toBe(isMetered ? 'meter' : 'seats');
      }),
    );
  });

  test('a price that Stripe cannot mean is not sent there', () => {
    const no = (entry: ReturnType<typeof price>, currency = 'EUR') => {
      const result = priceToStripe(entry, currency);
      return result.ok ? 'ok' : result.refusal.code;
    };
    expect(no(flat('a', 1000n))).toBe('ok');
    expect(no(flat('a', 1000n), 'ISK')).toBe('mirror.not_expressible');
    expect(no(flat('a', 1000n, { timing: 'in_arrears' }))).toBe('mirror.not_expressible');
    expect(no(flat('a', 1000n, { alignment: 'calendar' }))).toBe('mirror.not_expressible');
    expect(no(flat('a', 1000n, { cadence: { interval: 'year', count: 5 } }))).toBe('mirror.not_expressible');
    expect(no(price('a', { model: { kind: 'dynamic' } }))).toBe('mirror.not_expressible');
    expect(
      unwrap(priceToStripe(flat('a', 1000n, { cadence: { interval: 'quarter', count: 1 } }), 'EUR')),
    ).toEqual({
      currency: 'EUR',
      interval: 'month',
      intervalCount: 3,
      usage: 'licensed',
      unitAmount: '1000',
      tiersMode: null,
      tiers: [],
      packageSize: null,
    });
  });

  test('each recurring price becomes a plan, and a metered one beside licensed ones an add-on', () => {
    const figures = {
      currency: 'EUR',
      interval: 'month' as const,
      intervalCount: 1,
      usage: 'licensed' as const,
      unitAmount: '1500',
      tiersMode: null,
      tiers: [],
      packageSize: null,
    };
    const base = {
      id: 'price_1',
      productId: 'prod_1',
      isActive: true,
      figures,
      meterId: null,
      nickname: null,
      lookupKey: null,
      ourPriceId: null,
    };
    const usage = {
      ...base,
      id: 'price_2',
      figures: { ...figures, usage: 'metered' as const, unitAmount: '0.5' },
      meterId: 'mtr_1',
    };
    const product = { id: 'prod_1', name: 'Größe Pro', description: '', isActive: true, planId: null };
    const beside = soldBesideLicensed([base, usage], [{ priceIds: ['price_1', 'price_2'] }]);
    expect(unwrap(planFromStripe(base, product, beside, new Set()))).toMatchObject({
      kind: 'plan',
      key: 'gro-e-pro-month-eur',
      family: 'gro-e-pro',
      figures: { quantity: 'seats', model: { kind: 'per_unit', unitPrice: dec('15') } },
    });
    expect(unwrap(planFromStripe(usage, product, beside, new Set(['gro-e-pro-month-eur'])))).toMatchObject({
      kind: 'add_on',
      key: 'gro-e-pro-month-eur-2',
    });
    expect(unwrap(planFromStripe(usage, product, new Set(), new Set())).kind).toBe('plan');
    const once = planFromStripe({ ...base, figures: null }, product, beside, new Set());
    expect(once.ok ? 'ok' : once.refusal.code).toBe('mirror.charged_once');
    const lost = planFromStripe(base, undefined, beside, new Set());
    expect(lost.ok ? 'ok' : lost.refusal.code).toBe('mirror.product_unknown');
    expect(keyOf('  !! ')).toBeNull();
  });
});
