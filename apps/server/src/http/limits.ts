import type { RouteDefinition } from '@billhook/contract/define-route';
import type { Config } from '../platform/config.ts';
import { refuse } from '../platform/refuse.ts';

/** How many requests one caller may make in a window. */
export type Limit = { max: number; windowMs: number };

export type Limits = {
  /** An API key, on routes that are not hot. */
  key: Limit;
  /** An API key, on the routes that are asked with every use of what a seller sells. */
  hot: Limit;
  /** A signed-in person. */
  session: Limit;
  /** An address on public routes. */
  open: Limit;
  /** Wrong or missing credentials from one address. */
  refused: Limit;
  /** Sign-in, sign-up, reset: from one address, and for one account. */
  auth: Limit;
  account: Limit;
  /** What asks a payment provider for something: from one address, by one caller, and of one seller in all. */
  payAddress: Limit;
  payCaller: Limit;
  payTenant: Limit;
  /** New accounts from one address: a refusal tells that an address is known, so that few can be asked for. */
  signUp: Limit;
};

const MINUTE_MS = 60_000;

export const DEFAULT_LIMITS: Omit<Limits, 'key' | 'hot'> = {
  session: { max: 6_000, windowMs: MINUTE_MS },
  open: { max: 3_000, windowMs: MINUTE_MS },
  refused: { max: 600, windowMs: MINUTE_MS },
  auth: { max: 60, windowMs: MINUTE_MS },
  account: { max: 10, windowMs: MINUTE_MS },
  payAddress: { max: 120, windowMs: MINUTE_MS },
  payCaller: { max: 60, windowMs: MINUTE_MS },
  payTenant: { max: 6_000, windowMs: MINUTE_MS },
  signUp: { max: 20, windowMs: 10 * MINUTE_MS },
};

/** Those of keys are the installation's to choose. */
export function limitsOf({ keyLimits }: Pick<Config, 'keyLimits'>): Limits {
  return {
    ...DEFAULT_LIMITS,
    key: { max: keyLimits.other, windowMs: MINUTE_MS },
    hot: { max: keyLimits.hot, windowMs: MINUTE_MS },
  };
}

/** Usage and rights: what a seller's own servers ask all the time. */
const HOT_ROUTES: ReadonlySet<string> = new Set([
  'ingestEvents',
  'checkEntitlement',
  'trackUsage',
  'consumeUsage',
  'consumeCredits',
  'createReservation',
  'settleReservation',
  'releaseReservation',
]);

/** Which limit a request counts against. */
export function limitKindOf(
  route: Pick<RouteDefinition, 'id'>,
  principal: 'api_key' | 'operator' | 'member' | 'open',
): 'hot' | 'key' | 'session' | 'open' {
  if (principal === 'api_key') return HOT_ROUTES.has(route.id) ? 'hot' : 'key';
  return principal === 'open' ? 'open' : 'session';
}

/** What makes a provider work: pages, cards, collecting at once. */
const PAYMENT_ROUTES: ReadonlySet<string> = new Set([
  'startCheckout',
  'startCardCheckout',
  'payInvoice',
  'attachPaymentMethod',
  'collectInvoice',
  'buyMyCredits',
  'linkPaymentRequest',
  'payPaymentRequest',
  'payAskedPayment',
]);

export function isPaymentRoute(route: Pick<RouteDefinition, 'id'>): boolean {
  return PAYMENT_ROUTES.has(route.id);
}

/**
 * Counts a request to a payment route. A person counts by address and account; a seller's own server speaks for many and
 * counts for the seller alone.
 * @throws Refusal `rate.limited`
 */
export function takePayment(
  limiter: RateLimiter,
  principal: { kind: string; tenantId: number | null; id?: string },
  address: string,
): void {
  const tenant = `${principal.tenantId}`;
  limiter.take('payTenant', tenant);
  if (principal.kind === 'api_key') return;
  limiter.take('payAddress', `${tenant} ${address}`);
  limiter.take('payCaller', `${tenant} ${principal.id ?? address}`);
}

type Window = { startedAtMs: number; count: number };

export type LimitState = { limit: number; remaining: number; resetSeconds: number };

/** Of one kind of limit. */
const MAX_WINDOWS = 100_000;

/**
 * Counts requests in fixed windows, in this process. With several processes each grants its own share; the
 * limits guard against floods, they are no quota that money depends on.
 */
export class RateLimiter {
  private readonly windows = new Map<keyof Limits, Map<string, Window>>();
  private readonly limits: Limits;
  private readonly nowMs: () => number;

  constructor(limits: Limits, nowMs: () => number) {
    this.limits = limits;
    this.nowMs = nowMs;
  }

  /**
   * Counts one request.
   * @throws Refusal `rate.limited` with the seconds to wait in `retry_after`
   */
  take(kind: keyof Limits, caller: string): LimitState {
    const limit = this.limits[kind];
    const window = this.windowOf(kind, caller, limit);
    window.count += 1;
    const resetSeconds = Math.max(1, Math.ceil((window.startedAtMs + limit.windowMs - this.nowMs()) / 1000));
    if (window.count > limit.max) {
      refuse(
        'rate.limited',
        `More than ${limit.max} requests in ${limit.windowMs / 1000} seconds. Wait ${resetSeconds} seconds.`,
        {
          facts: { retry_after: resetSeconds, limit: limit.max },
        },
      );
    }
    return { limit: limit.max, remaining: limit.max - window.count, resetSeconds };
  }

  private windowOf(kind: keyof Limits, caller: string, limit: Limit): Window {
    const nowMs = this.nowMs();
    const windows = this.windows.get(kind) ?? new Map<string, Window>();
    const known = windows.get(caller);
    if (known !== undefined && nowMs < known.startedAtMs + limit.windowMs) return known;
    if (windows.size === 0) this.windows.set(kind, windows);
    // Oldest first: a map keeps the order of insertion, and a flood of new callers cannot fill the memory.
    windows.delete(caller);
    if (windows.size >= MAX_WINDOWS) {
      const oldest = windows.keys().next().value;
      if (oldest !== undefined) windows.delete(oldest);
    }
    const window = { startedAtMs: nowMs, count: 0 };
    windows.set(caller, window);
    return window;
  }
}
