import type { CreateDebitNote, DraftDebitNote, Invoice } from '@billhook/sdk/generated/types';
import { KeyValue } from '@billhook/ui/key-value';
import { Money } from '@billhook/ui/money';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

/** What the claim comes to with tax. The reason changes nothing of it. */
export function useDraft(invoice: Invoice, lines: CreateDebitNote['lines'] | null) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'debit-preview', invoice.id, lines],
    enabled: lines !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api.invoices.previewDebit(invoice.id, { lines: lines ?? [], reason: 'preview' }, { signal }),
  });
}

/** The sums of a debit note that is not issued. */
export function DraftSums({ draft }: { draft: DraftDebitNote }) {
  const money = (amountMinor: string) => <Money amountMinor={amountMinor} currency={draft.currency} />;
  return (
    <KeyValue
      layout="sum"
      items={[
        { label: 'Before tax', value: money(draft.subtotal) },
        { label: 'Tax, as on the invoice', value: money(draft.tax) },
        { label: 'Total', value: money(draft.total), strong: true },
        ...(draft.creditApplied === '0'
          ? []
          : [
              { label: 'Paid from credit', value: money(`-${draft.creditApplied}`) },
              { label: 'To pay', value: money(draft.due), strong: true },
            ]),
      ]}
    />
  );
}
