import type { Instant } from '@billhook/core/time/instant';
import type { FieldFault } from '../../platform/refuse.ts';
import { standing } from './catalogue-draft.ts';
import type { FileVersion } from './catalogue-input.ts';

export type CreditChange = {
  kind: 'credit_type' | 'credit_cost' | 'credit_pack' | 'credit_allowance';
  key: string;
  action: 'created' | 'updated' | 'new_version' | 'unchanged';
  /** Names of the members that differ. */
  fields: string[];
};

/** A version that is stored, under the key of the file. */
export type StoredVersion<Draft> = { key: string; effectiveAt: Instant; draft: Draft };
/** A version that a push writes. */
export type NewVersion<Draft> = { key: string; at: Instant; draft: Draft };

export type VersionPlan<Draft> = { changes: CreditChange[]; writes: NewVersion<Draft>[] };

type Kind = 'credit_cost' | 'credit_allowance';

/**
 * What becomes of a versioned list. Of the entries of one key the last that has begun says what holds now, and those
 * ahead are to be there; so a file that was pulled before one of its versions began says the same afterwards. Nothing
 * that has begun, or stands ahead, ever changes: what differs now is a new version from now on.
 *
 * @param stored in order of time
 * @param missing what a key that the file does not name becomes; null leaves it
 */
export function planVersions<Draft extends object>(
  kind: Kind,
  entries: readonly FileVersion<Draft>[],
  stored: readonly StoredVersion<Draft>[],
  now: Instant,
  missing: ((before: Draft) => Draft) | null,
  fixed: FieldFault[],
): VersionPlan<Draft> {
  const plan: VersionPlan<Draft> = { changes: [], writes: [] };
  const before = Map.groupBy(stored, ({ key }) => key);
  for (const [key, own] of Map.groupBy(entries, (entry) => entry.key)) {
    const versions = before.get(key) ?? [];
    for (const [index, entry] of toHold(own, now).entries()) {
      const at = entry.at === null || entry.at <= now ? now : entry.at;
      const { from, stands } = comparedWith(versions, at, now);
      const fields = from === undefined ? [] : differing(from.draft, entry.draft);
      if (from !== undefined && fields.length === 0) {
        plan.changes.push({ kind, key, action: 'unchanged', fields });
        continue;
      }
      if (stands)
        fixed.push({
          pointer: entry.pointer,
          code: 'credits.fixed',
          detail: 'Another version begins at this very moment, and versions never change.',
        });
      const action = versions.length === 0 && index === 0 ? 'created' : 'new_version';
      plan.changes.push({
        kind,
        key,
        action,
        fields: from === undefined && at > now ? ['effective_at'] : fields,
      });
      plan.writes.push({ key, at, draft: entry.draft });
    }
  }
  if (missing !== null) endMissing(kind, plan, { entries, before, now, missing });
  return plan;
}

function endMissing<Draft extends object>(
  kind: Kind,
  plan: VersionPlan<Draft>,
  {
    entries,
    before,
    now,
    missing,
  }: {
    entries: readonly FileVersion<Draft>[];
    before: ReadonlyMap<string, readonly StoredVersion<Draft>[]>;
    now: Instant;
    missing: (before: Draft) => Draft;
  },
): void {
  const named = new Set(entries.map(({ key }) => key));
  for (const [key, versions] of before) {
    const current = versions.findLast(({ effectiveAt }) => effectiveAt <= now);
    if (named.has(key) || current === undefined) continue;
    const draft = missing(current.draft);
    const fields = differing(current.draft, draft);
    if (fields.length === 0) continue;
    plan.changes.push({ kind, key, action: 'new_version', fields });
    plan.writes.push({ key, at: now, draft });
  }
}

/** What of the entries of one key is to hold: the last that has begun, and those ahead. */
function toHold<Draft>(own: readonly FileVersion<Draft>[], now: Instant): FileVersion<Draft>[] {
  const begin = ({ at }: FileVersion<Draft>) => at ?? Number.NEGATIVE_INFINITY;
  const inOrder = own.toSorted((left, right) => begin(left) - begin(right));
  return standing(
    inOrder.map((entry) => ({ ...entry, effectiveAt: begin(entry) as Instant })),
    now,
  );
}

/** The stored version that an entry is compared with; `stands` if it begins at the moment at which one would be written. */
function comparedWith<Draft>(versions: readonly StoredVersion<Draft>[], at: Instant, now: Instant) {
  const there = versions.find(({ effectiveAt }) => effectiveAt === at);
  const current = versions.findLast(({ effectiveAt }) => effectiveAt <= now);
  return { from: at > now ? there : current, stands: there !== undefined };
}

/** Members whose values differ, of drafts that hold texts, numbers and flags alone. */
export function differing(from: object, to: object): string[] {
  const other = new Map<string, unknown>(Object.entries(to));
  return Object.entries(from).flatMap(([name, value]) => (other.get(name) === value ? [] : [name]));
}
