import type { Payment } from '@billhook/sdk/generated/types';
import { toast } from '@billhook/ui/toast';
import { tell } from '../../lib/problem.tsx';
import { saveFile } from '../../lib/save-file.ts';
import { useScope } from '../../lib/scope.tsx';

/** Saves the receipt of a payment. */
export function useReceipt(): (payment: Payment) => void {
  const { api } = useScope();
  return (payment) =>
    void saveFile(() => api.payments.receipt(payment.id), 'receipt.pdf').catch((error: Error) =>
      toast('The receipt could not be downloaded.', { tone: 'problem', detail: tell(error).detail }),
    );
}
