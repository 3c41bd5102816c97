import type { AccessState } from '@billhook/core/access/access';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';

/** A subscription as core knows it, with what only the server keeps. */
export type StoredSubscription = Subscription & {
  /** Whether invoices are charged by themselves or wait for the customer to pay. */
  collection: 'automatic' | 'manual';
  metadata: Record<string, string>;
  /** The version of the add-on that brought an item, by item. */
  addOnVersions: ReadonlyMap<string, string>;
  /** Since when payments of it are past due, through pauses too; null if none is. */
  pastDueSince: Instant | null;
  /** What it gives access to, apart from how it is billed. */
  access: AccessState;
  createdAt: Instant;
  updatedAt: Instant;
};

export type Collection = StoredSubscription['collection'];
