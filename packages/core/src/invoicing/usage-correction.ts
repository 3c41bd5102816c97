import type { Instant } from '../time/instant.ts';

/** What a correction changed of a billed period of usage: a part of a credit note, or a charge of the subscription. */
export interface UsageCorrection {
  readonly itemId: string;
  /** When the billing period of the usage began. */
  readonly billingStart: Instant;
  /** Before discounts and tax; less than 0 where it was given back. */
  readonly grossDeltaMinor: bigint;
  /** After discounts: what a note took back, less than 0. A charge comes to what its line says, and to this before it is billed. */
  readonly amountMinor: bigint;
  /** The charge that it is; null for a note. */
  readonly chargeId: string | null;
}
