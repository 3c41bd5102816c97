import { type EventTaken, sendEvents, sendToPrototype } from '../events.ts';
import type { Bound, Peer, Row } from '../figures.ts';
import { median } from '../figures.ts';
import type { Ground, Line } from '../ground.ts';
import { joinProofs } from '../proofs.ts';
import { insertEvents } from '../raw.ts';
import { costNote, interleave, type Taken, type Told, timesOf } from '../rounds.ts';
import { callOnce, countersFollow } from '../units.ts';

type Shape = {
  name: string;
  about: string;
  perRequest: number;
  /** Units are taken of the meter of calls too, so that each event changes a counter. */
  isTakenOf?: boolean;
  must: Bound | null;
  goal: Bound | null;
  /** The share of the prototype that must be reached. */
  share?: number;
  mostP99Ms?: number;
  peers: readonly Peer[];
};

const CONNECTIONS = 64;
const SHARE = 0.7;
const LAGO: Peer = { name: 'Lago on PostgreSQL alone, as it says of itself', perSecond: 10_000 };
const least = (value: number): Bound => ({ at: 'least', value });

export const ingestOne: Line = ingestLine({
  name: 'ingest-1',
  about: 'ingest over HTTP, 1 event a request, 64 connections',
  perRequest: 1,
  must: least(25_000),
  goal: least(32_000),
  share: SHARE,
  mostP99Ms: 8,
  peers: [{ name: 'Autumn /v1/track, which does not wait for its database', perSecond: 731 }, LAGO],
});

export const ingestHundred: Line = ingestLine({
  name: 'ingest-100',
  about: 'ingest over HTTP, 100 events a request, 64 connections',
  perRequest: 100,
  must: least(70_000),
  goal: least(95_000),
  share: SHARE,
  peers: [LAGO],
});

export const ingestCounted: Line = ingestLine({
  name: 'ingest-counted',
  about: 'ingest over HTTP, 1 event a request, 64 connections, of a meter that units are taken of too',
  perRequest: 1,
  isTakenOf: true,
  must: null,
  goal: null,
  peers: [],
});

function ingestLine({
  name,
  about,
  perRequest,
  isTakenOf,
  must,
  goal,
  share,
  mostP99Ms,
  peers,
}: Shape): Line {
  return {
    name,
    about,
    async measure(ready, settings) {
      const ground = await ready();
      const shape = { connections: CONNECTIONS, perRequest, repeatedOneIn: 0 };
      const ports = [ground.stage.port];
      if (isTakenOf) await callOnce(ground);
      await sendEvents(ground, { ...shape, ports, seconds: settings.seconds });
      let batch = perRequest;
      const { rounds, note } = await interleave<'server' | 'raw' | 'prototype', EventTaken | Taken>(
        settings,
        ground.ours(),
        {
          async server() {
            const taken = await sendEvents(ground, { ...shape, ports, seconds: settings.seconds });
            batch = Math.max(perRequest, Math.round(taken.perCommit));
            return taken;
          },
          raw: () => insertRows(ground, batch),
          prototype: () => sendToPrototype(ground, { ...shape, seconds: settings.seconds }),
        },
      );
      const server = rounds.map((round) => round.server.taken as EventTaken);
      const perCommit = median(server.map((taken) => taken.perCommit));
      const row: Row = {
        line: name,
        name: about,
        unit: '/s',
        must,
        goal,
        runs: server.map(({ value }) => value),
        ...timesOf(server),
        ...(mostP99Ms === undefined ? {} : { mostP99Ms }),
        perCommit,
        limits: [
          {
            name: `set-wise insert, ${Math.round(perCommit)} a commit`,
            runs: rounds.map((round) => round.raw.taken.value),
          },
          {
            name: 'bare prototype over HTTP',
            ...(share === undefined ? {} : { least: share }),
            runs: rounds.map((round) => round.prototype.taken.value),
          },
        ],
        peers,
        proofs: joinProofs([
          ...server.map(({ proofs }) => proofs),
          ...(isTakenOf ? [[await countersFollow(ground, 'calls')]] : []),
        ]),
        notes: [...costs(rounds), ...(note === '' ? [] : [note])],
      };
      return [row];
    },
  };
}

function costs(rounds: readonly Record<'server' | 'prototype', Told<Taken>>[]): string[] {
  return [
    ...costNote(
      'event',
      rounds.map(({ server }) => server),
    ),
    ...costNote(
      'event of the prototype',
      rounds.map(({ prototype }) => prototype),
    ),
  ];
}

async function insertRows({ stage, shop, settings }: Ground, batch: number): Promise<Taken> {
  const { now } = await stage.billhook.clock.get();
  const customerIds = [...shop.rowIds];
  return {
    value: await insertEvents(stage.bareUrl, { batch, seconds: settings.seconds, time: now, customerIds }),
  };
}
