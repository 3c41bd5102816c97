import type { ClientBase } from 'pg';

const PATIENCE_MS = 10_000;

/** Ends when somebody in the client's database waits for a lock. */
export async function untilSomebodyWaits(client: ClientBase): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (performance.now() < deadlineMs) {
    const { rows } = await client.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' limit 1`,
    );
    if (rows.length > 0) return;
  }
  throw new Error('nobody waits for a lock');
}
