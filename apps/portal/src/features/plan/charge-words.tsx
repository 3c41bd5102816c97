import type { Dashboard, Subscription } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import type { ReactNode } from 'react';

/** What is charged next for a subscription: the sum of its invoice, and with what it shares that. */
export function ChargeOf({ subscription, data }: { subscription: Subscription; data: Dashboard }): ReactNode {
  const { locale } = useLocale();
  const charge = data.charges.find(({ subscriptions }) => subscriptions.includes(subscription.id));
  if (charge === undefined)
    return subscription.billingAuthority === 'stripe' && subscription.status !== 'canceled'
      ? 'Billed by Stripe'
      : 'None';
  const others = data.subscriptions.filter(
    ({ id }) => id !== subscription.id && charge.subscriptions.includes(id),
  );
  const names = new Intl.ListFormat(locale).format(others.map(({ plan }) => plan.name));
  const sum = <Money amountMinor={charge.due} currency={charge.currency} />;
  const day = <DateText value={charge.at} as="weekday" />;
  return (
    <>
      {others.length === 0 ? (
        <>
          {sum} on {day}
        </>
      ) : (
        // The sum is that of all of them, so it stands where nobody takes it for one plan's.
        <>
          {day}, on one invoice with {names}: {sum} in all
        </>
      )}
      {charge.isEstimate ? <span className="text-faint"> (estimate)</span> : null}
    </>
  );
}
