import { createRecentOfTenants } from '../../platform/recent.ts';
import type { LockedCounter, LockedCounters } from '../usage/api.ts';

/** So many subjects, and the counters of so many customers, of all tenants. */
const MOST = 20_000;

/**
 * Whom subjects stand for and what their counters had when a piece of work last ended. It decides nothing: what is taken
 * by it is insisted on in the transaction.
 */
export type UnitMemory = {
  customerOf(tenantId: number, subject: string): string | undefined;
  countersOf(tenantId: number, customerId: string): readonly LockedCounter[] | undefined;
  /** All counters of these customers, which were locked. */
  learn(tenantId: number, customers: ReadonlyMap<string, string>, locked: LockedCounters): void;
  /** What some of them came to. */
  update(tenantId: number, counters: readonly LockedCounter[]): void;
  forget(tenantId: number, customerIds: Iterable<string>): void;
};

export function createUnitMemory(): UnitMemory {
  const subjects = createRecentOfTenants<string, string>(MOST);
  const counters = createRecentOfTenants<string, readonly LockedCounter[]>(MOST);
  return {
    customerOf: subjects.get,
    countersOf: counters.get,
    learn(tenantId, customers, { all }) {
      const byCustomer = Map.groupBy(all, ({ customerId }) => customerId);
      for (const [subject, id] of customers) {
        subjects.set(tenantId, subject, id);
        counters.set(tenantId, id, byCustomer.get(id) ?? []);
      }
    },
    update(tenantId, changed) {
      for (const counter of changed) {
        const before = counters.get(tenantId, counter.customerId) ?? [];
        const after = before.map((one) => (isSame(one, counter) ? counter : one));
        counters.set(tenantId, counter.customerId, after);
      }
    },
    forget(tenantId, customerIds) {
      for (const id of customerIds) counters.delete(tenantId, id);
    },
  };
}

function isSame(one: LockedCounter, other: LockedCounter): boolean {
  const { window } = other;
  return one.meterId === other.meterId && one.window.start === window.start && one.window.end === window.end;
}
