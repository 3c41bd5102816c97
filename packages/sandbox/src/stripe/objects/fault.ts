import type { Draft } from '../../state/draft.ts';
import type { PaymentFault } from '../../state/records.ts';
import { renderPaymentMethod } from './payment-method.ts';

/** The error of the last attempt as an intent shows it. */
export function renderFault(fault: PaymentFault | null, draft: Draft): object | null {
  if (fault === null) return null;
  const method = fault.paymentMethod === null ? undefined : draft.get('payment_method', fault.paymentMethod);
  return {
    ...(fault.charge === null ? {} : { charge: fault.charge }),
    code: fault.code,
    ...(fault.declineCode === null ? {} : { decline_code: fault.declineCode }),
    doc_url: `https://stripe.com/docs/error-codes/${fault.code.replaceAll('_', '-')}`,
    message: fault.message,
    ...(method === undefined ? {} : { payment_method: renderPaymentMethod(method) }),
    type: fault.type,
  };
}
