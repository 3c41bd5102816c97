import type { PaymentRequest } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { useHostedPage } from '../../lib/leave.ts';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemBox } from '../../lib/problem.tsx';
import { useRead } from '../../lib/read.tsx';
import { backAddress, returnAddress } from '../checkout/return-address.ts';

/** What the seller asked for beside invoices. Nothing is shown while nothing was asked for. */
export function OpenRequests() {
  const requests = useRead(['payment-requests'], (api, signal) => api.paymentRequests.list({}, { signal }));
  const shown = (requests.data?.data ?? []).filter(({ status, held }) => status === 'open' || held !== '0');
  if (shown.length === 0) return null;
  return (
    <div className="pb-8">
      <Section title="Asked for and held">
        <ul>
          {shown.map((request) => (
            <RequestRow key={request.id} request={request} />
          ))}
        </ul>
      </Section>
    </div>
  );
}

function RequestRow({ request }: { request: PaymentRequest }) {
  const { base, api, customer, mayPay } = useMembership();
  const { locale } = useLocale();
  const pay = useHostedPage(() =>
    api.paymentRequests.pay(request.id, {
      successUrl: returnAddress(base, customer),
      cancelUrl: backAddress(`${base}/invoices`, customer),
    }),
  );
  const isOpen = request.status === 'open';
  return (
    <li className="border-b border-line py-3 first:border-t">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="font-medium">{request.description}</p>
          <p className="text-sm text-muted">
            {request.kind === 'deposit'
              ? isOpen
                ? 'A deposit. It is held for you until it is applied or sent back.'
                : 'Your deposit, held for you.'
              : 'A payment on account. It lowers your next invoices.'}
          </p>
        </div>
        {isOpen && mayPay ? (
          <Button variant="primary" onClick={() => pay.run(undefined)} busy={pay.busy}>
            Pay {formatMoney(request.amount, request.currency, locale).full}
          </Button>
        ) : (
          <Money amountMinor={isOpen ? request.amount : request.held} currency={request.currency} />
        )}
      </div>
      <ProblemBox error={pay.error} />
    </li>
  );
}
