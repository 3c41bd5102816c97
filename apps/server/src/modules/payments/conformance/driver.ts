import type { Instant } from '@billhook/core/time/instant';
import type { MethodKind, PaymentProvider, ProviderConnector, SignedWebhook } from '../provider.ts';

/** Faults that a stand-in must be able to show. Those left out are off. */
export type ConformanceFaults = {
  /** The next writes that move money get no answer, and were not carried out. */
  timeoutsBefore?: number;
  /** The next writes that move money are carried out, and get no answer. */
  timeoutsAfter?: number;
  /** The next writes are refused with this status, before anything happened. */
  rejectWith?: 429 | 500;
  /** The next charge is declined for this reason, one of the driver's `declines`, whatever the method. */
  declineAs?: string;
  duplicateWebhooks?: boolean;
  /** Nothing is told of what happens. */
  loseWebhooks?: boolean;
  /** What happens is told this much later, by wall time. */
  delayWebhooksMs?: number;
  /** Each answer waits: not for as long as the port waits, or for longer. */
  slow?: 'bearable' | 'unbearable';
};

/** How payments of a kind are known only later, as debits are. */
export type Settlement = {
  /** After so many days the outcome of every charge is known. */
  days: number;
  /** Keeps a method whose charges are paid, and then asked back by its bank for good. */
  saveReturned(provider: PaymentProvider, providerCustomerId: string, now: Instant): Promise<string>;
};

/** What a stand-in may be unable to show, with the reason; its laws are skipped, and the report says why. */
export type Lacks = { slow?: string; reversed?: string };

/**
 * What the suite needs to drive a provider's stand-in, or its test mode: everything that customers, banks, the network
 * and time do, which no call of the port brings about.
 */
export type ConformanceDriver = {
  connector: ProviderConnector;
  provider: PaymentProvider;
  /** The same account with keys that are wrong. */
  strangerWith(secretKey: string): PaymentProvider;
  /** ISO code of a currency with two decimals that the account takes. */
  currency: string;
  methodKind: MethodKind;
  /** Null where the outcome of a charge is known at once. */
  settlement: Settlement | null;
  /** Keeps a method for a customer. One that is `declining` can be kept, and every charge of it is declined. */
  saveMethod(providerCustomerId: string, how: 'good' | 'declining'): Promise<string>;
  /** Does on a hosted page what a customer does who pays or keeps a method. False if the page did not let them. */
  completePage(url: string): Promise<boolean>;
  setFaults(faults: ConformanceFaults): Promise<void>;
  /** Reasons of declines that can be brought about, and what the port says then. */
  declines: readonly { reason: string; failureCode: string }[];
  lacks: Lacks;
  /** Webhooks of what is done meanwhile, as they come in after the endpoint was down: the newest first. */
  reversed(work: () => Promise<void>): Promise<readonly SignedWebhook[]>;
  /** What the provider's clock shows. */
  now(): Instant;
  /** Moves the provider's clock. */
  passDays(days: number): Promise<void>;
  /** Lets so much real time pass for the provider, on which its messages go. */
  passWallMs(ms: number): void;
  /** Webhooks that have come in up to now, once none is under way; with all that verifying them takes. */
  webhooks(): Promise<readonly SignedWebhook[]>;
  /** Has the bank ask a payment back; absent where the provider has no disputes. */
  openDispute?(intentId: string): Promise<void>;
  /** Sends a refund back that was made. */
  returnRefund(refundId: string): Promise<void>;
  stop(): Promise<void>;
};
