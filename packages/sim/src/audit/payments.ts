import type { PaymentAttempt, PaymentStatus } from '@billhook/core/payments/payment';
import type { Customer } from '../customer.ts';
import type { Report } from '../violation.ts';

const FINAL: ReadonlySet<PaymentStatus> = new Set(['succeeded', 'failed', 'canceled']);

/** What is remembered of one customer's attempts, so that only those under way are looked at after every step. */
export interface PaymentWatch {
  readonly open: Set<string>;
  readonly final: Map<string, PaymentStatus>;
}

export function newWatch(): PaymentWatch {
  return { open: new Set(), final: new Map() };
}

/** I15: looked at after every step, because two attempts may be under way for minutes only. */
export function checkOpenPayments({ books }: Customer, watch: PaymentWatch, report: Report): void {
  if (books.payments.size > watch.open.size + watch.final.size) {
    for (const { id } of books.payments.values()) if (!watch.final.has(id)) watch.open.add(id);
  }
  const invoices = new Set<string>();
  for (const id of watch.open) {
    const { status, invoiceId } = books.payments.get(id) as PaymentAttempt;
    if (FINAL.has(status)) {
      watch.open.delete(id);
      watch.final.set(id, status);
    } else if (invoiceId !== null) {
      if (invoices.has(invoiceId)) report('I15', `${invoiceId} has two open attempts`);
      invoices.add(invoiceId);
    }
  }
}

/** I20: what was final stays, but for money that came after we had given up. */
export function checkFinalPayments({ books }: Customer, watch: PaymentWatch, report: Report): void {
  for (const [id, before] of watch.final) {
    const status = books.payments.get(id)?.status;
    if (status === before) continue;
    if (before === 'succeeded') report('I20', `${id} went back to ${status}`);
    else if (status !== 'succeeded') report('I20', `${id} is open again`);
    else watch.final.set(id, status);
  }
}
