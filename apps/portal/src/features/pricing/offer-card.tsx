import type { PublicPlan } from '@billhook/sdk/generated/types';
import { LinkButton } from '@billhook/ui/button';
import { useLocale } from '@billhook/ui/locale';
import { PlanCard, type PlanFeature } from '@billhook/ui/plan-card';
import { unitPriceText } from '@billhook/ui/unit-price';
import { unitWord } from '@billhook/ui/unit-words';
import { basePrice, flatAmount, intervalOf, meterPrices } from './offers.ts';
import { usagePriceText } from './price-words.ts';

export interface OfferCardProps {
  readonly plan: PublicPlan;
  readonly highlighted: boolean;
  /** Where "Start with" leads; null for the plan that one has. */
  readonly href: string | null;
  readonly verb: string;
}

function unitOf(plan: PublicPlan, meter: string): string {
  return plan.units[meter] ?? meter;
}

/** What is in it, as the seller puts it, and what use beyond it costs. */
function featuresOf(plan: PublicPlan, locale: string): PlanFeature[] {
  const prices = meterPrices(plan).map((price) => {
    const unit = price.quantity.kind === 'meter' ? unitOf(plan, price.quantity.meter) : '';
    return { text: `${price.name}: ${usagePriceText(price, unit, plan.currency, locale)}` };
  });
  return [...plan.highlights.map((text) => ({ text })), ...prices];
}

function priceOf(plan: PublicPlan, locale: string) {
  const base = basePrice(plan);
  const year = intervalOf(plan) === 'year';
  const amountMinor = flatAmount(plan);
  if (base === undefined) return { price: null, priceText: 'By use', per: 'no fixed fee' };
  if (amountMinor !== null) {
    const per = amountMinor === '0' ? 'for ever' : year ? 'a year' : 'a month';
    return { price: { amountMinor, currency: plan.currency }, per };
  }
  const unitAmount = base.pricing.model === 'per_unit' ? base.pricing.unitAmount : null;
  return {
    price: null,
    priceText: unitAmount === null ? 'By seats' : unitPriceText(unitAmount, plan.currency, locale),
    per: year ? 'a seat and year' : 'a seat and month',
  };
}

/** One offer of the pricing page. */
export function OfferCard({ plan, highlighted, href, verb }: OfferCardProps) {
  const { locale } = useLocale();
  const trial =
    plan.trialDays > 0
      ? `${plan.trialDays} ${unitWord(`${plan.trialDays}`, 'days')} free, then charged. Cancel any time.`
      : null;
  return (
    <PlanCard
      name={plan.name}
      description={plan.description}
      {...priceOf(plan, locale)}
      note={trial ?? (flatAmount(plan) === '0' ? 'No charge' : 'plus tax where it applies')}
      highlighted={highlighted}
      mark={href === null ? 'Your plan' : highlighted ? 'Recommended' : undefined}
      features={featuresOf(plan, locale)}
      action={
        href === null ? (
          <LinkButton wide size="lg" href={verb}>
            See your plan
          </LinkButton>
        ) : (
          <LinkButton wide size="lg" variant={highlighted ? 'primary' : 'secondary'} href={href}>
            {verb} {plan.name}
          </LinkButton>
        )
      }
    />
  );
}
