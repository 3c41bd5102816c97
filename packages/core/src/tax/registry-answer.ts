import type { VatNumberState } from '../invoicing/choose-tax.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';

/** What the registry last said for certain about a number, and since when it cannot be asked. */
export interface RegistryRecord {
  /** Null while it never answered. */
  readonly answer: {
    readonly isValid: boolean;
    readonly answeredAt: Instant;
    /** The proof of the query that the registry gives to a seller who names itself. */
    readonly consultationNumber: string | null;
  } | null;
  /** The first of the attempts in a row that failed; null where the last one did not. */
  readonly downSince: Instant | null;
}

/** The seller's choices about the registry. */
export interface RegistryPolicy {
  /** How long an answer holds. */
  readonly validDays: number;
  /**
   * While it cannot be asked: `charge` the tax as if the number were unconfirmed, `trust` an earlier confirmation, or a
   * well-formed number that was never refused, for `trustDays`, or `hold` the invoice.
   */
  readonly whenDown: 'charge' | 'trust' | 'hold';
  readonly trustDays: number;
}

export const DEFAULT_REGISTRY_POLICY: RegistryPolicy = { validDays: 30, whenDown: 'charge', trustDays: 7 };

/** What a number is worth now. `hold` asks for no invoice before the registry has answered. */
export interface NumberWorth {
  readonly state: VatNumberState;
  readonly hold: boolean;
  /** Whether the registry should be asked again. */
  readonly isDue: boolean;
  readonly why: 'answered' | 'never_asked' | 'expired' | 'down_charged' | 'down_trusted' | 'down_held';
}

/**
 * What a well-formed number is worth by what the registry said. A refusal is an answer like any other and never
 * outlived by trust; an answer that is over counts no more, unless the registry is down and the seller trusts.
 */
export function worthOfNumber(
  { answer, downSince }: RegistryRecord,
  policy: RegistryPolicy,
  now: Instant,
): NumberWorth {
  const isFresh = answer !== null && now < addMs(answer.answeredAt, policy.validDays * MS_PER_DAY);
  if (answer !== null && isFresh)
    return { state: answer.isValid ? 'confirmed' : 'refused', hold: false, isDue: false, why: 'answered' };
  if (answer?.isValid === false) return { state: 'refused', hold: false, isDue: true, why: 'expired' };
  if (downSince === null) {
    const why = answer === null ? 'never_asked' : 'expired';
    return { state: 'well_formed', hold: policy.whenDown === 'hold', isDue: true, why };
  }
  if (policy.whenDown === 'hold') return { state: 'well_formed', hold: true, isDue: true, why: 'down_held' };
  const isTrusted = policy.whenDown === 'trust' && now < addMs(downSince, policy.trustDays * MS_PER_DAY);
  return isTrusted
    ? { state: 'confirmed', hold: false, isDue: true, why: 'down_trusted' }
    : { state: 'well_formed', hold: false, isDue: true, why: 'down_charged' };
}
