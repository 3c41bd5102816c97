import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Entitlement, EntitlementCheck } from '../generated/types.ts';

/**
 * How far an answer can be trusted. `fresh`: the server would say the same now. `stale`: it said so, but since then it
 * was not heard. `fallback`: it was never heard, and the rule of the feature was answered.
 */
export type RightState = 'fresh' | 'stale' | 'fallback';

/** The server's reasons, and those of a process that cannot ask it. */
export type RightReason = Entitlement['reason'] | 'fallback' | 'usage_not_written';

/** Where a refused customer gets more. */
export type Upgrade = NonNullable<EntitlementCheck['upgrade']>;

/** Whether a customer may use a feature now. Figures are decimal strings, as on the wire. */
export interface RightAnswer {
  readonly allowed: boolean;
  readonly state: RightState;
  readonly reason: RightReason;
  readonly feature: string;
  readonly featureName: string;
  /** Null where the server was never heard, or grants nothing. */
  readonly kind: Entitlement['kind'] | null;
  readonly unit: string | null;
  readonly limit: string | null;
  readonly used: string | null;
  readonly remaining: string | null;
  readonly resetAt: string | null;
  readonly value: Entitlement['value'];
}

export interface AnswerParts {
  readonly allowed: boolean;
  readonly state: RightState;
  readonly reason: RightReason;
  readonly of: Pick<Entitlement, 'feature' | 'featureName' | 'unit' | 'resetAt' | 'value'>;
  readonly kind: Entitlement['kind'] | null;
  readonly limit: Decimal12 | null;
  readonly used: Decimal12 | null;
  readonly remaining: Decimal12 | null;
}

/** Figures are written out when they are read: most callers ask only whether it is allowed. */
class LazyAnswer implements RightAnswer {
  readonly allowed: boolean;
  readonly state: RightState;
  readonly reason: RightReason;
  readonly #parts: AnswerParts;

  constructor(parts: AnswerParts) {
    this.allowed = parts.allowed;
    this.state = parts.state;
    this.reason = parts.reason;
    this.#parts = parts;
  }

  get feature(): string {
    return this.#parts.of.feature;
  }
  get featureName(): string {
    return this.#parts.of.featureName;
  }
  get kind(): Entitlement['kind'] | null {
    return this.#parts.kind;
  }
  get unit(): string | null {
    return this.#parts.of.unit;
  }
  get limit(): string | null {
    return textOf(this.#parts.limit);
  }
  get used(): string | null {
    return textOf(this.#parts.used);
  }
  get remaining(): string | null {
    return textOf(this.#parts.remaining);
  }
  get resetAt(): string | null {
    return this.#parts.of.resetAt;
  }
  get value(): Entitlement['value'] {
    return this.#parts.of.value;
  }

  toJSON(): RightAnswer {
    const { allowed, state, reason, feature, featureName, kind, unit, limit } = this;
    const { used, remaining, resetAt, value } = this;
    return {
      allowed,
      state,
      reason,
      feature,
      featureName,
      kind,
      unit,
      limit,
      used,
      remaining,
      resetAt,
      value,
    };
  }
}

export function answerOf(parts: AnswerParts): RightAnswer {
  return new LazyAnswer(parts);
}

function textOf(figure: Decimal12 | null): string | null {
  return figure === null ? null : formatDecimal12(figure);
}
