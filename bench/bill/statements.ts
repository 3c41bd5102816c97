import type pg from 'pg';

const MOST = 40;
const CUT = 170;

/** Begins to count what each statement costs. The database must have been started with pg_stat_statements. */
export async function countStatements(admin: pg.Pool): Promise<void> {
  await admin.query('create extension if not exists pg_stat_statements');
  await admin.query('select pg_stat_statements_reset()');
}

/**
 * Prints the statements that took most time since, those inside of triggers too: what it took to run and to plan each, as
 * microseconds an invoice, and the bytes of log that it wrote for one.
 */
export async function tellStatements(admin: pg.Pool, invoices: number): Promise<void> {
  const { rows } = await admin.query<{
    micros: number;
    planMicros: number;
    bytes: number;
    calls: string;
    rows: string;
    top: boolean;
    text: string;
  }>(
    `select total_exec_time * 1000 / $1::float8 as micros, total_plan_time * 1000 / $1::float8 as "planMicros",
       (wal_bytes / $1::float8)::float8 as bytes, calls, rows, toplevel as top, query as text
     from pg_stat_statements order by total_exec_time + total_plan_time desc limit ${MOST}`,
    [invoices],
  );
  for (const { micros, planMicros, bytes, calls, rows: count, top, text } of rows) {
    const one = text.replaceAll(/\s+/g, ' ').slice(0, CUT);
    console.log(
      `${micros.toFixed(1).padStart(8)} us ${planMicros.toFixed(1).padStart(6)} us planning ${bytes.toFixed(0).padStart(6)} bytes ${calls.padStart(8)} calls ${count.padStart(8)} rows ${top ? ' ' : '>'} ${one}`,
    );
  }
}
