import type { Subscription } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { formatPercent } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Card } from '@billhook/ui/page-header';
import { Banner } from '@billhook/ui/status';

type Terms = NonNullable<Subscription['atStripe']>;

/** That nothing is collected for now, as Stripe has it. */
export function PausedNote({ subscription }: { subscription: Subscription }) {
  const paused = subscription.atStripe?.collectionPaused ?? null;
  if (paused === null || subscription.status === 'canceled') return null;
  const { resumesAt, serviceRests, invoices } = paused;
  const until =
    resumesAt === null ? null : (
      <>
        {' '}
        until <DateText value={resumesAt} as="weekday" />
      </>
    );
  const charged =
    invoices === 'keep_as_draft'
      ? 'What this time costs may be charged afterwards.'
      : 'This time costs you nothing.';
  return (
    <Banner tone={serviceRests ? 'attention' : 'info'} title={<>Payments are paused{until}</>}>
      {charged} {serviceRests ? 'You cannot use your plan meanwhile.' : 'You can use your plan as before.'}
    </Banner>
  );
}

/** What Stripe takes off. */
export function StripeDiscounts({ subscription }: { subscription: Subscription }) {
  const { atStripe, currency } = subscription;
  if (atStripe === null || atStripe.discounts.length === 0) return null;
  return (
    <Card>
      <h2 className="mb-2 font-semibold">Your discounts</h2>
      <ul className="flex flex-col gap-1">
        {atStripe.discounts.map((discount) => (
          <DiscountLine
            key={`${discount.name}/${discount.startsAt}`}
            discount={discount}
            currency={currency}
          />
        ))}
      </ul>
    </Card>
  );
}

function DiscountLine({ discount, currency }: { discount: Terms['discounts'][number]; currency: string }) {
  const { locale } = useLocale();
  const { name, percent, amount, endsAt } = discount;
  return (
    <li className="break-words">
      {name}{' '}
      <span className="text-muted">
        {percent === null ? (
          <>
            <Money amountMinor={amount ?? '0'} currency={currency} /> off
          </>
        ) : (
          `${formatPercent(Number(percent) / 100, locale, { decimals: 2 })} off`
        )}
        {endsAt === null ? null : (
          <>
            , until <DateText value={endsAt} />
          </>
        )}
      </span>
    </li>
  );
}
