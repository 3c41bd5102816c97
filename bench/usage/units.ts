import { randomUUID } from 'node:crypto';
import type { Proof } from './figures.ts';
import type { Ground } from './ground.ts';
import { load, poster } from './load.ts';
import { equal, failed } from './proofs.ts';
import type { Taken } from './rounds.ts';
import { SCARCE_LIMIT } from './shop.ts';
import { wholeNumber, writtenTransactions } from './stage.ts';

export type UnitLoad = {
  kind: 'consume' | 'reserve';
  customers: readonly string[];
  connections: number;
  seconds: number;
};

export type UnitTaken = Taken & { p50Ms: number; p99Ms: number; perCommit: number; proofs: Proof[] };

const DONE = { consume: '"status":"counted"', reserve: '"allowed":true' };
/** Longer than any run: a reservation that ends meanwhile would be work beside the load. */
const HELD_S = 86_400;

/** Takes or holds one unit a request, and then looks whether the counters say what was answered. */
export async function takeUnits(ground: Ground, options: UnitLoad): Promise<UnitTaken> {
  const { stage } = ground;
  const before = await countersOf(ground, 'units');
  const commitsBefore = await writtenTransactions(stage.admin);
  let done = 0;
  const requestOf = unitRequests(ground, options.kind, 'units');
  const result = await load({
    ports: [stage.port],
    ...options,
    request: (n) => requestOf(options.customers[n % options.customers.length]),
    onAnswer(_status, body) {
      if (body().includes(DONE[options.kind])) done += 1;
    },
  });
  const commits = (await writtenTransactions(stage.admin)) - commitsBefore;
  const after = await countersOf(ground, 'units');
  const { p50Ms, p99Ms, requests } = result;
  const taken = { used: after.used - before.used, held: after.held - before.held };
  const all = BigInt(done);
  const proofs = [failed(result), equal('every request was granted', done, requests)];
  const wanted = options.kind === 'consume' ? { used: all, held: 0n } : { used: 0n, held: all };
  proofs.push(equal('the counters have what was answered as used', taken.used, wanted.used));
  proofs.push(equal('the counters have what was answered as held', taken.held, wanted.held));
  proofs.push(equal('the hourly figures have what was used', after.summed - before.summed, wanted.used));
  return { value: done / result.seconds, work: done, p50Ms, p99Ms, perCommit: done / commits, proofs };
}

export type Held = Taken & { ids: readonly string[] };

/** Holds units for what ends them afterwards. */
export async function holdUnits(ground: Ground, options: Omit<UnitLoad, 'kind'>): Promise<Held> {
  const ids: string[] = [];
  const requestOf = unitRequests(ground, 'reserve', 'units');
  const result = await load({
    ports: [ground.stage.port],
    ...options,
    request: (n) => requestOf(options.customers[n % options.customers.length]),
    onAnswer(_status, body) {
      const [, id] = /"id":"(rsv_[^"]+)"/.exec(body()) ?? [];
      if (id !== undefined) ids.push(id);
    },
  });
  if (ids.length !== result.requests) throw new Error('not every unit was held');
  return { value: result.perSecond, work: result.requests, ids };
}

/** Settles or gives back each of these units by its own request, and then looks whether the counters say so. */
export async function endUnits(
  ground: Ground,
  kind: 'settle' | 'release',
  ids: readonly string[],
  connections: number,
): Promise<UnitTaken> {
  const { stage } = ground;
  const before = await countersOf(ground, 'units');
  const commitsBefore = await writtenTransactions(stage.admin);
  const result = await load({
    ports: [stage.port],
    connections,
    // It ends when all are done.
    seconds: 120,
    request(n) {
      const id = ids[n];
      if (id === undefined) return undefined;
      const body = kind === 'settle' ? `{"quantity":"1","event_id":"${randomUUID()}"}` : '{}';
      return stage.poster(`/v1/reservations/${id}/${kind}`)(body);
    },
  });
  const commits = (await writtenTransactions(stage.admin)) - commitsBefore;
  const after = await countersOf(ground, 'units');
  const { p50Ms, p99Ms, requests } = result;
  const all = BigInt(requests);
  const used = kind === 'settle' ? all : 0n;
  const proofs = [
    failed(result),
    equal('each was ended once', requests, ids.length),
    equal('the counters hold so many less', before.held - after.held, all),
    equal('the counters have what was answered as used', after.used - before.used, used),
    equal('the hourly figures have what was used', after.summed - before.summed, used),
  ];
  return { value: result.perSecond, work: requests, p50Ms, p99Ms, perCommit: requests / commits, proofs };
}

/** The same of the prototype. */
export async function takeFromPrototype(ground: Ground, options: Omit<UnitLoad, 'kind'>): Promise<Taken> {
  const post = poster('/consume', { 'content-type': 'application/json' });
  const result = await load({
    ports: [ground.bare.port],
    ...options,
    request: (n) => post(`{"customer":"${options.customers[n % options.customers.length]}"}`),
  });
  if (result.failures.size > 0) throw new Error('the prototype failed');
  return { value: result.perSecond, work: result.requests };
}

/** Asks for more than there is of each customer at once: what is granted must be all of it, and not one more. */
export async function oversell(ground: Ground): Promise<Proof[]> {
  const { shop } = ground;
  const customers = shop.customers.slice(0, 100);
  const wanted = customers.length * SCARCE_LIMIT;
  const before = await countersOf(ground, 'scarce');
  if (before.used > 0n) return [];
  const granted = new Map<string, number>();
  const requestOf = unitRequests(ground, 'consume', 'scarce');
  const result = await load({
    ports: [ground.stage.port],
    connections: 64,
    seconds: 120,
    request: (n) => (n < wanted * 2 ? requestOf(customers[n % customers.length]) : undefined),
    onAnswer(_status, body, n) {
      const customer = customers[n % customers.length] as string;
      if (body().includes(DONE.consume)) granted.set(customer, (granted.get(customer) ?? 0) + 1);
    },
  });
  const exact = customers.filter((customer) => granted.get(customer) === SCARCE_LIMIT).length;
  const { used } = await countersOf(ground, 'scarce');
  return [
    failed(result),
    equal(
      `asked for twice as much as there is, each of ${customers.length} customers got all of it and no more`,
      exact,
      customers.length,
    ),
    equal('the counters have just that', used, BigInt(wanted)),
  ];
}

/** Takes a call from each customer, which from then on has a counter of the meter that counts events of calls. */
export async function callOnce(ground: Ground): Promise<void> {
  const { customers } = ground.shop;
  const requestOf = unitRequests(ground, 'consume', 'calls', '"data":{"bytes":1}');
  const { failures } = await load({
    ports: [ground.stage.port],
    connections: 16,
    seconds: 120,
    request: (n) => (n < customers.length ? requestOf(customers[n]) : undefined),
  });
  if (failures.size > 0) throw new Error('not every customer was given a unit');
}

/** Counters that everybody has say what the hourly figures do. */
export async function countersFollow(ground: Ground, meter: string): Promise<Proof> {
  const { used, summed } = await countersOf(ground, meter);
  return equal('the counters have what the hourly figures have', used, summed);
}

function unitRequests({ stage }: Ground, kind: UnitLoad['kind'], feature: string, more?: string) {
  const post = stage.poster(kind === 'consume' ? '/v1/consume' : '/v1/reservations');
  return (customer = '') => {
    const who = `"customer":"${customer}","feature":"${feature}","quantity":"1"${more === undefined ? '' : `,${more}`}`;
    if (kind === 'consume') return post(`{${who},"event_id":"${randomUUID()}"}`);
    return post(`{${who},"key":"${randomUUID()}","expires_in_s":${HELD_S}}`);
  };
}

async function countersOf({ stage: { admin } }: Ground, meter: string) {
  const figure = (column: string, table: string) =>
    wholeNumber(
      admin,
      `select sum(c.${column}) from ${table} c join meters m on m.tenant_id = c.tenant_id and m.id = c.meter_id
       where m.key = $1`,
      [meter],
    );
  return {
    used: await figure('used', 'usage_counters'),
    held: await figure('held', 'usage_counters'),
    summed: await figure('quantity', 'usage_hours'),
  };
}
