import type { PriceModel } from '@billhook/core/catalog/price-model';
import type { BilledLine } from '@billhook/core/invoicing/line';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import { CORE, type Engine } from '../src/engine.ts';
import { onBilling, onLines, onSubscriptions, type PlantedBug, planted } from './plant.ts';

/** Bugs in what is billed: periods, quantities, prices, proration, discounts, credits, commitments. */
export const LINE_BUGS: readonly PlantedBug[] = [
  {
    id: 'forgets-billed',
    name: 'forgets that recurring lines were billed',
    law: 'I01',
    engine: onBilling(({ billed }) => ({ billed: billed.filter((line) => line.kind === 'usage') })),
  },
  { id: 'lost-line', name: 'marks a line as billed without billing it', law: 'I02', engine: losesLines },
  {
    id: 'drifting-periods',
    name: 'lets periods drift by some hours',
    law: 'I03',
    engine: onLines(
      ({ explanation }) => explanation.periodIndex >= 2,
      ({ explanation }) => {
        const { start, end } = explanation.billingPeriod;
        return {
          explanation: { ...explanation, billingPeriod: { start, end: instant(end + 5 * MS_PER_HOUR) } },
        };
      },
    ),
  },
  {
    id: 'anchor-from-last-month',
    name: 'counts months from the period before, so that a 31st becomes a 28th for ever',
    law: 'I01',
    engine: onSubscriptions(clampedAnchor),
  },
  {
    id: 'rounds-down',
    name: 'rounds a line down',
    law: 'I62',
    engine: onBilling(({ settings }) => ({
      settings: { ...settings, rounding: settings.rounding === 'down' ? 'up' : 'down' },
    })),
  },
  {
    id: 'tier-bound-exclusive',
    name: 'takes the last unit of a tier to the next one',
    law: 'I62',
    engine: onModels((model) =>
      model.kind === 'graduated' || model.kind === 'volume'
        ? {
            ...model,
            tiers: model.tiers.map((tier) =>
              tier.upTo === null ? tier : { ...tier, upTo: decimal12FromScaled(tier.upTo - 10n ** 12n) },
            ),
          }
        : model,
    ),
  },
  {
    id: 'package-floor',
    name: 'does not charge a started package',
    law: 'I62',
    engine: onModels((model) =>
      model.kind === 'package'
        ? { ...model, kind: 'per_unit', unitPrice: model.packagePrice, per: model.size / 10n ** 12n }
        : model,
    ),
  },
  {
    id: 'days-for-seconds',
    name: 'prorates by days what is prorated by time',
    law: 'I85',
    engine: onItems(({ proration }) => (proration === 'second' ? { proration: 'day' } : {})),
  },
  {
    id: 'whole-month-for-a-part',
    name: 'charges a part of a period like a whole one',
    law: 'I85',
    engine: onItems(() => ({ proration: 'none' })),
  },
  {
    id: 'credit-at-list-price',
    name: 'credits unused time at the list price, not at what was paid',
    law: 'I88',
    engine: onBilling(({ billed }) => ({
      billed: billed.map((line) => ({ ...line, amountMinor: line.grossMinor })),
    })),
  },
  {
    id: 'credit-of-the-other-part',
    name: 'credits the used time',
    law: 'I88',
    engine: onLines(
      (line) => line.kind === 'proration_credit',
      (line) => ({ grossMinor: line.grossMinor - 1n, amountMinor: line.amountMinor - 1n }),
    ),
  },
  {
    id: 'coupon-for-ever',
    name: 'lets a coupon go on after its last period',
    law: 'I74',
    engine: onSubscriptions((subscription) => ({
      ...subscription,
      discounts: subscription.discounts.map((discount) => ({ ...discount, until: null })),
    })),
  },
  {
    id: 'coupon-on-all-lines',
    name: 'lowers lines outside the scope of a coupon',
    law: 'I74',
    engine: onSubscriptions((subscription) => ({
      ...subscription,
      discounts: subscription.discounts.map((discount) => ({
        ...discount,
        coupon: { ...discount.coupon, scope: { planIds: [], priceKeys: [] } },
      })),
    })),
  },
  {
    id: 'discounts-in-given-order',
    name: 'takes discounts in the order they were given, whatever their rank',
    law: 'I74',
    engine: onSubscriptions((subscription) => ({
      ...subscription,
      discounts: subscription.discounts.map((discount) => ({
        ...discount,
        coupon: { ...discount.coupon, stackOrder: 0 },
      })),
    })),
  },
  {
    id: 'no-minimum',
    name: 'forgets the minimum commitment',
    law: 'I96',
    engine: onModels((model) => (model.kind === 'commitment' ? { ...model, minimumMinor: null } : model)),
  },
  {
    id: 'no-spend-cap',
    name: 'bills beyond the cap',
    law: 'I96',
    engine: onModels((model) => (model.kind === 'commitment' ? { ...model, maximumMinor: null } : model)),
  },
  {
    id: 'threshold-bills-again',
    name: 'bills at the end of the period what a threshold had called up',
    law: 'I01',
    engine: forgetsParts(),
  },
  {
    id: 'no-threshold',
    name: 'does not call up usage that reached its threshold',
    law: 'I02',
    engine: onBilling(({ settings }) => ({ settings: { ...settings, thresholdMinor: null } })),
  },
  { id: 'lost-usage', name: 'loses usage that it accepted', law: 'I32', engine: losesUsage },
  {
    id: 'counted-again',
    name: 'counts a repeated event again',
    law: 'I33',
    engine: planted({ judgeEvent: (facts) => CORE.judgeEvent({ ...facts, stored: 'none' }) }),
  },
  {
    id: 'late-into-billed',
    name: 'lets late events into billed periods',
    law: 'I35',
    engine: planted({ judgeEvent: (facts) => CORE.judgeEvent({ ...facts, billedThrough: null }) }),
  },
  {
    id: 'one-off-lost',
    name: 'never bills what is charged once',
    law: 'I02',
    engine: onSubscriptions((subscription) => ({ ...subscription, charges: [] })),
  },
  {
    id: 'billable-late',
    name: 'says that a line is billable a day later than it is',
    law: 'I03',
    engine: onLines(
      (line) => line.kind === 'recurring',
      (line) => ({ collectAt: instant(line.collectAt + MS_PER_DAY) }),
    ),
  },
];

/** Does not see the usage lines of a period that ended before they did. */
function forgetsParts(): () => Engine {
  const withoutParts = <T extends { readonly billed: readonly BilledLine[] }>(input: T): T => ({
    ...input,
    billed: input.billed.filter(
      ({ kind, servicePeriod, billingPeriod }) => kind !== 'usage' || servicePeriod.end === billingPeriod.end,
    ),
  });
  return planted({
    usageToLoad: (input) => CORE.usageToLoad(withoutParts(input)),
    decideInvoices: (input) => CORE.decideInvoices(withoutParts(input)),
  });
}

function losesLines(): Engine {
  let calls = 0;
  return {
    ...CORE,
    applyChanges(books, changes) {
      CORE.applyChanges(books, changes);
      calls += 1;
      if (calls % 40 !== 0) return;
      const last = books.billed.findLast((line) => line.kind === 'recurring');
      if (last === undefined) return;
      books.billed.push({ ...last, key: `${last.itemId}/recurring/${last.billingPeriod.end}` });
    },
  };
}

function losesUsage(): Engine {
  let accepted = 0;
  return {
    ...CORE,
    judgeEvent(facts) {
      const verdict = CORE.judgeEvent(facts);
      if (verdict.outcome !== 'accepted') return verdict;
      accepted += 1;
      return accepted % 100 === 0 ? { ...verdict, readings: [] } : verdict;
    },
  };
}

/** Sees every anchor of a month's last days on the 28th, as periods do that are counted one from another. */
function clampedAnchor(subscription: Subscription): Subscription {
  return {
    ...subscription,
    items: subscription.items.map((item) => {
      const day = new Date(item.anchorAt).getUTCDate();
      return day > 28 && item.activeFrom > item.anchorAt
        ? { ...item, anchorAt: instant(item.anchorAt - (day - 28) * MS_PER_DAY) }
        : item;
    }),
  };
}

function onItems(
  edit: (price: Subscription['items'][number]['price']) => Partial<Subscription['items'][number]['price']>,
): () => Engine {
  return onSubscriptions((subscription) => ({
    ...subscription,
    items: subscription.items.map((item) => ({ ...item, price: { ...item.price, ...edit(item.price) } })),
  }));
}

function onModels(edit: (model: PriceModel) => PriceModel): () => Engine {
  return onItems(({ model }) => ({ model: edit(model) }));
}
