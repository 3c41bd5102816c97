import { RIGHT_REASONS } from '@billhook/contract/right-reasons';
import { evaluateEntitlement } from '@billhook/core/entitlements/evaluate';
import { type Decimal12, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { MIN_INSTANT } from '@billhook/core/time/instant';

/** A right of the stand-in server. Figures are decimal strings. */
export interface StoredRight {
  kind: 'boolean' | 'configuration' | 'metered';
  enabled?: boolean;
  value?: string | number | boolean | (string | number | boolean)[];
  limit?: string | null;
  used?: string;
  overage?: 'block' | 'soft' | 'allow';
  resetAt?: string | null;
  credits?: { available: string; cost: string };
}

interface Held {
  readonly id: string;
  readonly customer: string;
  readonly feature: string;
  held: bigint;
}

type Body = Record<string, string>;
type Answer = { status: number; body: unknown };

/** What the entitlement routes keep to, in memory: limits, promises and events that count once. */
export class RightsStore {
  readonly rights = new Map<string, Map<string, StoredRight>>();
  readonly reservations = new Map<string, Held>();
  /** Quantity of each event that was counted, by its id. */
  readonly events = new Map<string, bigint>();
  /** When tracked usage was said to have happened. */
  readonly times: string[] = [];
  readonly #answers = new Map<string, unknown>();

  set(customer: string, feature: string, right: StoredRight): void {
    const rights = this.rights.get(customer) ?? new Map<string, StoredRight>();
    this.rights.set(customer, rights.set(feature, right));
  }

  used(customer: string, feature: string): string {
    return formatDecimal12(this.#read(this.#right(customer, feature)?.used));
  }

  heldOf(customer: string, feature: string): bigint {
    return [...this.reservations.values()]
      .filter((one) => one.customer === customer && one.feature === feature)
      .reduce((sum, { held }) => sum + held, 0n);
  }

  list(customer: string): Answer {
    const rights = this.rights.get(customer);
    if (rights === undefined) return problem(404, 'customer.not_found');
    const data = [...rights.keys()].map((feature) => this.#standing(customer, feature));
    return ok({ object: 'list', data, has_more: false, next_cursor: null });
  }

  check({ customer = '', feature = '', quantity }: Body): Answer {
    return ok(this.checkOf(customer, feature, this.#read(quantity ?? '1')));
  }

  /** The answer of a check, as every route sends it along. */
  checkOf(customer: string, feature: string, requested = 0n) {
    const right = this.#present(customer, feature, requested);
    const url = 'https://shop.example/plans';
    const upgrade = right.allowed ? null : { plan: 'pro', plan_name: 'Pro', url };
    return { object: 'entitlement_check', customer, ...right, upgrade };
  }

  track({ customer = '', feature = '', quantity, event_id = '', time }: Body): Answer {
    if (time !== undefined) this.times.push(time);
    if (!this.#right(customer, feature)) return problem(404, 'feature.not_found');
    const isNew = this.#count(customer, feature, this.#read(quantity ?? '1'), event_id);
    const status = isNew ? 'accepted' : 'duplicate';
    return ok({ object: 'tracked_usage', event_id, status, check: this.checkOf(customer, feature) });
  }

  consume({ customer = '', feature = '', quantity, event_id = '' }: Body): Answer {
    const units = this.#read(quantity);
    const isDuplicate = this.events.has(event_id);
    const isRefused = !isDuplicate && this.#left(customer, feature) < units;
    if (!isDuplicate && !isRefused) this.#count(customer, feature, units, event_id);
    const status = isDuplicate ? 'duplicate' : isRefused ? 'refused' : 'counted';
    return ok({ status, entitlement: this.#standing(customer, feature) });
  }

  reserve({ customer = '', feature = '', quantity, minimum, key = '' }: Body): Answer {
    const before = this.#answers.get(key);
    if (before !== undefined) return ok(before);
    const asked = this.#read(quantity);
    const left = this.#left(customer, feature);
    const granted = left < asked ? left : asked;
    const isAllowed = granted > 0n && granted >= this.#read(minimum ?? quantity);
    const id = `rsv_${this.#answers.size + 1}`;
    if (isAllowed) this.reservations.set(id, { id, customer, feature, held: granted });
    const answer = {
      id: isAllowed ? id : null,
      allowed: isAllowed,
      quantity: formatDecimal12((isAllowed ? granted : 0n) as Decimal12),
      expires_at: null,
      entitlement: this.#standing(customer, feature),
    };
    this.#answers.set(key, answer);
    return ok(answer);
  }

  settle(id: string, { quantity, keep, event_id = '' }: Body): Answer {
    const lease = this.reservations.get(id);
    if (lease === undefined) return problem(404, 'request.invalid');
    const units = this.#read(quantity);
    if (!this.events.has(event_id)) {
      if (lease.held < units + this.#read(keep)) return problem(409, 'request.invalid');
      this.#count(lease.customer, lease.feature, units, event_id);
      lease.held = this.#read(keep);
    }
    const held = formatDecimal12(lease.held as Decimal12);
    return ok({
      id,
      settled: quantity,
      held,
      expires_at: null,
      entitlement: this.#standing(lease.customer, lease.feature),
    });
  }

  release(id: string): Answer {
    const lease = this.reservations.get(id);
    if (lease !== undefined) lease.held = 0n;
    return ok({ id, held: '0' });
  }

  /** Units that nobody used and nobody holds; as many as one likes where nothing is refused. */
  #left(customer: string, feature: string): bigint {
    const right = this.#right(customer, feature);
    if (right?.kind !== 'metered') return 0n;
    const paid = this.#payable(right);
    const free =
      right.limit === null || right.limit === undefined || right.overage === 'allow'
        ? 10n ** 30n
        : this.#read(right.limit) - this.#read(right.used);
    const left = (paid < free ? paid : free) - this.heldOf(customer, feature);
    return left > 0n ? left : 0n;
  }

  /** Units that the balance pays for, with those that are promised. */
  #payable({ credits }: StoredRight): bigint {
    if (credits === undefined) return 10n ** 30n;
    return (this.#read(credits.available) * 10n ** 12n) / this.#read(credits.cost);
  }

  /** What is promised is out of everyone else's reach. */
  #creditsOf(customer: string, feature: string, { available, cost }: { available: string; cost: string }) {
    const held = (this.heldOf(customer, feature) * this.#read(cost)) / 10n ** 12n;
    return { available: formatDecimal12((this.#read(available) - held) as Decimal12), cost };
  }

  #count(customer: string, feature: string, units: bigint, eventId: string): boolean {
    const right = this.#right(customer, feature);
    if (right === undefined || this.events.has(eventId)) return false;
    this.events.set(eventId, units);
    right.used = formatDecimal12((this.#read(right.used) + units) as Decimal12);
    if (right.credits !== undefined) {
      const { available, cost } = right.credits;
      const left = this.#read(available) - (units * this.#read(cost)) / 10n ** 12n;
      right.credits = { cost, available: formatDecimal12((left > 0n ? left : 0n) as Decimal12) };
    }
    return true;
  }

  #standing(customer: string, feature: string) {
    return { object: 'entitlement', ...this.#present(customer, feature, 0n) };
  }

  #present(customer: string, feature: string, requested: bigint) {
    const right = this.#right(customer, feature);
    const metered = right?.kind === 'metered';
    const verdict = evaluateEntitlement({
      feature: { id: feature, key: feature, name: feature, kind: right?.kind ?? 'boolean', meterId: null },
      entitlement: entitlementOf(right, feature, (text) => this.#read(text)),
      used: this.#read(right?.used),
      requested: requested as Decimal12,
      now: MIN_INSTANT,
      window: null,
      subscriptionStatus: 'active',
    });
    return {
      feature,
      feature_name: feature,
      kind: right?.kind ?? 'boolean',
      allowed: verdict.allowed,
      reason: RIGHT_REASONS[verdict.reason],
      unit: metered ? 'units' : null,
      limit: verdict.limit === null ? null : formatDecimal12(verdict.limit),
      used: metered ? formatDecimal12(verdict.used) : null,
      remaining: verdict.remaining === null ? null : formatDecimal12(verdict.remaining),
      reset_at: right?.resetAt ?? null,
      value: right?.kind === 'configuration' ? verdict.value : null,
      warn_at_percent: [],
      counted: 'customer',
      subject: null,
      pool: null,
      overage: metered ? (right.overage ?? 'block') : null,
      ...(right?.credits === undefined ? {} : { credits: this.#creditsOf(customer, feature, right.credits) }),
    };
  }

  #right(customer: string, feature: string): StoredRight | undefined {
    return this.rights.get(customer)?.get(feature);
  }

  #read(text: string | null | undefined): Decimal12 {
    const read = parseDecimal12(text ?? '0');
    if (!read.ok) throw new RangeError(`${text} is no decimal`);
    return read.value;
  }
}

function entitlementOf(right: StoredRight | undefined, featureId: string, read: (text: string) => Decimal12) {
  if (right === undefined) return null;
  if (right.kind === 'boolean')
    return { kind: 'boolean', featureId, enabled: right.enabled === true } as const;
  if (right.kind === 'configuration')
    return { kind: 'configuration', featureId, value: right.value ?? null } as const;
  const limit = right.limit === null || right.limit === undefined ? null : read(right.limit);
  return { kind: 'metered', featureId, limit, reset: 'never', overage: right.overage ?? 'block' } as const;
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function problem(status: number, code: string): Answer {
  const retryable = status >= 500;
  const body = { type: 'about:blank', title: 'No', status, detail: '', code, retryable, request_id: null };
  return { status, body: { ...body, errors: [] } };
}
