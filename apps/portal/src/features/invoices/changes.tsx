import type { Invoice } from '@billhook/sdk/generated/types';
import { InvoiceCauses } from '@billhook/ui/invoice-causes';
import { TextLink } from '@billhook/ui/link';
import { Section } from '@billhook/ui/page-header';
import { useMembership } from '../../lib/portal.tsx';
import { useRead } from '../../lib/read.tsx';

const WORDS = {
  price: 'The same, at another price',
  volume: 'More or less of it',
  mix: 'Other things, dearer or cheaper',
  plan: 'Plan and what is new or gone',
  tax: 'Tax',
  oneOff: 'Charged or given once',
};

/** Why the invoice is not over the same amount as the one before. */
export function Changes({ invoice }: { invoice: Invoice }) {
  const { data } = useRead(['invoice-diff', invoice.id], (api, signal) =>
    api.invoices.diff(invoice.id, { signal }),
  );
  const { base } = useMembership();
  if (data?.against == null) return null;
  const compare = (
    <TextLink href={`${base}/invoices/${invoice.id}/compare?against=${data.against}`}>
      Compare line by line
    </TextLink>
  );
  if (data.change === '0') return <p className="no-print text-sm">{compare}</p>;
  return (
    <Section title="Why it is different from last time" description={compare} className="no-print">
      <InvoiceCauses diff={data} words={WORDS} thisOne="This invoice" />
    </Section>
  );
}
