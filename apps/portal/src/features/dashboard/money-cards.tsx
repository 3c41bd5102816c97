import { counted } from '@billhook/core/kernel/counted';
import type { Dashboard, Subscription } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { TextLink } from '@billhook/ui/link';
import { methodName } from '@billhook/ui/method-name';
import { Money, Quantity } from '@billhook/ui/money';
import { Card } from '@billhook/ui/page-header';
import { CardGrid } from '@billhook/ui/portal-shell';
import { Stat } from '@billhook/ui/stat';
import { useMembership } from '../../lib/portal.tsx';
import { ChargeOf } from '../plan/charge-words.tsx';
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
      {sharedNote(nextCharge)}
      {nextCharge.isEstimate ? (
        <span className="block">
          Estimate, with the use up to <DateText value={asOf} as="weekday-time" />
        </span>
      ) : null}
    </>
  );
}

/** How many invoices the next charge is on, where it is of several plans. */
function sharedNote({ invoices, subscriptions }: NonNullable<Dashboard['nextCharge']>) {
  if (subscriptions.length < 2) return null;
  return (
    <span className="block">
      {counted(subscriptions.length, 'plan')} on{' '}
      {invoices === 1 ? 'one invoice' : counted(invoices, 'invoice')}
    </span>
  );
}

/** What one wants to know first: the plans, and what is charged next. */
export function MoneyCards({ data }: { data: Dashboard }) {
  const { base } = useMembership();
  const { subscriptions, nextCharge } = data;
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
        {subscriptions.length > 1 ? (
          <PlanList data={data} />
        ) : (
          subscriptions.map((subscription) => (
            <Card key={subscription.id}>
              <Stat
                label="Plan"
                value={<span className="truncate">{subscription.plan.name}</span>}
                note={<PlanNote subscription={subscription} />}
                href={`${base}/plan`}
              />
            </Card>
          ))
        )}
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

function PlanNote({ subscription }: { subscription: Subscription }) {
  return (
    <span className="inline-flex flex-wrap gap-x-3">
      <SubscriptionStatus subscription={subscription} />
      {subscription.quantity > 1 ? <Quantity value={`${subscription.quantity}`} unit="seats" /> : null}
    </span>
  );
}

/** Every plan with its state and what is charged for it next. */
function PlanList({ data }: { data: Dashboard }) {
  const { base } = useMembership();
  return (
    <Card>
      <h2 className="text-sm text-muted">Plans</h2>
      <ul className="flex flex-col">
        {data.subscriptions.map((subscription) => (
          <li key={subscription.id} className="border-b border-line py-2 last:border-0 last:pb-0">
            <span className="flex flex-wrap items-baseline gap-x-3">
              <TextLink href={`${base}/plan`}>{subscription.plan.name}</TextLink>
              <PlanNote subscription={subscription} />
            </span>
            <span className="block text-sm text-muted">
              Next charge: <ChargeOf subscription={subscription} data={data} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
