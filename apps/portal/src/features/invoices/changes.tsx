import type { Invoice } from '@billhook/sdk/generated/types';
import { InvoiceCauses } from '@billhook/ui/invoice-causes';
import { Section } from '@billhook/ui/page-header';
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
  if (data?.against == null || data.change === '0') return null;
  return (
    <Section title="Why it is different from last time" className="no-print">
      <InvoiceCauses diff={data} words={WORDS} thisOne="This invoice" />
    </Section>
  );
}
