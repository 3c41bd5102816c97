import type { PublicPlan } from '@billhook/sdk/generated/types';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { unitPriceText } from '@billhook/ui/unit-price';
import { basePrice, flatAmount, intervalOf, meterPrices } from '../pricing/offers.ts';
import { usagePriceText } from '../pricing/price-words.ts';

interface PlanPriceProps {
  readonly plan: PublicPlan;
  /** What is counted, where a unit has a price. */
  readonly each?: string | undefined;
}

/** What a plan costs before any use. */
export function PlanPrice({ plan, each = 'a seat' }: PlanPriceProps) {
  const { locale } = useLocale();
  const amountMinor = flatAmount(plan);
  const pricing = basePrice(plan)?.pricing;
  const per = plan.kind === 'one_off' ? '' : `a ${intervalOf(plan)}`;
  if (amountMinor !== null) {
    return (
      <>
        <Money amountMinor={amountMinor} currency={plan.currency} /> {per}
      </>
    );
  }
  return pricing?.model === 'per_unit' ? (
    <>
      {unitPriceText(pricing.unitAmount, plan.currency, locale)} {each}
      {per === '' ? null : `, ${per}`}
    </>
  ) : (
    'By use'
  );
}

/** All that a plan costs: what is fixed, and what use adds. */
export function PlanPrices({ plan }: { plan: PublicPlan }) {
  const { locale } = useLocale();
  return (
    <ul>
      <li>
        <PlanPrice plan={plan} />, plus tax where it applies
      </li>
      {meterPrices(plan).map((price) => {
        const unit = price.quantity.kind === 'meter' ? (plan.units[price.quantity.meter] ?? '') : '';
        return (
          <li key={price.key}>
            {price.name}: {usagePriceText(price, unit, plan.currency, locale)}
          </li>
        );
      })}
    </ul>
  );
}
