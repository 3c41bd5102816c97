import type { Allocation, Match } from '@billhook/core/banking/match-line';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';

export type LineState = 'unmatched' | 'proposed' | 'matched' | 'ignored';

/** What a line seems to pay, as it is stored. */
export type Proposal = {
  kind: 'exact' | 'proposed' | 'return';
  customerId: string;
  allocations: readonly Allocation[];
  score: number;
  reasons: readonly string[];
  /** For money that the bank took back: the line that brought it. */
  returnsLineId: string | null;
};

type StoredProposal = Omit<Proposal, 'allocations'> & {
  allocations: readonly { invoiceId: string | null; amountMinor: string }[];
};

/** One movement on an account. */
export type BankLine = {
  id: string;
  statementId: string;
  accountId: string;
  bookedOn: string;
  valueOn: string | null;
  amountMinor: bigint;
  currency: string;
  isReversal: boolean;
  name: string | null;
  iban: string | null;
  reference: string | null;
  text: string;
  endToEndId: string | null;
  chargesMinor: bigint;
  state: LineState;
  customerId: string | null;
  proposal: Proposal | null;
  note: string | null;
  decidedBy: string | null;
  decidedAt: Instant | null;
  createdAt: Instant;
};

const LINE = `id, statement_id as "statementId", account_id as "accountId", booked_on::text as "bookedOn",
  value_on::text as "valueOn", amount_minor as "amountMinor", currency, is_reversal as "isReversal", name, iban, reference,
  text, end_to_end_id as "endToEndId", charges_minor as "chargesMinor", state, customer_id as "customerId", proposal, note,
  decided_by as "decidedBy", decided_at as "decidedAt", created_at as "createdAt"`;

type Row = Omit<BankLine, 'proposal'> & { proposal: StoredProposal | null };

const lineOf = ({ proposal, ...row }: Row): BankLine => ({
  ...row,
  proposal:
    proposal === null
      ? null
      : {
          ...proposal,
          allocations: proposal.allocations.map(({ invoiceId, amountMinor }) => ({
            invoiceId,
            amountMinor: BigInt(amountMinor),
          })),
        },
});

export type LineFilter = {
  limit: number;
  state?: string | null;
  statementId?: string | null;
  customerId?: string | null;
  startingAfter?: string | null;
};

/** Newest first. */
export async function listLines(ctx: QueryCtx, filter: LineFilter): Promise<BankLine[]> {
  const rows = await ctx.sql.rows<Row>(
    `select ${LINE} from bank_lines
     where tenant_id = $1 and ($2::text is null or state = $2) and ($3::uuid is null or statement_id = $3)
       and ($4::uuid is null or customer_id = $4)
       and ($5::uuid is null or (booked_on, id) < (select booked_on, id from bank_lines where tenant_id = $1 and id = $5))
     order by booked_on desc, id desc limit $6`,
    [
      ctx.tenant.id,
      filter.state ?? null,
      filter.statementId ?? null,
      filter.customerId ?? null,
      filter.startingAfter ?? null,
      filter.limit,
    ],
  );
  return rows.map(lineOf);
}

/** Ends with `bank_line.not_found`. */
export async function getLine(ctx: QueryCtx, id: string | null): Promise<BankLine> {
  const row = await ctx.sql.row<Row>(`select ${LINE} from bank_lines where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    id,
  ]);
  return row === undefined ? refuse('bank_line.not_found', 'There is no such movement.') : lineOf(row);
}

/** Locks the line until the transaction ends. Lock the customers first. */
export async function lockLine(ctx: CommandCtx, id: string): Promise<BankLine> {
  const row = await ctx.sql.row<Row>(
    `select ${LINE} from bank_lines where tenant_id = $1 and id = $2 for update`,
    [ctx.tenant.id, id],
  );
  return row === undefined ? refuse('bank_line.not_found', 'There is no such movement.') : lineOf(row);
}

/** Lines that are booked by themselves, oldest first: new ones, and what a lost process left. */
export async function exactLines(ctx: QueryCtx): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select id from bank_lines where tenant_id = $1 and state = 'proposed' and proposal->>'kind' = 'exact'
     order by booked_on, id`,
    [ctx.tenant.id],
  );
  return rows.map(({ id }) => id);
}

/** Money that came in, for which nothing was found and which nobody has looked at. The oldest thousand. */
export async function waitingLines(ctx: QueryCtx): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select id from bank_lines where tenant_id = $1 and state = 'unmatched' and decided_at is null and amount_minor > 0
     order by booked_on, id limit 1000`,
    [ctx.tenant.id],
  );
  return rows.map(({ id }) => id);
}

/** Movements that nobody has decided on, oldest first. */
export async function openLineIds(ctx: QueryCtx): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select id from bank_lines where tenant_id = $1 and state in ('unmatched', 'proposed') order by booked_on, id`,
    [ctx.tenant.id],
  );
  return rows.map(({ id }) => id);
}

/** Who paid from which account before. */
export async function knownAccounts(ctx: QueryCtx): Promise<ReadonlyMap<string, string>> {
  const rows = await ctx.sql.rows<{ iban: string; customerId: string }>(
    `select distinct on (iban) iban, customer_id as "customerId" from bank_lines
     where tenant_id = $1 and state = 'matched' and customer_id is not null and iban is not null and amount_minor > 0
     order by iban, booked_on desc, id desc`,
    [ctx.tenant.id],
  );
  return new Map(rows.map(({ iban, customerId }) => [iban, customerId]));
}

/** The line that brought the money which the bank took back; undefined unless exactly one fits. */
export async function returnedLine(
  ctx: QueryCtx,
  back: Pick<BankLine, 'accountId' | 'amountMinor' | 'currency' | 'iban' | 'endToEndId' | 'bookedOn'>,
): Promise<BankLine | undefined> {
  const rows = await ctx.sql.rows<Row>(
    `select ${LINE} from bank_lines
     where tenant_id = $1 and account_id = $2 and state = 'matched' and amount_minor = -$3::bigint and currency = $4
       and booked_on <= $7::date
       and (($5::text is not null and end_to_end_id = $5) or ($5::text is null and $6::text is not null and iban = $6))
     order by booked_on desc, id desc limit 2`,
    [
      ctx.tenant.id,
      back.accountId,
      back.amountMinor,
      back.currency,
      back.endToEndId,
      back.iban,
      back.bookedOn,
    ],
  );
  return rows.length === 1 && rows[0] !== undefined ? lineOf(rows[0]) : undefined;
}

/** Stores what a line seems to pay. */
export async function propose(ctx: CommandCtx, lineId: string, proposal: Proposal | null): Promise<void> {
  await ctx.sql.run(`update bank_lines set state = $3, proposal = $4 where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    lineId,
    proposal === null ? 'unmatched' : 'proposed',
    proposal === null
      ? null
      : JSON.stringify(proposal, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
  ]);
}

/** What core found, as it is stored; null for nothing. */
export function proposalOf({ kind, customerId, allocations, score, reasons }: Match): Proposal | null {
  if (kind === 'none' || customerId === null) return null;
  return { kind, customerId, allocations, score, reasons, returnsLineId: null };
}

/** Writes what was decided on a line. What it seemed to pay is kept, to be seen. */
export async function decideLine(
  ctx: CommandCtx,
  lineId: string,
  decision: { state: LineState; customerId: string | null; note: string | null; decidedBy: string },
): Promise<void> {
  await ctx.sql.run(
    `update bank_lines set state = $3, customer_id = $4, note = $5, decided_by = $6, decided_at = $7
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      lineId,
      decision.state,
      decision.customerId,
      decision.note,
      decision.decidedBy,
      iso(ctx.now),
    ],
  );
}
