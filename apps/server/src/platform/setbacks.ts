import type { GoesOn } from './due.ts';

/** A piece of due work that has nothing to do with those beside it. `key` names it among all of its source and tenant. */
export type Piece = { key: string; customerId: string; work(): Promise<unknown> };

/** Hears of a piece that failed again, with how often in a row and why, in order to tell people. */
export type Tell = (tenantId: number, piece: Piece, failures: number, reason: string) => Promise<void>;

const FIRST_REST_MS = 60_000;
/** The longest time between two tries of what fails. */
export const LONGEST_REST_MS = 3_600_000;

export type Setbacks = {
  /** How many pieces to look for, so that those at rest hide none of the others. */
  room(tenantId: number, limit: number): number;
  /**
   * Does one piece after the other. One that fails because of its own facts holds up none of the others: it rests for a minute,
   * and twice as long each time it fails again, up to an hour, and the first fault is thrown when all others are done.
   * A fault that speaks of no facts, such as a lost connection, ends the round at once.
   *
   * @param isStanding the clock of the tenant does not follow real time: nothing rests there, or what is due at an instant would
   *   be passed over when the clock moves on
   * @returns how many pieces were done
   */
  each(
    tenant: { id: number; isStanding: boolean },
    pieces: readonly Piece[],
    goesOn: GoesOn,
  ): Promise<number>;
};

type Rest = { failures: number; untilMs: number };

/** What failed of one source of due work, kept by this process: another one, or the next, finds out for itself. */
export function createSetbacks(nowMs: () => number, tell?: Tell): Setbacks {
  const byTenant = new Map<number, Map<string, Rest>>();
  return {
    room: (tenantId, limit) => limit + (byTenant.get(tenantId)?.size ?? 0),
    async each(tenant, pieces, goesOn) {
      const resting = byTenant.get(tenant.id) ?? new Map<string, Rest>();
      const faults: Error[] = [];
      let done = 0;
      for (const piece of pieces) {
        const { key } = piece;
        const before = resting.get(key);
        if (!tenant.isStanding && before !== undefined && before.untilMs > nowMs()) continue;
        if (!goesOn()) break;
        try {
          await piece.work();
          resting.delete(key);
          done += 1;
        } catch (error) {
          if (!speaksOfData(error)) throw error;
          const failures = (before?.failures ?? 0) + 1;
          const restMs = Math.min(FIRST_REST_MS * 2 ** (failures - 1), LONGEST_REST_MS);
          resting.set(key, { failures, untilMs: nowMs() + restMs });
          faults.push(new Error(`${key}: ${reasonOf(error)}`, { cause: error }));
          await tell?.(tenant.id, piece, failures, reasonOf(error));
        }
      }
      // Some are no longer due by themselves, such as those of a customer who was erased.
      for (const [key, { untilMs }] of resting) if (untilMs + LONGEST_REST_MS < nowMs()) resting.delete(key);
      if (resting.size > 0) byTenant.set(tenant.id, resting);
      else byTenant.delete(tenant.id);
      if (faults[0] !== undefined) throw faults[0];
      return done;
    },
  };
}

export const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * Whether an error speaks of what was being worked on: a bug of ours that these facts bring out, or a rule of the
 * database. What it says of connections (08), deadlocks (40), statements and rights (42), its resources (53), locks
 * (55) and operators (57, 58) has nothing to do with it; nor has what the network and the driver say.
 */
export function speaksOfData(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === 'OutcomeUnknown') return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && error.name !== 'Refusal') {
    return /^[0-9A-Z]{5}$/.test(code) && !/^(?:08|40|42|53|55|57|58|XX)/.test(code);
  }
  return !/connect|terminated|timeout|timed out|pool|socket|queryable/i.test(error.message);
}
