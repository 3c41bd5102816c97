import type { Approval, Payment } from '@billhook/sdk/generated/types';
import { useQuery } from '@tanstack/react-query';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';
import { rereadMs } from './payment-facts.ts';

export const PAYMENT_STATES: readonly Payment['status'][] = [
  'succeeded',
  'failed',
  'processing',
  'requires_action',
  'unknown',
  'canceled',
  'reversed',
];

export function usePayments({
  status,
  customer,
}: {
  status?: string | undefined;
  customer?: string | undefined;
}) {
  const { api } = useScope();
  const state = PAYMENT_STATES.find((one) => one === status);
  return useCursorList<Payment>(
    ['payments', state ?? '', customer ?? ''],
    (page, signal) => api.payments.list({ ...page, status: state, customer }, { signal }),
    { refetchMs: rereadMs },
  );
}

/** Refunds of payments of a customer that wait for a second person, by payment. */
export function useAskedRefunds(customer: string | undefined): ReadonlyMap<string, Approval> {
  const { api, tenant } = useScope();
  const { data } = useQuery({
    queryKey: [tenant.id, 'approvals', 'waiting', customer],
    queryFn: ({ signal }) => api.approvals.list({ status: 'waiting', customer, limit: 100 }, { signal }),
    enabled: customer !== undefined,
  });
  return new Map((data?.data ?? []).map((asked) => [asked.payment, asked]));
}
