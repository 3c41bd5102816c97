import type { Invoice } from '@billhook/sdk/generated/types';
import { InvoiceCauses } from '@billhook/ui/invoice-causes';
import { TextLink } from '@billhook/ui/link';
import { Section } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

const WORDS = {
  price: 'Price',
  volume: 'Volume',
  mix: 'Mix',
  plan: 'Plan',
  tax: 'Tax',
  oneOff: 'One-off',
};

/** Why the total differs from that of the invoice before; nothing on a first invoice. */
export function Causes({ invoice }: { invoice: Invoice }) {
  const { api, tenant } = useScope();
  const diff = useQuery({
    queryKey: [tenant.id, 'invoice-diff', invoice.id],
    queryFn: ({ signal }) => api.invoices.diff(invoice.id, {}, { signal }),
  });
  if (diff.isPending) return <Skeleton className="h-40 w-full" />;
  if (diff.data?.against == null) return null;
  const { against } = diff.data;
  return (
    <Section
      title="Why it changed"
      description={
        <TextLink href={`/invoices/${invoice.id}/compare?against=${against}`}>Compare line by line</TextLink>
      }
    >
      {diff.data.change === '0' ? (
        <p className="text-muted">The same total as {diff.data.againstNumber}.</p>
      ) : (
        <InvoiceCauses diff={diff.data} words={WORDS} thisOne={invoice.number} />
      )}
    </Section>
  );
}
