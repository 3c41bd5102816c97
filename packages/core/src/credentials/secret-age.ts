import { addMs, type Instant, instant, MS_PER_DAY } from '../time/instant.ts';

/** What kinds of secrets are rotated, and how many days one may be used unless the seller says otherwise. */
export const DEFAULT_ROTATION_DAYS = {
  mail: 90,
  twilio: 182,
  stripe: 365,
  paypal: 365,
  whatsapp: 365,
  storage: 365,
  peppol: 365,
  // The longest that a public authority ever lets one live; what it says of its own end comes first.
  certificate: 398,
} as const;
export type SecretKind = keyof typeof DEFAULT_ROTATION_DAYS;
export const SECRET_KINDS = Object.keys(DEFAULT_ROTATION_DAYS) as SecretKind[];

/** Staff are told this long before a secret is to be replaced, or before it ends at its issuer. */
export const WARNED_BEFORE_DAYS = 14;

export interface SecretAge {
  readonly state: 'fresh' | 'due_soon' | 'overdue';
  readonly ageDays: number;
  readonly dueAt: Instant;
  /** From when on staff are warned. */
  readonly warnAt: Instant;
}

/** The earlier of the ends that the issuer told and that staff entered; null where there is neither. */
export function earliestEnd(told: Instant | null, entered: Instant | null): Instant | null {
  if (told === null || entered === null) return told ?? entered;
  return told < entered ? told : entered;
}

/** When a token ends, by the `exp` of its own payload; null for one that is no JWT or says nothing. It is not verified. */
export function endOfToken(payload: unknown): Instant | null {
  const seconds = typeof payload === 'object' && payload !== null ? (payload as { exp?: unknown }).exp : null;
  const isTime = typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 && seconds < 1e11;
  return isTime ? instant(Math.floor(seconds) * 1_000) : null;
}

/** How old a secret is against how long it may be used. An end that its issuer set comes first where it is earlier. */
export function secretAge(input: {
  readonly now: Instant;
  /** When this very secret was first seen here. */
  readonly since: Instant;
  readonly rotateDays: number;
  readonly expiresAt: Instant | null;
}): SecretAge {
  const { now, since, expiresAt } = input;
  const byPolicy = addMs(since, input.rotateDays * MS_PER_DAY);
  const dueAt = expiresAt !== null && expiresAt < byPolicy ? expiresAt : byPolicy;
  const warnAt = addMs(dueAt, -WARNED_BEFORE_DAYS * MS_PER_DAY);
  const state = now >= dueAt ? 'overdue' : now >= warnAt ? 'due_soon' : 'fresh';
  return { state, ageDays: Math.max(0, Math.floor((now - since) / MS_PER_DAY)), dueAt, warnAt };
}
