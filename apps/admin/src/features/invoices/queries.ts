import type { InvoiceStatus, InvoiceSummary } from '@billhook/sdk/generated/types';
import { useQuery } from '@tanstack/react-query';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';
import { rereadMs } from '../payments/payment-facts.ts';

export const INVOICE_STATES: readonly InvoiceStatus[] = ['open', 'paid', 'void', 'uncollectible'];

export const INVOICE_KINDS = ['invoice', 'debit_note'] as const;

export interface InvoiceFilters {
  readonly q?: string | undefined;
  readonly status?: string | undefined;
  readonly kind?: string | undefined;
  readonly customer?: string | undefined;
}

export function useInvoices({ q, status, kind, customer }: InvoiceFilters) {
  const { api } = useScope();
  const state = INVOICE_STATES.find((one) => one === status);
  const only = INVOICE_KINDS.find((one) => one === kind);
  const key = ['invoices', q ?? '', state ?? '', only ?? '', customer ?? ''];
  return useCursorList<InvoiceSummary>(key, (page, signal) =>
    api.invoices.list({ ...page, q: q || undefined, status: state, kind: only, customer }, { signal }),
  );
}

export function useInvoice(id: string) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'invoice', id],
    queryFn: ({ signal }) => api.invoices.get(id, { signal }),
    refetchInterval: ({ state }) => rereadMs(state.data?.payments ?? []),
  });
}
