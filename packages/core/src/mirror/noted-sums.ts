/** The sums of a credit note; net and tax add up to the total. */
export interface NotedSums {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  /** Taken off what was still to pay. */
  readonly reducedMinor: bigint;
  /** Refunded through Stripe. */
  readonly refundedMinor: bigint;
  /** Given back beside Stripe. What is left of the total became balance there. */
  readonly outsideMinor: bigint;
}
