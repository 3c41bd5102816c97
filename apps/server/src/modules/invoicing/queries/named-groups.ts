import { type LineGroup, lineGroups } from '@billhook/core/invoicing/line-groups';
import type { LineNames } from '../line-names.ts';
import type { StoredLine } from './read.ts';

/** The lines of one subscription under a name that people know. */
export type NamedGroup = LineGroup<StoredLine> & { name: string };

/**
 * The lines by subscription where a document bills several; empty where it bills one. The name is that of the plan, or
 * of both where it changed; subscriptions of one plan are counted.
 */
export function namedGroups(
  lines: readonly StoredLine[],
  { versions, plans }: Pick<LineNames, 'versions' | 'plans'>,
): readonly NamedGroup[] {
  const groups = lineGroups(lines);
  if (groups.length < 2) return [];
  const planOf = ({ planVersionId }: StoredLine) =>
    plans.get(versions.get(planVersionId)?.planId ?? '')?.name ?? '';
  const names = groups.map((group) => [...new Set(group.lines.map(planOf))].join(', '));
  return groups.map((group, index) => {
    const name = names[index] as string;
    const same = names.filter((other) => other === name).length;
    const nth = names.slice(0, index + 1).filter((other) => other === name).length;
    return { ...group, name: same === 1 ? name : `${name} (${nth})` };
  });
}
