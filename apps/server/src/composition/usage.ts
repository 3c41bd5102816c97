import type { FileStore } from '../modules/files/api.ts';
import { usageSumsSource } from '../modules/usage/add-waiting-sums.ts';
import { usageRetentionSource } from '../modules/usage/retention.ts';
import type { DueSource } from '../platform/due.ts';
import type { Transactor } from '../platform/transaction.ts';
import { burnCreditsSource } from '../processes/burn-credits.ts';
import { unitUpkeepSource } from '../processes/unit-upkeep.ts';
import { usageAlertsSource } from '../processes/usage-alerts.ts';
import { usageRecountsSource } from '../processes/usage-recounts.ts';

/**
 * Due work of usage: credits that it costs, its warnings, bills that it corrects, months that leave the database, and
 * counters nobody needs.
 */
export function usageSources(transactor: Transactor, store: FileStore): DueSource[] {
  return [
    burnCreditsSource(transactor),
    usageAlertsSource(transactor),
    usageSumsSource(transactor),
    usageRecountsSource(transactor),
    usageRetentionSource({ transactor, store }),
    unitUpkeepSource(transactor),
  ];
}
