import type { AttemptNews } from '@billhook/core/payments/decide-attempt-outcome';
import { addMs, type Instant } from '@billhook/core/time/instant';
import { type Evidence, newsOfDispute } from './dispute.ts';
import {
  answered,
  authenticated,
  type Bank,
  charged,
  disputed,
  nextDueAt,
  type PaymentState,
  passed,
  refunded,
  triedAgain,
} from './payment.ts';

/** Something that the customer, their bank or the seller does with a payment. */
export type Deed =
  | { readonly do: 'authenticate'; readonly isConfirmed: boolean }
  | { readonly do: 'try_again'; readonly bank: Bank }
  | { readonly do: 'refund'; readonly amountMinor: bigint }
  | { readonly do: 'dispute'; readonly kind: 'dispute' | 'inquiry' }
  | { readonly do: 'answer'; readonly evidence: Evidence };

/** One payment from its beginning, told as data, so that any provider can be made to live it. */
export interface Script {
  readonly bank: Bank;
  readonly amountMinor: bigint;
  readonly isCustomerThere: boolean;
  /** How long the page is open on which the customer pays; left out where there is none. */
  readonly closesAfterMs?: number;
  /** In order of time, which is counted from the charge. */
  readonly deeds: readonly ({ readonly afterMs: number } & Deed)[];
}

/** How a payment stands from a moment on, and whether the deed of that moment was refused. */
export interface Moment {
  readonly at: Instant;
  readonly deed: number | null;
  readonly isRefused: boolean;
  readonly state: PaymentState;
}

function done(state: PaymentState, deed: Deed, now: Instant): PaymentState | null {
  switch (deed.do) {
    case 'authenticate':
      return authenticated(state, deed.isConfirmed);
    case 'try_again':
      return triedAgain(state, deed.bank, now);
    case 'refund':
      return refunded(state, deed.amountMinor, now);
    case 'dispute':
      return disputed(state, deed.kind, now);
    case 'answer':
      return answered(state, deed.evidence, now);
  }
}

/** Lives a script: every moment at which something is done or falls due, the charge first. */
export function lived(script: Script, start: Instant): readonly Moment[] {
  const { bank, amountMinor, isCustomerThere, closesAfterMs, deeds } = script;
  const closesAt = closesAfterMs === undefined ? null : addMs(start, closesAfterMs);
  let state = charged({ bank, amountMinor, isCustomerThere, closesAt }, start);
  const moments: Moment[] = [{ at: start, deed: null, isRefused: false, state }];
  const passUntil = (until: number) => {
    for (let at = nextDueAt(state); at !== null && at <= until; at = nextDueAt(state)) {
      state = passed(state, at);
      moments.push({ at, deed: null, isRefused: false, state });
    }
  };
  for (const [index, deed] of deeds.entries()) {
    const at = addMs(start, deed.afterMs);
    passUntil(at);
    const after = done(state, deed, at);
    state = after ?? state;
    moments.push({ at, deed: index, isRefused: after === null, state });
  }
  passUntil(Number.POSITIVE_INFINITY);
  return moments;
}

/** What a look-up says of a payment. */
export interface Seen {
  readonly news: AttemptNews;
  readonly refunds: readonly { readonly amountMinor: bigint; readonly status: 'pending' | 'succeeded' }[];
  readonly dispute: ReturnType<typeof newsOfDispute> | null;
}

export function seen({ news, refunds, dispute }: PaymentState): Seen {
  return {
    news,
    refunds: refunds.map(({ amountMinor, status }) => ({ amountMinor, status })),
    dispute: dispute === null ? null : newsOfDispute(dispute),
  };
}

type About = 'intent' | 'refund' | 'dispute';

/** What is told, and in which order: everything of a payment that changes from moment to moment. */
export function told(moments: readonly Moment[]): readonly About[] {
  const order: About[] = [];
  const refundsOf = (state: PaymentState | undefined) =>
    state?.refunds.map(({ status }) => status).join() ?? '';
  for (const [index, { state }] of moments.entries()) {
    const before = moments[index - 1]?.state;
    if (state.news !== before?.news) order.push('intent');
    if (refundsOf(state) !== refundsOf(before)) order.push('refund');
    if (state.dispute !== (before?.dispute ?? null)) order.push('dispute');
  }
  return order.filter((about, index) => about !== order[index - 1]);
}
