import type { Dashboard } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { methodName } from '@billhook/ui/method-name';
import { Money, Quantity } from '@billhook/ui/money';
import { Card } from '@billhook/ui/page-header';
import { CardGrid } from '@billhook/ui/portal-shell';
import { Stat } from '@billhook/ui/stat';
import { useMembership } from '../../lib/portal.tsx';
import { SubscriptionStatus } from '../plan/subscription-status.tsx';

function nextChargeNote({ nextCharge, asOf, paymentMethod }: Dashboard) {
  if (nextCharge === null) return 'Nothing is planned';
  return (
    <>
      on <DateText value={nextCharge.at} as="weekday" />
      {paymentMethod && nextCharge.due !== '0' ? `, from ${methodName(paymentMethod)}` : null}
      {nextCharge.creditApplied === '0' ? null : (
        <>
          , after <Money amountMinor={nextCharge.creditApplied} currency={nextCharge.currency} /> credit
        </>
      )}
      {nextCharge.isEstimate ? (
        <span className="block">
          Estimate, with the use up to <DateText value={asOf} as="weekday-time" />
        </span>
      ) : null}
    </>
  );
}

/** What one wants to know first: the plan, and what is charged next. */
export function MoneyCards({ data }: { data: Dashboard }) {
  const { base } = useMembership();
  const { subscription, nextCharge } = data;
  return (
    <>
      <CardGrid>
        <Card>
          <Stat
            label="Next charge"
            value={
              nextCharge ? <Money amountMinor={nextCharge.due} currency={nextCharge.currency} /> : 'None'
            }
            note={nextChargeNote(data)}
            href={`${base}/plan`}
          />
        </Card>
        <Card>
          <Stat
            label="Plan"
            value={subscription ? <span className="truncate">{subscription.plan.name}</span> : 'No plan'}
            note={
              subscription ? (
                <span className="inline-flex flex-wrap gap-x-3">
                  <SubscriptionStatus subscription={subscription} />
                  {subscription.quantity > 1 ? (
                    <Quantity value={`${subscription.quantity}`} unit="seats" />
                  ) : null}
                </span>
              ) : (
                'Choose one to begin'
              )
            }
            href={subscription ? `${base}/plan` : `${base}/pricing`}
          />
        </Card>
      </CardGrid>
      {data.creditBalances.map(({ currency, amount }) => (
        <p key={currency} className="-mt-4 text-muted">
          You have <Money amountMinor={amount} currency={currency} className="text-text" /> of credit. It is
          taken off the next invoices.
        </p>
      ))}
    </>
  );
}
