import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import {
  type CalendarDate,
  dateAt,
  firstOfMonth,
  monthNumberOf,
  startOfDay,
} from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { type ZoneRules, zoneNamed } from '@billhook/core/time/zone';
import type { Customer } from './customer.ts';

/** What the seller's books hold beside those of the customers: the ends of months. */
export interface SellerBooks {
  readonly zone: ZoneRules;
  readonly ledger: LedgerTransaction[];
  /** Credits less debits of the accounts that the ends of months move, as `account currency`. */
  readonly balances: Map<string, bigint>;
  /** The invoices with service ahead when the last month ended, and all since; by whose they are. */
  readonly ahead: Map<string, Customer>;
  /** The month that runs, as core numbers months, and when it is over. */
  month: number;
  endsAt: Instant;
}

/** What the end of a month posted. */
export interface MonthEnded {
  readonly endsAt: Instant;
  readonly postings: readonly LedgerTransaction[];
}

/** What core says is earned of a line by the end of a day. */
export interface Earned {
  readonly invoiceId: string;
  readonly position: number;
  readonly day: CalendarDate;
  readonly earnedMinor: bigint;
}

export function newSellerBooks(timeZone: string, start: Instant): SellerBooks {
  const zone = zoneNamed(timeZone);
  const month = monthNumberOf(dateAt(start, zone));
  const endsAt = startOfDay(firstOfMonth(month + 1), zone);
  return { zone, ledger: [], balances: new Map(), ahead: new Map(), month, endsAt };
}
