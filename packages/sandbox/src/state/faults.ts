/** Faults that can be switched on for an account. Counts go down by one each time the fault strikes. */
export interface Faults {
  /** How many of the next charges are declined, whatever the card. */
  readonly failCharges: number;
  /** Decline code of those charges. */
  readonly failChargesWith: string;
  /** How many of the next charges or refunds get no answer, and were not carried out. */
  readonly timeoutsBefore: number;
  /** How many of the next charges or refunds are carried out, but get no answer. */
  readonly timeoutsAfter: number;
  /** How long a request without answer is held before its connection is closed. */
  readonly holdMs: number;
  /** How many of the next writes are refused before they are carried out, with `rejectStatus`. */
  readonly rejectRequests: number;
  readonly rejectStatus: number;
  /** Time-outs strike every write, not only charges and refunds. */
  readonly timeoutsOnAllWrites: boolean;
  /** How long each answer waits. */
  readonly slowMs: number;
  /** Every webhook is delivered twice. */
  readonly duplicateWebhooks: boolean;
  /** How long each webhook waits before its first attempt, by wall time. */
  readonly delayWebhooksMs: number;
  /** How many of the next events are never delivered; they stay readable through the API. */
  readonly loseWebhooks: number;
  /** Of the webhooks that wait, the newest goes first, one at a time. */
  readonly reorderWebhooks: boolean;
  /**
   * What the keys may not do, apart by blanks: the name of a resource, with `_read` or `_write` behind it, such as
   * `customers_write`. Who may not read may not write either.
   */
  readonly deniedRights: string;
}

/** No faults. */
export const NO_FAULTS: Faults = {
  failCharges: 0,
  failChargesWith: 'generic_decline',
  timeoutsBefore: 0,
  timeoutsAfter: 0,
  holdMs: 30_000,
  rejectRequests: 0,
  rejectStatus: 500,
  timeoutsOnAllWrites: false,
  slowMs: 0,
  duplicateWebhooks: false,
  delayWebhooksMs: 0,
  loseWebhooks: 0,
  reorderWebhooks: false,
  deniedRights: '',
};

/** Whether keys may do something with a resource. Accounts of an earlier version have no such setting. */
export function isDenied(
  { deniedRights }: Partial<Faults>,
  resource: string,
  deed: 'read' | 'write',
): boolean {
  const denied = (deniedRights ?? '').split(' ');
  return denied.includes(`${resource}_read`) || (deed === 'write' && denied.includes(`${resource}_write`));
}
