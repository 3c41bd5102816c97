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

function createOperations(tables: AuthTables, run: RunSql) {
  const tableOf = (model: string) => {
    const table = (tables as Record<string, string | undefined>)[model];
    if (table === undefined) throw new Error(`better-auth asked for the table ${model}, which is not there`);
    return table;
  };
  const select = async (model: string, where: readonly CleanedWhere[], tail: string): Promise<Row[]> => {
    const condition = toSql(model, where, 0);
    const rows = await run((sql) =>
      sql.rows<Row>(`select * from ${tableOf(model)} where ${condition.text} ${tail}`, condition.values),
    );
    return rows.map((row) => toOutput(row, where));
  };
  return {
    async create<T extends Row>({ model, data }: { model: string; data: T }): Promise<T> {
      const columns = Object.keys(data);
      const row = await run((sql) =>
        sql.row<Row>(
          `insert into ${tableOf(model)} (${columns.map(quote).join(', ')})
           values (${columns.map((_column, index) => `$${index + 1}`).join(', ')}) returning *`,
          columns.map((column) => toInput(model, column, data[column])),
        ),
      );
      return { ...toOutput(row ?? {}, []), ...data };
    },
    async findOne<T>({ model, where }: { model: string; where: CleanedWhere[] }): Promise<T | null> {
      return ((await select(model, where, 'limit 1'))[0] as T | undefined) ?? null;
    },
    async findMany<T>(request: FindMany): Promise<T[]> {
      const order = request.sortBy
        ? `order by ${quote(request.sortBy.field)} ${request.sortBy.direction === 'asc' ? 'asc' : 'desc'}`
        : '';
      const tail = `${order} limit ${Number(request.limit)} offset ${Number(request.offset ?? 0)}`;
      return (await select(request.model, request.where ?? [], tail)) as T[];
    },
    async update<T>(request: { model: string; where: CleanedWhere[]; update: T }): Promise<T | null> {
      const { model, where } = request;
      const change = toAssignments(model, request.update as Row);
      const condition = toSql(model, where, change.values.length);
      const rows = await run((sql) =>
        sql.rows<Row>(`update ${tableOf(model)} set ${change.text} where ${condition.text} returning *`, [
          ...change.values,
          ...condition.values,
        ]),
      );
      return rows[0] ? (toOutput(rows[0], where) as T) : null;
    },
    async updateMany({
      model,
      where,
      update,
    }: {
      model: string;
      where: CleanedWhere[];
      update: Row;
    }): Promise<number> {
      const change = toAssignments(model, update);
      const condition = toSql(model, where, change.values.length);
      return run((sql) =>
        sql.run(`update ${tableOf(model)} set ${change.text} where ${condition.text}`, [
          ...change.values,
          ...condition.values,
        ]),
      );
    },
    async delete({ model, where }: { model: string; where: CleanedWhere[] }): Promise<void> {
      await remove(model, where);
    },
    async deleteMany({ model, where }: { model: string; where: CleanedWhere[] }): Promise<number> {
      return (await remove(model, where)).length;
    },
    async consumeOne<T>({ model, where }: { model: string; where: CleanedWhere[] }): Promise<T | null> {
      return ((await remove(model, where))[0] as T | undefined) ?? null;
    },
    async count({ model, where }: { model: string; where?: CleanedWhere[] | undefined }): Promise<number> {
      return (await select(model, where ?? [], '')).length;
    },
  };

  async function remove(model: string, where: readonly CleanedWhere[]): Promise<Row[]> {
    const condition = toSql(model, where, 0);
    const rows = await run((sql) =>
      sql.rows<Row>(`delete from ${tableOf(model)} where ${condition.text} returning *`, condition.values),
    );
    return rows.map((row) => toOutput(row, where));
  }
}

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
