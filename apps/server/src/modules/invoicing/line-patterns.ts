import type { CommandCtx } from '../../platform/context.ts';
import { makeIds } from '../../platform/members.ts';
import type { AlikeInvoices } from './alike-invoices.ts';
import { linePatterns } from './repo.ts';
import { lineRowsOf, type Naming } from './rows.ts';

/** Writes the lines of invoices that are like another: those of the first of each kind, with the ids of each further one. */
export async function insertAlikeLines(
  ctx: CommandCtx,
  { kinds, members }: Pick<AlikeInvoices, 'kinds' | 'members'>,
  unitOf: Naming['unitOf'],
): Promise<void> {
  const set = linePatterns();
  const counts = kinds.map(({ leader, leaderNames }, kind) => {
    const rows = lineRowsOf(leader, { newId: () => '', unitOf });
    for (const [index, row] of rows.entries()) set.add(kind, leaderNames, { ...row, id: index });
    return rows.length;
  });
  await set.insert(
    ctx,
    members,
    makeIds(ctx, members, (kind) => counts[kind] as number),
  );
}
