import type { stripeReport } from '@billhook/contract/schemas/mirror';
import type { Static } from 'typebox';
import type { MirrorWork } from './mirror-subscription.ts';

type Report = Static<typeof stripeReport>;
export type ReportEntry = Report['entries'][number];

/** One thing that is to be done, or why it is not; `act` is left out where nothing is to be done. */
export type Step = {
  entry: ReportEntry;
  /** What became of it, where that is known only afterwards. */
  act?: (work: MirrorWork) => Promise<Partial<ReportEntry> | undefined>;
};

/** What was said is cut to what the report may say. */
export function entryOf(
  kind: ReportEntry['kind'],
  action: ReportEntry['action'],
  name: string,
  more: { stripeId?: string | null; reason?: string | null } = {},
): ReportEntry {
  return {
    kind,
    action,
    stripe_id: more.stripeId ?? null,
    name: oneLine(name).slice(0, 300),
    reason: more.reason === null || more.reason === undefined ? null : oneLine(more.reason).slice(0, 500),
  };
}

// Names at Stripe may have line breaks.
const oneLine = (text: string) => text.replaceAll(/\p{Cc}/gu, ' ');

/** Does the steps in their order, or only says what they would be. */
export async function runSteps(
  work: MirrorWork,
  steps: readonly Step[],
  isDryRun: boolean,
): Promise<ReportEntry[]> {
  const entries: ReportEntry[] = [];
  for (const { entry, act } of steps) {
    const became = isDryRun || act === undefined ? undefined : await act(work);
    entries.push({ ...entry, ...became });
  }
  return entries;
}

export function reportOf(entries: readonly ReportEntry[], isDryRun: boolean): Report {
  const count = (action: ReportEntry['action']) => entries.filter((entry) => entry.action === action).length;
  return {
    object: 'stripe_report',
    dry_run: isDryRun,
    unchanged: count('create') + count('update') === 0,
    created: count('create'),
    updated: count('update'),
    same: count('same'),
    skipped: count('skip'),
    conflicts: count('conflict'),
    entries: [...entries],
  };
}
