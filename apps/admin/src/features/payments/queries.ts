import type { Payment } from '@billhook/sdk/generated/types';
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
