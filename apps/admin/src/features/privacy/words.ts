import type { ErasurePreview, ErasureTopic } from '@billhook/sdk/generated/types';

export const TOPICS: Readonly<Record<ErasureTopic, string>> = {
  profile: 'Name, address, tax numbers',
  people: 'People in the portal',
  messages: 'Mails and messages',
  payment_methods: 'Payment methods',
  payment_traces: 'Traces of paying',
  usage: 'Usage',
  rights: 'Notes on entitlements',
  files: 'Files, imports and exports',
  provider: 'Customer at the payment provider',
  documents: 'Issued documents',
  books: 'Books and payments',
  contracts: 'Notes on subscriptions',
  audit: 'Audit log',
};

/** What has to end before a customer can be erased. */
export const HINDRANCES: Readonly<Record<ErasurePreview['hindrances'][number], string>> = {
  erased: 'This customer is erased.',
  under_way: 'An erasure is under way.',
  legal_hold: 'It is on legal hold. Release the hold first.',
  subscriptions: 'It has a subscription that has not ended. Cancel it first.',
  unbilled: 'Its last bill is not made yet. Bill it first, or wait for the bill run.',
  open_invoices: 'It has an open invoice. Collect or void it first.',
  money_under_way: 'A payment or refund is under way. Wait for its end.',
  disputes: 'A dispute is open. Wait for its end.',
};
