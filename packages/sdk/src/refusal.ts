import type { EntitlementCheck } from './generated/types.ts';
import { secondsUntil } from './guard/rate-limit-fields.ts';

/** What of a check decides over the answer. */
export type RefusedCheck = Pick<EntitlementCheck, 'allowed' | 'featureName' | 'resetAt' | 'upgrade'> &
  Partial<Pick<EntitlementCheck, 'pay'>>;

/** An answer for your own user, to be handed to any HTTP framework. */
export interface RefusalAnswer {
  readonly status: 402 | 403 | 429;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly detail: string;
    readonly code:
      | 'entitlement.limit_reached'
      | 'entitlement.window_exhausted'
      | 'entitlement.payment_due'
      | 'auth.forbidden';
    readonly upgrade_url: string | null;
    /** Where what is unpaid is paid; access is back with the money. */
    readonly pay_url: string | null;
    readonly reset_at: string | null;
  };
}

const TITLES: Record<RefusalAnswer['body']['code'], string> = {
  'entitlement.limit_reached': 'The limit of the plan is reached',
  'entitlement.window_exhausted': 'The limit of this window is reached',
  'entitlement.payment_due': 'An invoice is unpaid',
  'auth.forbidden': 'This is not part of the plan',
};

/**
 * Turns a check that did not allow into the answer that your user gets: 402 with a link to pay where something unpaid
 * keeps the feature back, 402 with a link to a larger plan where there
 * is one, 429 with `Retry-After` where only time helps, 403 where neither does. Null if the check allowed.
 *
 * @param nowEpochMs the present, so that `Retry-After` can be told in seconds
 */
export function refusalFor(check: RefusedCheck, nowEpochMs: number): RefusalAnswer | null {
  if (check.allowed) return null;
  if (check.pay != null) {
    const detail = `${check.featureName} is kept back until an invoice is paid. It is back the moment the payment arrives.`;
    return answer(402, 'entitlement.payment_due', detail, check, {
      link: `<${check.pay.url}>; rel="payment"`,
    });
  }
  if (check.upgrade !== null) {
    const detail = `${check.upgrade.planName} grants more of ${check.featureName}.`;
    return answer(402, 'entitlement.limit_reached', detail, check, {
      link: `<${check.upgrade.url}>; rel="payment"`,
    });
  }
  if (check.resetAt !== null) return windowRefusal(check, check.resetAt, nowEpochMs);
  return answer(403, 'auth.forbidden', `${check.featureName} is not available to this customer.`, check, {});
}

/** As {@link refusalFor}, but 429 with `Retry-After` whenever the limit resets, for calls made by machines. */
export function rateRefusalFor(check: RefusedCheck, nowEpochMs: number): RefusalAnswer | null {
  if (check.allowed || check.resetAt === null || check.pay != null) return refusalFor(check, nowEpochMs);
  return windowRefusal(check, check.resetAt, nowEpochMs);
}

function windowRefusal(check: RefusedCheck, resetAt: string, nowEpochMs: number): RefusalAnswer {
  const seconds = secondsUntil(resetAt, nowEpochMs);
  const detail = `${check.featureName} is available again at ${resetAt}.`;
  return answer(429, 'entitlement.window_exhausted', detail, check, { 'retry-after': String(seconds) });
}

function answer(
  status: RefusalAnswer['status'],
  code: RefusalAnswer['body']['code'],
  detail: string,
  check: RefusedCheck,
  headers: Record<string, string>,
): RefusalAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: {
      type: 'about:blank',
      title: TITLES[code],
      status,
      detail,
      code,
      upgrade_url: check.upgrade?.url ?? null,
      pay_url: check.pay?.url ?? null,
      reset_at: check.resetAt,
    },
  };
}
