import type { BillingDecision } from '@billhook/core/invoicing/decide-invoice';

/** What is to be written of a decision. */
export type ToWrite = Pick<BillingDecision, 'changes' | 'events' | 'invoice'>;
