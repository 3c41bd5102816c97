import type { Decimal12 } from '../kernel/decimal.ts';
import { decimal12FromScaled } from '../kernel/decimal.ts';
import type { Instant } from '../time/instant.ts';
import { MS_PER_HOUR } from '../time/instant.ts';

/** One report that was written down: what it says of an hour, whatever became of it at Stripe. */
export interface SentReport {
  readonly revision: number;
  readonly quantity: Decimal12;
  readonly identifier: string;
  readonly sentAt: Instant;
  /** Taken back at Stripe. */
  readonly isCanceled: boolean;
}

export interface HourToReport {
  readonly now: Instant;
  readonly customerId: string;
  readonly meterId: string;
  readonly hour: Instant;
  /** What the hour counts now. */
  readonly quantity: Decimal12;
  readonly sent: readonly SentReport[];
}

/** `add`: an event more. `cancel`: events are taken back first; what the hour then still counts is an event more. */
export type MeterReport =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'add';
      readonly revision: number;
      readonly quantity: Decimal12;
      readonly identifier: string;
    }
  | { readonly kind: 'cancel'; readonly identifiers: readonly string[] }
  | { readonly kind: 'too_late'; readonly excess: Decimal12 };

/** Stripe takes events back for a day after it got them; an hour is left for the way. */
const CANCEL_WINDOW_MS = 23 * MS_PER_HOUR;

/** The name of a report: the same fact has the same one in every run, so that Stripe counts it once. */
export function reportIdentifier(report: {
  readonly customerId: string;
  readonly meterId: string;
  readonly hour: Instant;
  readonly revision: number;
}): string {
  const { customerId, meterId, hour, revision } = report;
  return `${customerId.replaceAll('-', '')}.${meterId.replaceAll('-', '')}.${hour / MS_PER_HOUR}.${revision}`;
}

/**
 * What must be told to Stripe, so that the sum of what it counts for an hour is what the hour counts here. More usage is
 * an event of the difference. Less usage takes earlier events back while Stripe allows it, and is a case for somebody
 * after that.
 */
export function decideMeterReport(input: HourToReport): MeterReport {
  const standing = input.sent.filter(({ isCanceled }) => !isCanceled);
  const told = standing.reduce((sum, { quantity }) => sum + quantity, 0n);
  const missing = input.quantity - told;
  if (missing === 0n) return { kind: 'nothing' };
  const revision = 1 + input.sent.reduce((highest, sent) => Math.max(highest, sent.revision), 0);
  const identifier = reportIdentifier({ ...input, revision });
  if (missing > 0n) return { kind: 'add', revision, quantity: decimal12FromScaled(missing), identifier };
  if (standing.some(({ sentAt }) => input.now - sentAt > CANCEL_WINDOW_MS))
    return { kind: 'too_late', excess: decimal12FromScaled(-missing) };
  return { kind: 'cancel', identifiers: standing.map((sent) => sent.identifier) };
}
