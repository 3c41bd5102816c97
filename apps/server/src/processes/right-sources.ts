import type { DueSource } from '../platform/due.ts';
import type { Transactor } from '../platform/transaction.ts';
import { grantNewsSource } from './grant-news.ts';
import { usageAlertsSource } from './usage-alerts.ts';

/** What is due about rights: grants that begin or end are told before the limits that they change are looked at. */
export function rightSources(transactor: Transactor, wake: (source: string) => void): DueSource[] {
  return [grantNewsSource(transactor, wake), usageAlertsSource(transactor)];
}
