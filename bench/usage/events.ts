import { randomUUID } from 'node:crypto';
import type { Proof } from './figures.ts';
import type { Ground } from './ground.ts';
import { load, poster } from './load.ts';
import { equal, failed } from './proofs.ts';
import type { Taken } from './rounds.ts';
import { wholeNumber, writtenTransactions } from './stage.ts';

/** A load of usage events. */
export type EventLoad = {
  ports: readonly number[];
  connections: number;
  perRequest: number;
  seconds: number;
  /** One event in so many is one that was sent before, under the same id; 0 for none. */
  repeatedOneIn: number;
};

/** What a load came to, and what it must have left behind. */
export type EventTaken = Taken & { p50Ms: number; p99Ms: number; perCommit: number; proofs: Proof[] };

type Sent = { events: number; fresh: number; bytes: bigint };

/** Of so many last events some are sent again. */
const REMEMBERED = 5_000;
const JSON_TYPE = { one: 'application/cloudevents+json', several: 'application/cloudevents-batch+json' };

let loads = 0;

/**
 * Sends events with ids in random order over all customers, and then looks whether each that was acknowledged is stored
 * once and stands in the hourly figures.
 */
export async function sendEvents(ground: Ground, options: EventLoad): Promise<EventTaken> {
  const { stage } = ground;
  loads += 1;
  const source = `bench-${loads}`;
  const sent: Sent = { events: 0, fresh: 0, bytes: 0n };
  const before = await kept(ground, source);
  const commitsBefore = await writtenTransactions(stage.admin);
  const result = await load({ ...options, request: await eventRequests(ground, options, source, sent) });
  const commits = (await writtenTransactions(stage.admin)) - commitsBefore;
  const after = await kept(ground, source);
  return {
    value: sent.events / result.seconds,
    work: sent.events,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    perCommit: sent.events / commits,
    proofs: [
      failed(result),
      equal('every event is stored once', after.events - before.events, BigInt(sent.fresh)),
      equal('the hourly figures count each once', after.counted - before.counted, BigInt(sent.fresh)),
      equal('the hourly figures add up', after.bytes - before.bytes, sent.bytes),
    ],
  };
}

/** The same events to the prototype, which keeps them in its own tables. */
export async function sendToPrototype(
  ground: Ground,
  options: Omit<EventLoad, 'ports'>,
): Promise<EventTaken> {
  loads += 1;
  const sent: Sent = { events: 0, fresh: 0, bytes: 0n };
  const result = await load({
    ...options,
    ports: [ground.bare.port],
    request: await eventRequests(ground, options, `bench-${loads}`, sent, '/events'),
  });
  const { p50Ms, p99Ms } = result;
  const proofs = [failed(result)];
  return { value: sent.events / result.seconds, work: sent.events, p50Ms, p99Ms, perCommit: 0, proofs };
}

async function eventRequests(
  { stage, shop }: Ground,
  { perRequest, repeatedOneIn }: Omit<EventLoad, 'ports'>,
  source: string,
  sent: Sent,
  path = '/v1/events',
): Promise<() => string> {
  const { now } = await stage.billhook.clock.get();
  const { customers } = shop;
  const headers = {
    authorization: `Bearer ${stage.apiKey}`,
    'content-type': perRequest === 1 ? JSON_TYPE.one : JSON_TYPE.several,
  };
  const ring: string[] = [];
  const event = () => {
    sent.events += 1;
    const known = sent.events % repeatedOneIn === 0 ? ring[(sent.events * 7) % ring.length] : undefined;
    if (known !== undefined) return known;
    sent.fresh += 1;
    const bytes = sent.fresh % 1000;
    sent.bytes += BigInt(bytes);
    const text = `{"specversion":"1.0","id":"${randomUUID()}","source":"${source}","type":"call","subject":"${customers[(sent.fresh * 7919) % customers.length]}","time":"${now}","data":{"bytes":${bytes},"region":"eu-west-1"}}`;
    if (repeatedOneIn > 0) ring[sent.fresh % REMEMBERED] = text;
    return text;
  };
  const post = poster(path, headers);
  return () => {
    if (perRequest === 1) return post(event());
    return post(`[${Array.from({ length: perRequest }, event).join(',')}]`);
  };
}

async function kept({ stage: { admin } }: Ground, source: string) {
  const figure = (key: string, column: string) =>
    wholeNumber(
      admin,
      `select sum(r.${column}) from usage_hours r join meters m on m.tenant_id = r.tenant_id and m.id = r.meter_id
       where m.key = $1`,
      [key],
    );
  return {
    events: await wholeNumber(admin, 'select count(*) from usage_events where source = $1', [source]),
    counted: await figure('calls', 'event_count'),
    bytes: await figure('bytes', 'quantity'),
  };
}
