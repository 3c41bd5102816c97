import type { CommandCtx, EarlyCtx } from './context.ts';
import type { StatementName } from './sql.ts';

/**
 * A piece of a statement that is sent together with others, because a statement of its own costs as much as a dozen rows.
 * `$1` is the tenant; what it needs besides is written `@1`, `@2` and so on, in the order of its values. Its name is an
 * identifier, by which those behind it know what it returns; parts of one name have one text. One of them names the tenant.
 */
export type Part = { name: string; text: string; values: readonly unknown[] };

/**
 * What must be as it was seen, or the transaction ends with an error that names it.
 * `lock`: a query, called by the name of the part, that is carried out once, before the condition that counts its rows.
 */
export type Insistence = Part & { lock?: string };

type Statement = { text: string; name: StatementName };

/** One for all connections: every combination is parsed and planned once on each. */
const statements = new Map<string, Statement>();

/** The values of all parts behind the tenant; the same column of two parts is sent once. */
function placed(tenantId: number, parts: readonly Part[]): { values: unknown[]; places: number[][] } {
  const values: unknown[] = [tenantId];
  const places = parts.map((part) =>
    part.values.map((value) => {
      const known = Buffer.isBuffer(value) ? values.indexOf(value) : -1;
      return known === -1 ? values.push(value) : known + 1;
    }),
  );
  return { values, places };
}

function statementOf(
  kind: string,
  parts: readonly Part[],
  places: number[][],
  write: (numbered: (text: string, part: number) => string) => string,
): Statement {
  const key = `${kind} ${parts.map(({ name }, part) => `${name} ${places[part]}`).join(' ')}`;
  const known = statements.get(key);
  if (known !== undefined) return known;
  const text = write((own, part) => own.replaceAll(/@(\d+)/g, (_, place) => `$${places[part]?.[place - 1]}`));
  const made = { text, name: `${kind}-${statements.size + 1}` };
  statements.set(key, made);
  return made;
}

/**
 * Carries out parts as one statement: none of them sees in a table what another wrote, no two may write one row, and their order
 * is the database's. Where two parts may have to wait for others, everybody must have them in one statement.
 *
 * @returns the rows that the last part answers with
 */
export function writeTogether<Row>({ sql, tenant }: EarlyCtx, parts: readonly Part[]): Promise<Row[]> {
  if (parts.length === 0) return Promise.resolve([]);
  const { values, places } = placed(tenant.id, parts);
  const { text, name } = statementOf('write', parts, places, (numbered) => {
    const others = parts.slice(0, -1).map((part, at) => `${part.name} as (${numbered(part.text, at)})`);
    const last = numbered(parts.at(-1)?.text ?? '', parts.length - 1);
    return `${others.length > 0 ? `with ${others.join(', ')} ` : ''}${last}`;
  });
  return sql.rows<Row>(text, values, name);
}

/** `parts`: of one statement. `behind`: what is sent after it. */
export type Gathered = { parts: Part[]; behind: (() => Promise<unknown>)[] };

export const openGathered = (): Gathered => ({ parts: [], behind: [] });

/**
 * What locks rows that everybody locks goes behind what may have to wait for an id: who held figures and waited for an id would
 * wait for somebody who waits for the figures.
 */
export function sendGathered(ctx: CommandCtx, { parts, behind }: Gathered): void {
  ctx.unawaited(writeTogether(ctx, parts.splice(0)));
  for (const send of behind.splice(0)) ctx.unawaited(send());
}

/** Ends the transaction unless all of this holds, in this order. */
export async function insistOn(
  { sql, tenant }: EarlyCtx,
  all: readonly (Insistence | undefined)[],
): Promise<void> {
  const parts = all.filter((part) => part !== undefined);
  if (parts.length === 0) return;
  const { values, places } = placed(tenant.id, parts);
  const { text, name } = statementOf('insist', parts, places, (numbered) => {
    const locks = parts.flatMap((part, at) =>
      part.lock === undefined ? [] : [`${part.name} as materialized (${numbered(part.lock, at)})`],
    );
    const held = parts.map((part, at) => `app.insist(${numbered(part.text, at)}, '${part.name}')`);
    return `${locks.length > 0 ? `with ${locks.join(', ')} ` : ''}select ${held.join(', ')}`;
  });
  await sql.run(text, values, name);
}
