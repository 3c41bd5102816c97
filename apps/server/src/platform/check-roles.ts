import type { Database } from './database.ts';
import { StartError } from './start-error.ts';

type Facts = { role: string; superuser: boolean; bypass: boolean; owned: string | null };

/**
 * Row-level security only guards a role that cannot step around it. The server does not start with one that can.
 * @throws StartError that says what to change
 */
export async function checkRuntimeRoles(database: Database): Promise<void> {
  for (const pool of [database.runtime, database.work]) {
    let facts: Facts | undefined;
    try {
      const result = await pool.query<Facts>(
        `select current_user as role, r.rolsuper as superuser, r.rolbypassrls as bypass,
           (select c.relname from pg_class c where c.relowner = r.oid limit 1) as owned
         from pg_roles r where r.rolname = current_user`,
      );
      facts = result.rows[0];
    } catch (error) {
      throw explain(error);
    }
    if (facts === undefined || facts.superuser || facts.bypass) {
      throw new StartError(
        `The database role ${facts?.role ?? 'of this session'} can pass by row-level security. Take SUPERUSER and BYPASSRLS from billhook_rt and billhook_work.`,
      );
    }
    if (facts.owned !== null) {
      throw new StartError(
        `The database role ${facts.role} owns ${facts.owned}. Give it to the user of DATABASE_ADMIN_URL.`,
      );
    }
  }
}

function explain(error: unknown): StartError {
  const reason = error instanceof Error ? error.message : String(error);
  if (
    /permission denied to set role|invalid value for parameter "role"|must be member of role|does not exist/i.test(
      reason,
    )
  ) {
    return new StartError(
      `The user of DATABASE_URL may not act as the runtime roles (${reason}). Run as the owner: grant billhook_rt, billhook_work to that user.`,
    );
  }
  return new StartError(
    `Cannot reach the database (${reason}). Check DATABASE_URL and that the server runs.`,
  );
}
