import type { PlanRight, PublicPlan } from '@billhook/sdk/generated/types';
import { useLocale } from '@billhook/ui/locale';
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { meterPrices } from '../pricing/offers.ts';
import { rightText, usagePriceText } from '../pricing/price-words.ts';
import { PlanPrice } from './plan-prices.tsx';

interface Row {
  readonly key: string;
  readonly name: string;
  readonly before: ReactNode;
  readonly after: ReactNode;
}

const NONE = 'not included';

function rightWords(right: PlanRight | undefined, plan: PublicPlan, locale: string): string {
  if (right === undefined) return NONE;
  const value = rightText(right, plan, locale);
  if (typeof value === 'boolean') return value ? 'included' : NONE;
  const stops = right.kind === 'metered' && right.limit !== null && right.overage === 'block';
  return stops ? `${value} at most` : value;
}

function usageWords(plan: PublicPlan, name: string, locale: string): string {
  const price = meterPrices(plan).find((one) => one.name === name);
  if (price === undefined || price.quantity.kind !== 'meter') return 'no price of its own';
  return usagePriceText(price, plan.units[price.quantity.meter] ?? '', plan.currency, locale);
}

/** Everything in which two plans differ: prices, what use costs, limits and features. */
function rowsOf(held: PublicPlan, chosen: PublicPlan, locale: string): Row[] {
  const priceNames = new Set([...meterPrices(held), ...meterPrices(chosen)].map(({ name }) => name));
  const rights = new Map(
    [...held.entitlements, ...chosen.entitlements].map((right) => [right.feature, right.featureName]),
  );
  const rightOf = (plan: PublicPlan, feature: string) =>
    rightWords(
      plan.entitlements.find((right) => right.feature === feature),
      plan,
      locale,
    );
  const words = [
    ...[...priceNames].map((name) => ({
      key: `price ${name}`,
      name,
      before: usageWords(held, name, locale),
      after: usageWords(chosen, name, locale),
    })),
    ...[...rights].map(([feature, name]) => ({
      key: feature,
      name: priceNames.has(name) ? `${name}, limit` : name,
      before: rightOf(held, feature),
      after: rightOf(chosen, feature),
    })),
  ];
  return [
    { key: 'price', name: 'Price', before: <PlanPrice plan={held} />, after: <PlanPrice plan={chosen} /> },
    ...words.filter(({ before, after }) => before !== after),
  ];
}

/** What one has and what one would have, line by line. What stays the same is left out. */
export function PlanComparison({ held, chosen }: { held: PublicPlan; chosen: PublicPlan }) {
  const { locale } = useLocale();
  return (
    <section className="mt-5 border-t border-line pt-3">
      <h3 className="font-medium">What changes</h3>
      <dl>
        {rowsOf(held, chosen, locale).map(({ key, name, before, after }) => (
          <div key={key} className="border-b border-line py-2 last:border-b-0">
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="flex flex-wrap items-baseline gap-x-2">
              <span className="text-muted">{before}</span>
              <ArrowRight
                aria-label="becomes"
                size={14}
                className="shrink-0 self-center text-faint rtl:-scale-x-100"
              />
              <span className="font-medium">{after}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
