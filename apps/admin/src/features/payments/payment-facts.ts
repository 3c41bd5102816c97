import type { Payment } from '@billhook/sdk/generated/types';
import { methodName } from '@billhook/ui/method-name';
import { capital } from '../../lib/words.ts';

/** How much of a payment can still be given back. */
export function refundable(payment: Payment): bigint {
  return payment.status === 'succeeded' ? BigInt(payment.amount) - BigInt(payment.refunded) : 0n;
}

const UNDER_WAY: ReadonlySet<string> = new Set(['created', 'sending', 'processing', 'unknown', 'pending']);

/** How soon payments are worth reading again: while money moves, its outcome may come at any moment. */
export function rereadMs(payments: readonly Payment[]): number | false {
  const moves = payments.some(
    ({ status, refunds }) => UNDER_WAY.has(status) || refunds.some((refund) => UNDER_WAY.has(refund.status)),
  );
  return moves && 1_000;
}

/** What no provider took. */
const BY_ITSELF: Readonly<Record<string, string>> = { bank_transfer: 'Bank transfer', manual: 'By hand' };

/** Who moved the money, by its name. */
export function providerText({ provider }: Payment): string {
  return BY_ITSELF[provider] ?? capital(provider);
}

/** The method of a payment as people know it; one that is planned is taken from what is the default then. */
export function methodText({ paymentMethod, provider, status }: Payment): string {
  if (paymentMethod) return methodName(paymentMethod);
  return status === 'created' ? 'Default method' : (BY_ITSELF[provider] ?? capital(provider));
}

const RISK_LEVELS = { normal: 'Normal', elevated: 'Elevated', highest: 'Highest' } as const;
const RISK_OUTCOMES: Readonly<Record<string, string>> = {
  authorized: 'let through',
  manual_review: 'held for a review',
  issuer_declined: 'declined by the bank',
  blocked: 'blocked by the provider',
  invalid: 'not valid',
};

/** What the provider made of a payment's risk and what came of it there; null where it said nothing. */
export function riskText({ risk }: Payment): string | null {
  if (risk === null) return null;
  const outcome = risk.outcome === null ? null : (RISK_OUTCOMES[risk.outcome] ?? risk.outcome);
  const level = risk.level === null ? null : RISK_LEVELS[risk.level];
  return capital([level, outcome].filter((part) => part !== null).join(', '));
}

/** When it is to be made, or came to its end. */
export function paymentAt({ plannedFor, finishedAt, createdAt }: Payment): string {
  return plannedFor ?? finishedAt ?? createdAt;
}

/** Of several tries that failed, the last one tells when the next is made. */
export function isLastTry(payment: Payment, payments: readonly Payment[]): boolean {
  return payments.every(
    ({ invoice, status, attemptNumber }) =>
      invoice !== payment.invoice || status !== 'failed' || attemptNumber <= payment.attemptNumber,
  );
}
