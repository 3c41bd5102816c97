import { type EventTaken, sendEvents, sendToPrototype } from '../events.ts';
import type { Bound, Peer, Row } from '../figures.ts';
import { median } from '../figures.ts';
import type { Ground, Line } from '../ground.ts';
import { joinProofs } from '../proofs.ts';
import { insertEvents } from '../raw.ts';
import { costNote, interleave, type Taken, timesOf } from '../rounds.ts';

type Shape = {
  name: string;
  about: string;
  perRequest: number;
  must: Bound;
  goal: Bound;
  mostP99Ms?: number;
  peers: readonly Peer[];
};

const CONNECTIONS = 64;
const LAGO: Peer = { name: 'Lago on PostgreSQL alone, as it says of itself', perSecond: 10_000 };
const least = (value: number): Bound => ({ at: 'least', value });

export const ingestOne: Line = ingestLine({
  name: 'ingest-1',
  about: 'ingest over HTTP, 1 event a request, 64 connections',
  perRequest: 1,
  must: least(25_000),
  goal: least(32_000),
  mostP99Ms: 8,
  peers: [{ name: 'Autumn /v1/track, which does not wait for its database', perSecond: 731 }, LAGO],
});

export const ingestHundred: Line = ingestLine({
  name: 'ingest-100',
  about: 'ingest over HTTP, 100 events a request, 64 connections',
  perRequest: 100,
  must: least(70_000),
  goal: least(95_000),
  peers: [LAGO],
});

function ingestLine({ name, about, perRequest, must, goal, mostP99Ms, peers }: Shape): Line {
  return {
    name,
    about,
    async measure(ready, settings) {
      const ground = await ready();
      const shape = { connections: CONNECTIONS, perRequest, repeatedOneIn: 0 };
      const ports = [ground.stage.port];
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
            least: 0.7,
            runs: rounds.map((round) => round.prototype.taken.value),
          },
        ],
        peers,
        proofs: joinProofs(server.map(({ proofs }) => proofs)),
        notes: [
          ...costNote(
            'event',
            rounds.map((round) => round.server),
          ),
          ...costNote(
            'event of the prototype',
            rounds.map((round) => round.prototype),
          ),
          ...(note === '' ? [] : [note]),
        ],
      };
      return [row];
    },
  };
}

async function insertRows({ stage, shop, settings }: Ground, batch: number): Promise<Taken> {
  const { now } = await stage.billhook.clock.get();
  const customerIds = [...shop.rowIds];
  return {
    value: await insertEvents(stage.bareUrl, { batch, seconds: settings.seconds, time: now, customerIds }),
  };
}
