import type { InvoiceSummary } from '@billhook/sdk/generated/types';
import { Status, type Tone } from '@billhook/ui/status';

const WORDS: Record<InvoiceSummary['status'], readonly [Tone, string]> = {
  open: ['attention', 'Open'],
  paid: ['ok', 'Paid'],
  void: ['neutral', 'Cancelled'],
  uncollectible: ['problem', 'Unpaid'],
};

/** The state of an invoice; one that was paid back says so. */
export function InvoiceStatus({ invoice }: { invoice: InvoiceSummary }) {
  const [tone, word] = WORDS[invoice.status];
  if (invoice.status === 'paid' && invoice.refunded !== '0') {
    return <Status tone="info">{invoice.refunded === invoice.paid ? 'Refunded' : 'Partly refunded'}</Status>;
  }
  return <Status tone={tone}>{word}</Status>;
}
