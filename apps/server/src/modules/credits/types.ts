import type { AllowanceInterval } from '@billhook/core/credits/allowance';
import type { ReloadSettings } from '@billhook/core/credits/decide-reload';
import type { CreditEntryKind } from '@billhook/core/credits/entry';
import type { FeatureCost } from '@billhook/core/credits/feature-cost';
import type { CreditType, GrantSource, HeldGrant } from '@billhook/core/credits/grant';
import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';

export type StoredCreditType = CreditType & {
  unit: string;
  promotionsFirst: boolean;
  returnDays: number | null;
  lowAt: Decimal12 | null;
  createdAt: Instant;
};

export type StoredCost = FeatureCost & {
  id: string;
  /** What no grant covers counts on this meter, and its price bills it; null where it is only told. */
  overageMeterId: string | null;
  createdAt: Instant;
};

export type StoredPack = {
  id: string;
  key: string;
  name: string;
  creditTypeId: string;
  amount: Decimal12;
  priceMinor: bigint;
  currency: string;
  expiresAfterDays: number | null;
  archivedAt: Instant | null;
  createdAt: Instant;
};

/** What a plan grants each interval of a subscription. */
export type StoredAllowance = {
  id: string;
  planId: string;
  creditTypeId: string;
  amount: Decimal12;
  every: AllowanceInterval;
  priority: number;
  rolloverMax: Decimal12 | null;
  rolloverPeriods: number | null;
  effectiveAt: Instant;
  createdAt: Instant;
};

export type StoredGrant = HeldGrant & {
  customerId: string;
  reason: string;
  fromGrantId: string | null;
  /** Whose plan granted it, for allowances and what is carried on of them. */
  originSubscriptionId: string | null;
  /** By which interval an allowance came; null for what is none. */
  every: AllowanceInterval | null;
  paidMinor: bigint;
  earnedMinor: bigint;
  paidCurrency: string | null;
};

export type NewGrant = Omit<StoredGrant, 'id' | 'left' | 'createdAt' | 'earnedMinor' | 'every'> & {
  /** For allowances alone. */
  every?: AllowanceInterval;
  /** The fact that it is granted for: granted once. */
  fact: string;
};

export type StoredEntry = {
  id: string;
  customerId: string;
  grantId: string;
  creditTypeId: string;
  source: GrantSource;
  kind: CreditEntryKind;
  amount: Decimal12;
  at: Instant;
  consumptionId: string | null;
  featureId: string | null;
  reason: string;
};

export type StoredConsumption = {
  id: string;
  customerId: string;
  creditTypeId: string;
  eventId: string;
  /** Of the event of usage that it pays for; null for what was spent by command. */
  usageSource: string | null;
  /** An event that was amended to more is paid for in parts. */
  part: number;
  featureId: string | null;
  subscriptionId: string | null;
  quantity: Decimal12 | null;
  amount: Decimal12;
  overage: Decimal12;
  overageRefunded: Decimal12;
  /** What corrections of the event took back. */
  corrected: Decimal12;
  /** Whether its overage is owed, or was used without cover. */
  beyond: 'block' | 'allow';
  overageMeterId: string | null;
  at: Instant;
};

export type StoredPurchase = {
  id: string;
  customerId: string;
  packId: string;
  chargeId: string;
  invoiceId: string;
  priceMinor: bigint;
  isReload: boolean;
  status: 'pending' | 'paid' | 'failed';
  createdAt: Instant;
  settledAt: Instant | null;
  /** What of the credits went back with the money that was paid for them, and what should have but was spent. */
  returned: Decimal12;
  missing: Decimal12;
};

export type StoredReload = ReloadSettings & {
  customerId: string;
  creditTypeId: string;
  packId: string;
};
