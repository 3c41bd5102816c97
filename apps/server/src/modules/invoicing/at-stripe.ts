import { refuse } from '../../platform/refuse.ts';
import type { StoredInvoice } from './queries/read.ts';

/** Ends with `invoice.billed_at_stripe` for an invoice that Stripe computed: it is neither collected nor changed here. */
export function refuseAtStripe({ authority, number }: Pick<StoredInvoice, 'authority' | 'number'>): void {
  if (authority === 'stripe')
    refuse('invoice.billed_at_stripe', `Stripe computes and collects ${number}. Do it there.`);
}
