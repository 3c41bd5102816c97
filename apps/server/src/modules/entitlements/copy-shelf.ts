import type { WallClock } from '../../platform/clock.ts';
import type { NewsDesk } from '../../platform/news.ts';
import { createRecent, type Recent } from '../../platform/recent.ts';

/** What was read of one customer. */
export type Copy<T> = {
  value: T;
  customerId: string;
  /** What callers called the customer when it was read; another name may be another customer's by now. */
  names: ReadonlySet<string>;
  /** Real time, both: until when it holds, and when it is worth reading anew. */
  until: number;
  renewAt: number;
};

export type Shelf<T> = {
  /** The copy of whom a name stands for, unless it is too old or something that it rests on has changed. */
  find(tenantId: number, name: string): Copy<T> | undefined;
  /** Reads in one snapshot, and keeps what no news outdated meanwhile. */
  read(tenantId: number, work: () => Promise<ReadonlyMap<string, Read<T>>>): Promise<Map<string, Copy<T>>>;
};

/** What was read under a name, and the real time at which it changes by itself. */
export type Read<T> = { value: T; customerId: string; until: number };

/** Nobody hears of a change whose process died right after its commit, so no copy grows older than this. */
const MOST_AGE_MS = 5_000;
const RENEW_AFTER_MS = 2_500;
const MOST_TENANTS = 200;
const MOST_CUSTOMERS = 4_000;

type Tenant<T> = { ids: Recent<string, string>; copies: Recent<string, Copy<T>> };
/** A reading under way: what it sees may be older than news that come before it is done. */
type Reading = { tenantId: number; isVoid: boolean; outdated: Set<string> };

/** Keeps copies while news of changes arrive, and drops those that they name. */
export function createShelf<T>(news: Pick<NewsDesk, 'hear' | 'isHearing'>, clock: WallClock): Shelf<T> {
  const tenants = createRecent<number, Tenant<T>>(MOST_TENANTS);
  const readings = new Set<Reading>();

  news.hear((heard) => {
    if (heard === 'missed') {
      for (const reading of readings) reading.isVoid = true;
      tenants.clear();
      return;
    }
    const { tenantId, about, customers } = heard;
    if (about === 'keys') return;
    for (const reading of readings) {
      if (reading.tenantId !== tenantId) continue;
      if (customers === 'all') reading.isVoid = true;
      else for (const customer of customers) reading.outdated.add(customer);
    }
    if (customers === 'all') tenants.delete(tenantId);
    else for (const customer of customers) tenants.get(tenantId)?.copies.delete(customer);
  });

  function keep(tenantId: number, name: string, { value, customerId, until }: Read<T>, begun: number) {
    const known = tenants.get(tenantId);
    const tenant = known ?? { ids: createRecent(MOST_CUSTOMERS), copies: createRecent(MOST_CUSTOMERS) };
    if (known === undefined) tenants.set(tenantId, tenant);
    // A name that was good for the copy before is still good, since a change of names would have ended that copy.
    const names = new Set([name, ...(tenant.copies.get(customerId)?.names ?? [])]);
    const end = Math.min(begun + MOST_AGE_MS, until);
    const copy = { value, customerId, names, until: end, renewAt: Math.min(begun + RENEW_AFTER_MS, end) };
    tenant.ids.set(name, customerId);
    tenant.copies.set(customerId, copy);
    return copy;
  }

  return {
    find(tenantId, name) {
      const tenant = tenants.get(tenantId);
      const id = tenant?.ids.get(name);
      const copy = id === undefined ? undefined : tenant?.copies.get(id);
      const isGood = copy?.names.has(name) === true && clock() < copy.until && news.isHearing();
      return isGood ? copy : undefined;
    },
    async read(tenantId, work) {
      const own: Reading = { tenantId, isVoid: !news.isHearing(), outdated: new Set() };
      const begun = clock();
      readings.add(own);
      try {
        const found = await work();
        return new Map(
          [...found].map(([name, read]) => {
            const { value, customerId } = read;
            if (!own.isVoid && !own.outdated.has(customerId))
              return [name, keep(tenantId, name, read, begun)];
            return [name, { value, customerId, names: new Set([name]), until: begun, renewAt: begun }];
          }),
        );
      } finally {
        readings.delete(own);
      }
    },
  };
}
