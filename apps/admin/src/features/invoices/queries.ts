import type { InvoiceStatus, InvoiceSummary } from '@billhook/sdk/generated/types';
import { useQuery } from '@tanstack/react-query';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';
import { rereadMs } from '../payments/payment-facts.ts';

export const INVOICE_STATES: readonly InvoiceStatus[] = ['open', 'paid', 'void', 'uncollectible'];

export interface InvoiceFilters {
  readonly q?: string | undefined;
  readonly status?: string | undefined;
  readonly customer?: string | undefined;
}

export function useInvoices({ q, status, customer }: InvoiceFilters) {
  const { api } = useScope();
  const state = INVOICE_STATES.find((one) => one === status);
  return useCursorList<InvoiceSummary>(['invoices', q ?? '', state ?? '', customer ?? ''], (page, signal) =>
    api.invoices.list({ ...page, q: q || undefined, status: state, customer }, { signal }),
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
