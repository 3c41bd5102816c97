import type { Invoice } from '@billhook/sdk/generated/types';
import { Section } from '@billhook/ui/page-header';
import { TransferCard } from '@billhook/ui/transfer-card';
import { useRead } from '../../lib/read.tsx';
import { useDashboard } from '../dashboard/use-dashboard.ts';

/** How an open invoice is paid by transfer; nothing where the seller takes none, or a payment is under way. */
export function HowToTransfer({ invoice }: { invoice: Invoice }) {
  const { data: dashboard } = useDashboard();
  // A seller without an account in the currency takes no transfers, so it is not asked how they are made.
  const isTaken = dashboard?.transferCurrencies.includes(invoice.currency) ?? false;
  const details = useRead(
    ['invoice', invoice.id, 'transfer', invoice.due],
    (api, signal) => api.invoices.transferDetails(invoice.id, { signal }).catch(() => null),
    { enabled: isTaken },
  );
  if (!details.data) return null;
  return (
    <div className="no-print">
      <Section title="Pay by bank transfer" description="Give the reference, so that we know what it is for.">
        <TransferCard details={details.data} />
      </Section>
    </div>
  );
}
