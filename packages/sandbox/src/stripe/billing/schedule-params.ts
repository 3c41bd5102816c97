import type { SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { PhaseItem, SchedulePhase } from '../../state/schedule-records.ts';
import { invalid } from '../error.ts';
import type { Params } from '../params.ts';
import { boundary } from './calendar.ts';
import { readItem } from './subscription-params.ts';

const PRORATIONS = ['create_prorations', 'always_invoice', 'none'] as const;

/** Reads the phases of a schedule: each begins where the one before it ends. */
export function readPhases(draft: Draft, params: Params, start: number): SchedulePhase[] {
  const phases: SchedulePhase[] = [];
  for (const level of params.levels('phases')) {
    const from = readStart(draft, level, phases.at(-1)?.end ?? start);
    const phase: SchedulePhase = {
      start: from,
      end: readEnd(level, from),
      items: level.levels('items').map((item) => readPhaseItem(draft, item)),
      proration: level.choice('proration_behavior', PRORATIONS) ?? 'create_prorations',
      metadata: level.metadata(),
    };
    if (phase.items.length === 0) throw invalid('A phase needs items.', { param: level.name('items') });
    if (phase.end <= phase.start)
      throw invalid('A phase ends after it begins.', { param: level.name('end_date') });
    phases.push(phase);
  }
  if (phases.length === 0) throw invalid('Missing required param: phases.', { param: 'phases' });
  return phases;
}

function readStart(draft: Draft, level: Params, standard: number): number {
  if (!level.has('start_date')) return standard;
  return level.text('start_date') === 'now' ? draft.now : (level.integer('start_date') ?? standard);
}

function readEnd(level: Params, start: number): number {
  const end = level.integer('end_date');
  const duration = level.level('duration');
  const interval = duration.choice('interval', ['day', 'week', 'month', 'year']) ?? null;
  const intervalCount = duration.integer('interval_count') ?? 1;
  if (end !== undefined) return end;
  if (interval !== null) return boundary(start, { interval, intervalCount }, 1);
  throw invalid('A phase needs `end_date` or `duration`.', { param: level.name('end_date') });
}

function readPhaseItem(draft: Draft, level: Params): PhaseItem {
  const { price, quantity, metadata, taxRates } = readItem(draft, level);
  return { price, quantity, metadata, taxRates };
}

/** What a subscription is now, as the first phase of a schedule that takes it over. */
export function phaseOf(subscription: SubscriptionRecord): SchedulePhase {
  return {
    start: subscription.periodStart,
    end: subscription.periodEnd,
    items: subscription.items.map(({ price, quantity, metadata, taxRates }) => ({
      price,
      quantity,
      metadata,
      taxRates,
    })),
    proration: 'create_prorations',
    metadata: {},
  };
}
