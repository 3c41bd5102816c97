import type { ClientBase } from 'pg';

const PATIENCE_MS = 10_000;

/**
 * Ends when somebody in the client's database waits for a lock, or as many as are asked for; or when there is nobody left who
 * would.
 */
export async function untilSomebodyWaits(
  client: ClientBase,
  count = 1,
  isOver: () => boolean = () => false,
): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (performance.now() < deadlineMs) {
    const { rows } = await client.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length >= count || isOver()) return;
  }
  throw new Error('nobody waits for a lock');
}
