import { openCase } from '../modules/support/api.ts';
import type { Listener } from '../platform/outbox.ts';

type Reason = { code: string; detail: string };

/** Tells staff of tries that were refused or odd: one case a customer and kind, however many tries there are. */
export const riskListener: Listener = {
  name: 'risk',
  types: ['payment_try.refused', 'payment_try.flagged'],
  async handle(ctx, event) {
    if (event.customerId === null) return;
    const reasons = (event.payload.reasons ?? []) as Reason[];
    const isRefused = event.type === 'payment_try.refused';
    await openCase(ctx, {
      kind: event.type,
      customerId: event.customerId,
      subjectId: event.customerId,
      detail: `${isRefused ? 'A try to pay was refused.' : 'A try to pay looks odd.'} ${reasons.map(({ detail }) => detail).join(' ')}`,
      facts: { reasons: reasons.map(({ code }) => code).join(' ') },
    });
  },
};
