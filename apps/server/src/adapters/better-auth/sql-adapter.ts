import { createHash } from 'node:crypto';
import { type CleanedWhere, createAdapterFactory, type DBAdapter } from '@better-auth/core/db/adapter';
import type { BetterAuthOptions } from 'better-auth/types';
import type { Sql } from '../../platform/sql.ts';

/** Runs one transaction; for members it is the one that sets the tenant. */
export type RunSql = <T>(fn: (sql: Sql) => Promise<T>) => Promise<T>;
export type AuthTables = Record<'user' | 'session' | 'account' | 'verification', string>;

type Row = Record<string, unknown>;

const TIME_COLUMNS = new Set([
  'createdAt',
  'updatedAt',
  'expiresAt',
  'accessTokenExpiresAt',
  'refreshTokenExpiresAt',
]);
const OPERATORS: Partial<Record<NonNullable<CleanedWhere['operator']>, string>> = {
  eq: '=',
  ne: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
};

/**
 * Lets better-auth keep its four tables through our own transactions, so that row-level security guards the
 * members of each tenant. Session tokens are stored as their SHA-256 only.
 */
export function sqlAuthAdapter(tables: AuthTables, run: RunSql): (options: BetterAuthOptions) => DBAdapter {
  return createAdapterFactory({
    config: {
      adapterId: 'billhook-sql',
      supportsBooleans: true,
      supportsDates: true,
      supportsJSON: false,
      transaction: false,
    },
    adapter: () => createOperations(tables, run),
  });
}

/** The four statements that every operation is made of; they answer rows as better-auth expects them. */
function createStatements(tables: AuthTables, run: RunSql) {
  const tableOf = (model: string) => {
    const table = (tables as Record<string, string | undefined>)[model];
    if (table === undefined) throw new Error(`better-auth asked for the table ${model}, which is not there`);
    return table;
  };
  return {
    async insert(model: string, data: Row): Promise<Row> {
      const columns = Object.keys(data);
      const row = await run((sql) =>
        sql.row<Row>(
          `insert into ${tableOf(model)} (${columns.map(quote).join(', ')})
           values (${columns.map((_column, index) => `$${index + 1}`).join(', ')}) returning *`,
          columns.map((column) => toInput(model, column, data[column])),
        ),
      );
      return toOutput(row ?? {}, []);
    },
    async select(model: string, where: Where, tail: string): Promise<Row[]> {
      const condition = toSql(model, where, 0);
      const rows = await run((sql) =>
        sql.rows<Row>(`select * from ${tableOf(model)} where ${condition.text} ${tail}`, condition.values),
      );
      return rows.map((row) => toOutput(row, where));
    },
    async change(model: string, where: Where, data: Row): Promise<Row[]> {
      const assignments = toAssignments(model, data);
      const condition = toSql(model, where, assignments.values.length);
      const rows = await run((sql) =>
        sql.rows<Row>(
          `update ${tableOf(model)} set ${assignments.text} where ${condition.text} returning *`,
          [...assignments.values, ...condition.values],
        ),
      );
      return rows.map((row) => toOutput(row, where));
    },
    async remove(model: string, where: Where): Promise<Row[]> {
      const condition = toSql(model, where, 0);
      const rows = await run((sql) =>
        sql.rows<Row>(`delete from ${tableOf(model)} where ${condition.text} returning *`, condition.values),
      );
      return rows.map((row) => toOutput(row, where));
    },
  };
}

function createOperations(tables: AuthTables, run: RunSql) {
  const { insert, select, change, remove } = createStatements(tables, run);
  return {
    async create<T extends Row>({ model, data }: { model: string; data: T }): Promise<T> {
      return { ...(await insert(model, data)), ...data };
    },
    async findOne<T>({ model, where }: Named): Promise<T | null> {
      return ((await select(model, where, 'limit 1'))[0] as T | undefined) ?? null;
    },
    async findMany<T>(request: FindMany): Promise<T[]> {
      const order = request.sortBy
        ? `order by ${quote(request.sortBy.field)} ${request.sortBy.direction === 'asc' ? 'asc' : 'desc'}`
        : '';
      const tail = `${order} limit ${Number(request.limit)} offset ${Number(request.offset ?? 0)}`;
      return (await select(request.model, request.where ?? [], tail)) as T[];
    },
    async update<T>({ model, where, update }: Named & { update: T }): Promise<T | null> {
      return ((await change(model, where, update as Row))[0] as T | undefined) ?? null;
    },
    async updateMany({ model, where, update }: Named & { update: Row }): Promise<number> {
      return (await change(model, where, update)).length;
    },
    async delete({ model, where }: Named): Promise<void> {
      await remove(model, where);
    },
    async deleteMany({ model, where }: Named): Promise<number> {
      return (await remove(model, where)).length;
    },
    async consumeOne<T>({ model, where }: Named): Promise<T | null> {
      return ((await remove(model, where))[0] as T | undefined) ?? null;
    },
    async count({ model, where }: { model: string; where?: CleanedWhere[] | undefined }): Promise<number> {
      return (await select(model, where ?? [], '')).length;
    },
  };
}

type Where = readonly CleanedWhere[];
type Named = { model: string; where: CleanedWhere[] };
type FindMany = {
  model: string;
  where?: CleanedWhere[] | undefined;
  limit: number;
  sortBy?: { field: string; direction: 'asc' | 'desc' } | undefined;
  offset?: number | undefined;
};

const quote = (column: string) => `"${column.replaceAll('"', '')}"`;

const hashOf = (token: string) => createHash('sha256').update(`session ${token}`).digest('hex');

function toInput(model: string, column: string, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (model === 'session' && column === 'token' && typeof value === 'string') return hashOf(value);
  return value;
}

/** Times become dates again. The token that was asked for is handed back; others stay hashes. */
function toOutput(row: Row, where: readonly CleanedWhere[]): Row {
  const asked = where.find((clause) => clause.field === 'token' && clause.operator === 'eq');
  const entries = Object.entries(row)
    .filter(([column]) => column !== 'tenant_id')
    .map(([column, value]) => {
      if (TIME_COLUMNS.has(column) && typeof value === 'number') return [column, new Date(value)];
      if (column === 'token' && asked !== undefined) return [column, asked.value];
      return [column, value];
    });
  return Object.fromEntries(entries) as Row;
}

function toAssignments(model: string, update: Row): { text: string; values: unknown[] } {
  const columns = Object.keys(update);
  return {
    text: columns.map((column, index) => `${quote(column)} = $${index + 1}`).join(', '),
    values: columns.map((column) => toInput(model, column, update[column])),
  };
}

function toSql(
  model: string,
  where: readonly CleanedWhere[],
  offset: number,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const clauses = where.map((clause, index) => {
    const join = index === 0 ? '' : `${clause.connector === 'OR' ? 'or' : 'and'} `;
    return join + oneClause(model, clause, values, offset);
  });
  return { text: clauses.length > 0 ? clauses.join(' ') : 'true', values };
}

function oneClause(model: string, clause: CleanedWhere, values: unknown[], offset: number): string {
  const column = quote(clause.field);
  if (clause.value === null) return `${column} is ${clause.operator === 'ne' ? 'not ' : ''}null`;
  if (Array.isArray(clause.value) && (clause.operator === 'in' || clause.operator === 'not_in')) {
    values.push(clause.value.map((value) => toInput(model, clause.field, value)));
    return `${column} ${clause.operator === 'in' ? '= any' : '<> all'} ($${offset + values.length})`;
  }
  const operator = OPERATORS[clause.operator ?? 'eq'];
  if (operator === undefined)
    throw new Error(`better-auth asked for the comparison ${clause.operator}, which is not there`);
  values.push(toInput(model, clause.field, clause.value));
  return `${column} ${operator} $${offset + values.length}`;
}
