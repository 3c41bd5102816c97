import type { PublicPlan, PublicPriceAnswer } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { useVisit } from '../../lib/portal.tsx';
import { intervalOf, meterPrices } from '../pricing/offers.ts';
import { usagePriceText } from '../pricing/price-words.ts';

const DAY_MS = 86_400_000;

/** What comes after today: when, how much, and what use adds. */
export function NextCharge({ plan, price }: { plan: PublicPlan; price: PublicPriceAnswer | undefined }) {
  const { session } = useVisit();
  const { locale } = useLocale();
  const usage = meterPrices(plan);
  const trialEnd = new Date(Date.parse(session.seller.now) + plan.trialDays * DAY_MS).toISOString();
  return (
    <div className="min-h-10 text-sm text-muted">
      <p>
        {plan.trialDays > 0 ? (
          <>
            First charge on <DateText value={trialEnd} as="weekday" />
          </>
        ) : (
          <>Next charge in a {intervalOf(plan)}</>
        )}
        {price ? (
          <>
            :{' '}
            <Money
              amountMinor={plan.trialDays > 0 ? price.total : price.nextTotal}
              currency={price.currency}
            />{' '}
            before tax
          </>
        ) : null}
        , then each {intervalOf(plan)}. You can cancel at any time before.
      </p>
      {usage.map((one) => (
        <p key={one.key}>
          {one.name}:{' '}
          {usagePriceText(
            one,
            one.quantity.kind === 'meter' ? (plan.units[one.quantity.meter] ?? '') : '',
            plan.currency,
            locale,
          )}
          .
        </p>
      ))}
    </div>
  );
}
