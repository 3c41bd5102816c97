import type { Bound, Row } from '../figures.ts';
import { median } from '../figures.ts';
import type { Line } from '../ground.ts';
import { joinProofs } from '../proofs.ts';
import { updateCounters, updateCountersTogether } from '../raw.ts';
import { costNote, interleave, type Taken, timesOf } from '../rounds.ts';
import { oversell, takeFromPrototype, takeUnits, type UnitLoad, type UnitTaken } from '../units.ts';

type Shape = {
  name: string;
  about: string;
  kind: UnitLoad['kind'];
  /** How many customers the load is spread over; one makes their counter hot. */
  customers: number;
  must: Bound;
  goal: Bound;
  mostP99Ms?: number;
};

const CONNECTIONS = 64;
const least = (value: number): Bound => ({ at: 'least', value });
const wide = { customers: 400, must: least(20_000), goal: least(26_000), mostP99Ms: 8 };
const hot = { customers: 1, must: least(10_000), goal: least(50_000) };

export const consume: Line = unitLine({
  name: 'consume',
  about: 'consume, durable (64 connections, 400 customers)',
  kind: 'consume',
  ...wide,
});

export const reserve: Line = unitLine({
  name: 'reserve',
  about: 'reserve, durable (64 connections, 400 customers)',
  kind: 'reserve',
  ...wide,
});

export const hotKey: Line = unitLine({
  name: 'hot-key',
  about: 'consume, one hot key (64 connections)',
  kind: 'consume',
  ...hot,
});

function unitLine({ name, about, kind, customers: count, must, goal, mostP99Ms }: Shape): Line {
  return {
    name,
    about,
    async measure(ready, settings) {
      const ground = await ready();
      const { seconds } = settings;
      const { bareUrl } = ground.stage;
      const customers = ground.shop.customers.slice(0, count);
      const shape = { customers, connections: CONNECTIONS, seconds };
      // A window that nobody took units of gets its counter first, so that is done before.
      await takeUnits(ground, { ...shape, kind });
      const { rounds, note } = await interleave<
        'server' | 'single' | 'together' | 'prototype',
        UnitTaken | Taken
      >(settings, ground.ours(), {
        server: () => takeUnits(ground, { ...shape, kind }),
        single: async () => ({ value: await updateCounters(bareUrl, seconds, count) }),
        together: async () => ({ value: await updateCountersTogether(bareUrl, seconds, count) }),
        prototype: () => takeFromPrototype(ground, shape),
      });
      const server = rounds.map((round) => round.server.taken as UnitTaken);
      const oversold = kind === 'consume' ? await oversell(ground) : [];
      const limit = (told: string, part: 'single' | 'together' | 'prototype', least?: number) => ({
        name: told,
        runs: rounds.map((round) => round[part].taken.value),
        ...(least === undefined ? {} : { least }),
      });
      const row: Row = {
        line: name,
        name: about,
        unit: '/s',
        must,
        goal,
        runs: server.map(({ value }) => value),
        ...timesOf(server),
        ...(mostP99Ms === undefined ? {} : { mostP99Ms }),
        perCommit: median(server.map(({ perCommit }) => perCommit)),
        limits: [
          limit('conditional update, single, 16 connections', 'single', count > 1 ? undefined : 0.7),
          limit('conditional update, 100 at once, 2 connections', 'together'),
          // All callers of one key meet on one row, as they do in single statements.
          limit('bare prototype over HTTP', 'prototype', count > 1 ? 0.7 : undefined),
        ],
        peers: [{ name: 'Autumn /v1/track, which does not wait for its database', perSecond: 731 }],
        proofs: [...joinProofs(server.map(({ proofs }) => proofs)), ...oversold],
        notes: [
          ...costNote(
            kind,
            rounds.map((round) => round.server),
          ),
          ...costNote(
            'take of the prototype',
            rounds.map((round) => round.prototype),
          ),
          ...(note === '' ? [] : [note]),
        ],
      };
      return [row];
    },
  };
}
