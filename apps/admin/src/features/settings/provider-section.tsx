import { CopyText } from '@billhook/ui/copy-text';
import { KeyValue } from '@billhook/ui/key-value';
import { Section } from '@billhook/ui/page-header';
import { useQuery } from '@tanstack/react-query';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

const MODES = {
  sandbox: 'Sandbox: no money moves',
  test: 'Stripe, test keys',
  live: 'Stripe, live keys',
} as const;

/** Who takes the payments, and the address that has to be entered there. */
export function ProviderSection() {
  const { api, tenant } = useScope();
  const may = useMay(ROLES.builders);
  const { data } = useQuery({
    queryKey: [tenant.id, 'payment-provider'],
    queryFn: ({ signal }) => api.paymentProvider.get({ signal }),
    enabled: may,
  });
  if (data === undefined) return null;
  const description =
    data.mode === 'sandbox'
      ? 'Payments of a sandbox go to the built-in provider.'
      : 'Enter the address at Stripe as a webhook endpoint, then start with its signing secret.';
  return (
    <Section title="Payments" description={description}>
      <KeyValue
        items={[
          { label: 'Account', value: data.mode === null ? 'None yet' : MODES[data.mode] },
          ...(data.mode === 'sandbox'
            ? []
            : [
                { label: 'Webhook address', value: <CopyText text={data.webhookUrl} /> },
                { label: 'Events to send', value: data.webhookEvents.join(', ') },
              ]),
        ]}
      />
    </Section>
  );
}
