/** What this module publishes. Payloads name what changed, never its value: personal data stays in its table. */
export const customerEvents = ['customer.created', 'customer.updated', 'customer.parked'] as const;
