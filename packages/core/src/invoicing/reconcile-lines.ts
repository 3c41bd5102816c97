import { ok, type Result, refuse } from '../kernel/result.ts';
import { MS_PER_DAY } from '../time/instant.ts';
import { periodsOverlap } from '../time/period.ts';
import type { BilledLine, ProposedLine } from './line.ts';
import type { BillingSettings } from './settings.ts';

/**
 * Keeps the proposed lines that are not billed yet. Running it on its own result proposes nothing. Before anything is
 * billed the safety bounds are checked; a breach means a bug or a broken catalogue, so nothing is billed and the
 * customer is parked. Refusal: `billing.safety_bound`, with the bound that tripped.
 */
export function reconcileLines(
  proposed: readonly ProposedLine[],
  billed: readonly BilledLine[],
  settings: BillingSettings,
): Result<readonly ProposedLine[]> {
  const billedKeys = new Set(billed.map((line) => line.key));
  const missing = proposed.filter((line) => !billedKeys.has(line.key));
  if (missing.length === 0) return ok([]);
  if (missing.length > settings.maxLinesPerInvoice) {
    return bound('lines_per_invoice', `${missing.length} lines would stand on one invoice.`);
  }
  return overlapBound(missing, billed) ?? dayBound(missing, billed, settings) ?? ok(missing);
}

/** No stretch of service of one item is billed twice under one kind. */
function overlapBound(missing: readonly ProposedLine[], billed: readonly BilledLine[]): Result<never> | null {
  const byFact = new Map<string, BilledLine[]>();
  for (const line of [...billed, ...missing]) {
    const fact = `${line.itemId}/${line.kind}`;
    const others = byFact.get(fact);
    if (others === undefined) byFact.set(fact, [line]);
    else others.push(line);
  }
  for (const line of missing) {
    for (const other of byFact.get(`${line.itemId}/${line.kind}`) ?? []) {
      if (other !== line && periodsOverlap(other.servicePeriod, line.servicePeriod)) {
        return bound('one_line_per_item_and_period', `${line.key} overlaps ${other.key}.`);
      }
    }
  }
  return null;
}

function dayBound(
  missing: readonly ProposedLine[],
  billed: readonly BilledLine[],
  settings: BillingSettings,
): Result<never> | null {
  const counts = new Map<string, number>();
  const dayOf = (line: BilledLine) => `${line.subscriptionId}/${Math.floor(line.billableAt / MS_PER_DAY)}`;
  for (const line of [...billed, ...missing]) counts.set(dayOf(line), (counts.get(dayOf(line)) ?? 0) + 1);
  for (const line of missing) {
    const count = counts.get(dayOf(line)) ?? 0;
    if (count > settings.maxLinesPerSubscriptionDay) {
      return bound(
        'lines_per_subscription_and_day',
        `${count} lines fall on one day of subscription ${line.subscriptionId}.`,
      );
    }
  }
  return null;
}

function bound(name: string, detail: string): Result<never> {
  return refuse('billing.safety_bound', detail, { bound: name });
}
