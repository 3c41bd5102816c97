import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Stage } from './stage.ts';

const CUSTOMERS = 400;
const AT_ONCE = 8;

/** A business with meters, features, two plans and customers who subscribe to the smaller one. */
export type Shop = {
  /** Names under which events and requests know the customers. */
  customers: readonly string[];
  idOf: ReadonlyMap<string, string>;
  /** The same ids as the database has them. */
  rowIds: readonly string[];
  subscriptionOf: ReadonlyMap<string, string>;
};

export const SMALL_LIMIT = 900_000_000_000;
export const LARGE_LIMIT = SMALL_LIMIT + 1;

/** Meters of events, and one of units that are taken and held. */
export async function openShop(stage: Stage): Promise<Shop> {
  const { billhook } = stage;
  const meter = (key: string, eventType: string, valueProperty: string | null) => ({
    key,
    name: key,
    eventType,
    aggregation: valueProperty === null ? ('count' as const) : ('sum' as const),
    valueProperty,
    unit: key,
  });
  const entitlement = (feature: string, limit: number) => ({
    feature,
    kind: 'metered' as const,
    limit: String(limit),
    reset: 'calendar_month' as const,
    overage: 'block' as const,
    warnAtPercent: [80, 100],
  });
  const plan = (key: string, limit: number) => ({
    key,
    name: key,
    currency: 'EUR',
    prices: [],
    entitlements: [
      entitlement('calls', limit),
      entitlement('units', limit),
      entitlement('scarce', SCARCE_LIMIT),
      { feature: 'sso', kind: 'boolean' as const, enabled: true },
    ],
  });
  await billhook.catalogue.put({
    meters: [
      meter('calls', 'call', null),
      meter('bytes', 'call', 'bytes'),
      meter('seconds', 'job', 'seconds'),
      meter('units', 'unit', 'n'),
      meter('scarce', 'scarce', 'n'),
    ],
    features: [
      { key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' },
      { key: 'units', name: 'Units', kind: 'metered', meter: 'units' },
      { key: 'scarce', name: 'Scarce', kind: 'metered', meter: 'scarce' },
      { key: 'sso', name: 'SSO', kind: 'boolean' },
    ],
    plans: [plan('small', SMALL_LIMIT), plan('large', LARGE_LIMIT)],
  } as Parameters<typeof billhook.catalogue.put>[0]);
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => `b${index}`);
  const idOf = new Map<string, string>();
  const subscriptionOf = new Map<string, string>();
  const waiting = [...customers];
  const worker = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const { id } = await billhook.customers.create({ name, externalId: name, currency: 'EUR' });
      const subscription = await billhook.subscriptions.create({ customer: id, plan: 'small' });
      idOf.set(name, id);
      subscriptionOf.set(name, subscription.id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const rowIds = [...idOf.values()].map((id) => {
    const row = decodeTypeId('cus', id);
    if (!row.ok) throw new Error(`${id} is no customer`);
    return row.value;
  });
  return { customers, idOf, rowIds, subscriptionOf };
}

/** So few that a load asks for more of them than there are. */
export const SCARCE_LIMIT = 20;
