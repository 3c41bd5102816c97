import type { Billhook } from '../operator.ts';
import type { Fallbacks } from '../rights/fallback.ts';
import type { Durability } from './journal.ts';
import type { LeaseTerms } from './lease-terms.ts';
import { type LocalTime, PROCESS_TIME } from './time.ts';

export interface LocalSettings {
  /** A client with a secret key, from `createBillhook`. */
  readonly client: Billhook;
  /** Where usage waits until the server has it. Processes of one machine may share it. */
  readonly folder: string;
  /** What to answer where the server was never heard, and where it cannot promise units; `deny` if left out. */
  readonly fallback?: Fallbacks;
  readonly lease?: LeaseTerms;
  /** When usage reaches the disk; `every_second` if left out. */
  readonly durability?: Durability;
  /** The most that may wait for the server; beyond it usage is refused. 64 MB if left out. */
  readonly maxBytes?: number;
  /** Usage is told at most so much later; 1 s if left out. */
  readonly tellAfterMs?: number;
  /** How long a request may wait for the server to promise units; 1 s if left out. */
  readonly waitMs?: number;
  /** How long one call of the server may take; 10 s if left out. */
  readonly timeoutMs?: number;
  /** Customers that are kept in memory; 100,000 if left out. */
  readonly maxCustomers?: number;
  /** `take` if the folder is never used by two machines at a time, so that what another one left may be taken. */
  readonly otherMachines?: 'leave' | 'take';
  /** Told of usage that the server will never count; it is kept in `usage-refused.ndjson` of the folder. */
  readonly onRefusedUsage?: (usage: RefusedUsage) => void;
  readonly time?: LocalTime;
}

export interface RefusedUsage {
  readonly customer: string;
  readonly feature: string;
  readonly quantity: string;
  readonly eventId: string;
  readonly time: string;
  /** The server's code or sentence. */
  readonly why: string;
}

export type AgreedSettings = Required<Omit<LocalSettings, 'lease' | 'fallback' | 'onRefusedUsage'>> &
  Pick<LocalSettings, 'lease' | 'fallback' | 'onRefusedUsage'>;

const MB = 1024 * 1024;

export function agreeSettings(settings: LocalSettings): AgreedSettings {
  return {
    durability: 'every_second',
    maxBytes: 64 * MB,
    tellAfterMs: 1_000,
    waitMs: 1_000,
    timeoutMs: 10_000,
    maxCustomers: 100_000,
    otherMachines: 'leave',
    time: PROCESS_TIME,
    ...settings,
  };
}
