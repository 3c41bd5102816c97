import type { Subscription } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { formatPercent } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { PausedBanner } from './paused-banner.tsx';

/** Discounts that Stripe gave, and that collecting is paused there. */
export function StripeTerms({ subscription }: { subscription: Subscription }) {
  const { atStripe, currency } = subscription;
  if (atStripe === null) return null;
  const { discounts, collectionPaused } = atStripe;
  return (
    <>
      {collectionPaused === null ? null : <PausedBanner paused={collectionPaused} />}
      {discounts.length === 0 ? null : (
        <section aria-label="Discounts at Stripe">
          <h3 className="mb-1 text-sm font-medium">Discounts</h3>
          <ul>
            {discounts.map((discount) => (
              <DiscountLine
                key={`${discount.name}/${discount.startsAt}`}
                discount={discount}
                currency={currency}
              />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

type Terms = NonNullable<Subscription['atStripe']>;

function DiscountLine({ discount, currency }: { discount: Terms['discounts'][number]; currency: string }) {
  const { locale } = useLocale();
  const { name, percent, amount, code, endsAt } = discount;
  return (
    <li className="break-words">
      {name}{' '}
      <span className="text-sm text-muted">
        {percent === null ? (
          <>
            <Money amountMinor={amount ?? '0'} currency={currency} /> off
          </>
        ) : (
          `${formatPercent(Number(percent) / 100, locale, { decimals: 2 })} off`
        )}
        {code === null ? '' : `, code ${code}`}
        {endsAt === null ? null : (
          <>
            , until <DateText value={endsAt} />
          </>
        )}
      </span>
    </li>
  );
}
