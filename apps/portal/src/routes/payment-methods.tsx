import { Button } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { CreditCard, Plus } from 'lucide-react';
import { backAddress, returnAddress } from '../features/checkout/return-address.ts';
import { useWaysToPay, wayName } from '../features/checkout/ways-to-pay.tsx';
import { MethodRow } from '../features/payment-methods/method-row.tsx';
import { useHostedPage } from '../lib/leave.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { ProblemBox } from '../lib/problem.tsx';
import { Loaded, useRead } from '../lib/read.tsx';

export function PaymentMethodsScreen() {
  const { base, session, api, customer, mayPay } = useMembership();
  usePageTitle('Payment methods', session.seller.name);
  const methods = useRead(['payment-methods'], (client, signal) => client.paymentMethods.list({ signal }));
  const ways = useWaysToPay();
  const add = useHostedPage((provider: string | undefined) =>
    api.paymentMethods.add({
      ...(provider === undefined ? {} : { provider }),
      successUrl: returnAddress(base, customer),
      cancelUrl: backAddress(`${base}/payment-methods`, customer),
    }),
  );
  const [first, ...others] = ways;
  const button = mayPay ? (
    <>
      {others.map((way) => (
        <Button key={way.provider} icon={Plus} onClick={() => add.run(way.provider)} busy={add.busy}>
          Add {wayName(way)}
        </Button>
      ))}
      <Button variant="primary" icon={Plus} onClick={() => add.run(first?.provider)} busy={add.busy}>
        {first === undefined || first.kinds[0] === 'card' ? 'Add a card' : `Add ${wayName(first)}`}
      </Button>
    </>
  ) : undefined;
  const some = (methods.data?.data.length ?? 0) > 0;
  return (
    <>
      <PageHeader
        title="Payment methods"
        description="Kept by our payment provider. Of a card we see the last four digits."
        actions={some ? button : undefined}
      />
      <div className="mb-4 empty:hidden">
        <ProblemBox error={add.error} />
      </div>
      <Loaded query={methods} skeleton={<Skeleton className="h-16 w-full" />}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon={CreditCard} title="No payment method yet" action={button}>
              {mayPay
                ? 'It is added on the page of our payment provider. Nothing is charged.'
                : 'An owner or admin of your company can add one.'}
            </EmptyState>
          ) : (
            <ul>
              {data.map((method) => (
                <MethodRow key={method.id} method={method} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}
