import { CopyText } from '@billhook/ui/copy-text';
import { KeyValue } from '@billhook/ui/key-value';
import { Section } from '@billhook/ui/page-header';
import { useQuery } from '@tanstack/react-query';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { KeyCare } from './key-care.tsx';
import { StripeKeys } from './stripe-keys.tsx';

const MODES = {
  sandbox: 'Sandbox: no money moves',
  test: 'Stripe, test keys',
  live: 'Stripe, live keys',
} as const;

/** The account at Stripe: its keys, and the address that has to be entered there. */
export function ProviderSection() {
  const { api, tenant } = useScope();
  const may = useMay(ROLES.builders);
  const { data } = useQuery({
    queryKey: [tenant.id, 'payment-provider'],
    queryFn: ({ signal }) => api.paymentProvider.get({ signal }),
    enabled: may,
  });
  const accounts = useQuery({
    queryKey: [tenant.id, 'payment-accounts'],
    queryFn: ({ signal }) => api.paymentAccounts.list({ signal }),
    enabled: may,
  });
  const stripe = accounts.data?.data.find(({ provider }) => provider === 'stripe');
  if (data === undefined) return null;
  const isSandbox = tenant.kind === 'sandbox';
  const description = isSandbox
    ? 'Payments of a sandbox go to the built-in stand-in.'
    : 'Enter the address at Stripe as a webhook endpoint, then put its signing secret and a key here.';
  return (
    <Section title="Stripe" description={description}>
      <KeyValue
        items={[
          { label: 'Account', value: data.mode === null ? 'None yet' : MODES[data.mode] },
          ...(isSandbox
            ? []
            : [
                { label: 'Webhook address', value: <CopyText text={data.webhookUrl} /> },
                {
                  label: 'Events to send',
                  value: (
                    <CopyText
                      text={data.webhookEvents.join(', ')}
                      shown={`${data.webhookEvents.length} kinds of events`}
                    />
                  ),
                },
              ]),
        ]}
      />
      {isSandbox || stripe === undefined ? null : (
        <>
          <StripeKeys account={stripe} />
          {data.mode === null ? null : <KeyCare kind="stripe" subject={stripe.title} />}
        </>
      )}
    </Section>
  );
}
