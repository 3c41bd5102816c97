import type { Checkout } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { Money } from '@billhook/ui/money';
import { Skeleton } from '@billhook/ui/skeleton';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleX, Clock } from 'lucide-react';
import { useEffect } from 'react';
import { hrefOf } from '../lib/address.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { Loaded } from '../lib/read.tsx';

const POLL_MS = 1_000;
const SLOW_POLL_MS = 5_000;
const PATIENCE_POLLS = 30;

const isOver = (checkout: Checkout) => checkout.status === 'completed' || checkout.status === 'expired';

/** Where the payment page leads to. Waits until the provider has confirmed, and says what is so until then. */
export function CheckoutReturnScreen() {
  const { slug, session, customer, api } = useMembership();
  usePageTitle('Payment', session.seller.name);
  const [{ checkout = '' }] = useFilters();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: [slug, 'checkout', checkout, customer.id],
    queryFn: ({ signal }) => api.checkouts.get(checkout, { signal }),
    refetchInterval: ({ state }) =>
      state.data && isOver(state.data)
        ? false
        : state.dataUpdateCount > PATIENCE_POLLS
          ? SLOW_POLL_MS
          : POLL_MS,
  });
  const completed = query.data?.status === 'completed';
  useEffect(() => {
    const others = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[1] !== 'checkout';
    if (completed) void client.invalidateQueries({ queryKey: [slug], predicate: others });
  }, [completed, client, slug]);
  return (
    <div className="mx-auto max-w-xl pt-6" aria-live="polite">
      <Loaded query={query} skeleton={<Skeleton className="mx-auto h-48 w-full" />}>
        {(data) =>
          data.status === 'completed' ? (
            <Done checkout={data} />
          ) : data.status === 'expired' ? (
            <Expired checkout={data} />
          ) : (
            <Waiting checkout={data} />
          )
        }
      </Loaded>
    </div>
  );
}

function Waiting({ checkout }: { checkout: Checkout }) {
  const { base } = useMembership();
  return (
    <EmptyState
      isPage
      icon={Clock}
      title="We are waiting for the confirmation of your payment"
      action={
        <>
          {checkout.url ? <LinkButton href={checkout.url}>Back to the payment page</LinkButton> : null}
          <LinkButton href={base}>To the overview</LinkButton>
        </>
      }
    >
      This takes a few seconds. You can leave this page: whatever you paid counts, and you get a mail.
    </EmptyState>
  );
}

const DONE = {
  subscription: 'Welcome. Your plan is active.',
  invoice: 'Thank you. It is paid.',
  request: 'Thank you. The payment arrived.',
  card: 'Your payment method is saved.',
} as const;

const SAVED: Readonly<Record<NonNullable<Checkout['methodKind']>, string>> = {
  card: 'Your card is saved.',
  sepa_debit: 'Your bank account is saved.',
  paypal: 'PayPal is saved.',
};

function doneTitle({ purpose, planName, methodKind, isUnderWay }: Checkout): string {
  if (purpose === 'subscription' && planName !== null) return `Welcome to ${planName}`;
  if (purpose === 'card' && methodKind !== null) return SAVED[methodKind];
  return isUnderWay ? 'Thank you. The debit is on its way.' : DONE[purpose];
}

function Done({ checkout }: { checkout: Checkout }) {
  const { base } = useMembership();
  const bought = checkout.purpose === 'subscription' && checkout.planName !== null;
  return (
    <EmptyState
      isPage
      icon={CircleCheck}
      title={doneTitle(checkout)}
      action={
        <>
          {checkout.invoice ? (
            <LinkButton href={`${base}/invoices/${checkout.invoice}`}>See the invoice</LinkButton>
          ) : bought && checkout.amount !== '0' ? (
            <LinkButton href={`${base}/invoices`}>See the invoices</LinkButton>
          ) : null}
          {checkout.purpose === 'card' ? (
            <LinkButton variant="primary" href={`${base}/payment-methods`}>
              Payment methods
            </LinkButton>
          ) : (
            <LinkButton variant="primary" href={base}>
              To the overview
            </LinkButton>
          )}
        </>
      }
    >
      <WhatWasPaid checkout={checkout} />
    </EmptyState>
  );
}

function WhatWasPaid({ checkout }: { checkout: Checkout }) {
  const { amount, currency, purpose, methodKind, isUnderWay } = checkout;
  if (amount === '0') {
    return methodKind === 'sepa_debit'
      ? 'Nothing was debited. The mandate stands beside it among your payment methods.'
      : 'Nothing was charged.';
  }
  if (isUnderWay) {
    return (
      <>
        <Money amountMinor={amount} currency={currency} /> is debited from your bank account. That takes some
        days; {purpose === 'request' ? 'the receipt' : 'a mail'} comes once it has arrived.
      </>
    );
  }
  return (
    <>
      <Money amountMinor={amount} currency={currency} /> was paid.{' '}
      {purpose === 'subscription' ? 'The invoice' : 'The receipt'} is on its way to your mail.
    </>
  );
}

function Expired({ checkout }: { checkout: Checkout }) {
  const { base } = useMembership();
  const again =
    checkout.purpose === 'card'
      ? `${base}/payment-methods`
      : checkout.purpose === 'request'
        ? `${base}/invoices`
        : checkout.purpose === 'invoice'
          ? `${base}/invoices/${checkout.invoice ?? ''}`
          : hrefOf(`${base}/checkout`, {
              plan: checkout.plan ?? '',
              quantity: `${checkout.quantity}`,
              coupon: checkout.coupon ?? undefined,
            });
  return (
    <EmptyState
      isPage
      icon={CircleX}
      title="The payment page has closed"
      action={
        <LinkButton variant="primary" href={again}>
          Start again
        </LinkButton>
      }
    >
      It was not used in time, or another one took its place. Nothing was charged.
    </EmptyState>
  );
}
