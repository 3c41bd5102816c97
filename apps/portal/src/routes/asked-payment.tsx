import { BillhookError } from '@billhook/sdk/error';
import type { AskedPayment } from '@billhook/sdk/generated/types';
import { useFilters, usePathParam } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { formatMoney } from '@billhook/ui/format';
import { KeyValue } from '@billhook/ui/key-value';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Skeleton } from '@billhook/ui/skeleton';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, Clock, Link2Off } from 'lucide-react';
import { useHostedPage } from '../lib/leave.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useVisit } from '../lib/portal.tsx';
import { ProblemBox } from '../lib/problem.tsx';
import { Loaded } from '../lib/read.tsx';
import { PublicFrame } from '../shell/public-frame.tsx';

const POLL_MS = 1_000;
const SLOW_POLL_MS = 5_000;
const PATIENCE_POLLS = 30;

/** Where a mail or the seller leads to who is asked for a payment. Nobody need be signed in. */
export function AskedPaymentScreen() {
  const { slug, session, api } = useVisit();
  const token = usePathParam('token');
  const [{ back }] = useFilters();
  usePageTitle('Payment', session.seller.name);
  const isBack = back === 'paid';
  const query = useQuery({
    queryKey: [slug, 'asked-payment', token],
    queryFn: ({ signal }) => api.askedPayments.get(token, { signal }),
    retry: (count, error) => count < 3 && !isUnknown(error),
    refetchInterval: ({ state }) => {
      if (!isBack || state.data?.status !== 'open') return false;
      return state.dataUpdateCount > PATIENCE_POLLS ? SLOW_POLL_MS : POLL_MS;
    },
  });
  return (
    <PublicFrame>
      <div className="mx-auto max-w-xl pt-6" aria-live="polite">
        {query.error && isUnknown(query.error) ? (
          <NoSuchLink />
        ) : (
          <Loaded query={query} skeleton={<Skeleton className="mx-auto h-64 w-full" />}>
            {(asked) => <Asked asked={asked} isBack={isBack} token={token} />}
          </Loaded>
        )}
      </div>
    </PublicFrame>
  );
}

const isUnknown = (error: Error) => error instanceof BillhookError && error.status === 404;

function NoSuchLink() {
  return (
    <EmptyState isPage icon={Link2Off} title="This link is not whole">
      Open the link in the mail again, or copy all of it.
    </EmptyState>
  );
}

function Asked({ asked, isBack, token }: { asked: AskedPayment; isBack: boolean; token: string }) {
  const { session } = useVisit();
  if (asked.status === 'paid') {
    return (
      <EmptyState isPage icon={CircleCheck} title="Thank you. The payment arrived.">
        <Money amountMinor={asked.amount} currency={asked.currency} /> for “{asked.description}”. The receipt
        is on its way by mail.
      </EmptyState>
    );
  }
  if (asked.status === 'canceled') {
    return (
      <EmptyState isPage icon={CircleX} title="There is nothing to pay here any more">
        {session.seller.name} took the request for “{asked.description}” back. Nothing was charged.
      </EmptyState>
    );
  }
  if (isBack || asked.isUnderWay) return <Waiting asked={asked} />;
  return <Open asked={asked} token={token} />;
}

function Waiting({ asked }: { asked: AskedPayment }) {
  return (
    <EmptyState isPage icon={Clock} title="We are waiting for your payment">
      <Money amountMinor={asked.amount} currency={asked.currency} /> for “{asked.description}”. A card takes a
      few seconds, a debit some days. You can close this page: what you paid counts.
    </EmptyState>
  );
}

function Open({ asked, token }: { asked: AskedPayment; token: string }) {
  const { session, api } = useVisit();
  const { locale } = useLocale();
  const pay = useHostedPage(() => api.askedPayments.pay(token));
  return (
    <section className="flex flex-col gap-6">
      <div className="flex flex-col gap-1">
        <h1 className="text-lg font-semibold">{session.seller.name} asks you for a payment</h1>
        <p className="text-muted">
          {asked.kind === 'deposit'
            ? 'It is a deposit: it is held for you until it is applied or sent back.'
            : 'It is credit of yours as soon as it is paid: it lowers your next invoices.'}
        </p>
      </div>
      <KeyValue
        items={[
          { label: 'For', value: asked.description },
          { label: 'Asked of', value: asked.customerName },
          { label: 'Amount', value: <Money amountMinor={asked.amount} currency={asked.currency} /> },
        ]}
      />
      <ProblemBox error={pay.error} />
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="primary" size="lg" onClick={() => pay.run(undefined)} busy={pay.busy}>
          Pay {formatMoney(asked.amount, asked.currency, locale).full}
        </Button>
        {session.user ? <LinkButton href={`/p/${session.seller.slug}`}>To my account</LinkButton> : null}
      </div>
    </section>
  );
}
