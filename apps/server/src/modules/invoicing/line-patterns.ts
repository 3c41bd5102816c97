import type { CommandCtx } from '../../platform/context.ts';
import { type Member, makeIds, membersOf } from '../../platform/members.ts';
import type { Likeness } from './document-patterns.ts';
import { linePatterns } from './repo.ts';
import { lineRowsOf, type Naming } from './rows.ts';

/** Writes the lines of invoices that are like another: those of the first of each kind, with the ids of each further one. */
export async function insertAlikeLines(
  ctx: CommandCtx,
  alike: readonly Likeness[],
  unitOf: Naming['unitOf'],
): Promise<void> {
  if (alike.length === 0) return;
  const set = linePatterns();
  const kinds = new Map<string, number>();
  const counts: number[] = [];
  const members = alike.map(({ leader, leaderNames, nameBytes: names }): Member => {
    const known = kinds.get(leader.id);
    if (known !== undefined) return { kind: known, names };
    const kind = kinds.size;
    kinds.set(leader.id, kind);
    const rows = lineRowsOf(leader, { newId: () => '', unitOf });
    counts.push(rows.length);
    for (const [index, row] of rows.entries()) set.add(kind, leaderNames, { ...row, id: index });
    return { kind, names };
  });
  const all = membersOf(members);
  await set.insert(
    ctx,
    all,
    makeIds(ctx, all, (kind) => counts[kind] as number),
  );
}
