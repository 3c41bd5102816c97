import { setTimeout as pause } from 'node:timers/promises';
import { type EventTaken, sendEvents } from '../events.ts';
import type { Row } from '../figures.ts';
import { amount, median } from '../figures.ts';
import type { Ground, Line } from '../ground.ts';
import { joinProofs } from '../proofs.ts';
import { interleave, timesOf } from '../rounds.ts';
import type { Settings } from '../settings.ts';
import { type Stage, wholeNumber } from '../stage.ts';

const CONNECTIONS = 64;
const REPEATED_ONE_IN = 10;
/** A session tells its statistics ten seconds after its last work at the latest. */
const TOLD_AFTER_MS = 11_000;

/** Two write for one tenant, with and without repeated events: first two server processes, then one with its two transactions. */
export const duplicates: Line = {
  name: 'duplicates',
  about: '10 % duplicates, keys in random order, two writers',
  async measure(ready, settings) {
    const ground = await ready();
    const { port } = ground.stage;
    const apart = await ground.beside((second) =>
      measureDuplicates(ground, settings, [port, second.port], 'two writers'),
    );
    return [...apart, ...(await measureDuplicates(ground, settings, [port], 'both writers in one process'))];
  },
};

async function measureDuplicates(
  ground: Ground,
  settings: Settings,
  ports: readonly number[],
  writers: string,
): Promise<Row[]> {
  const { stage } = ground;
  const shape = { ports, connections: CONNECTIONS, perRequest: 100, seconds: settings.seconds };
  const send = (repeatedOneIn: number) => sendEvents(ground, { ...shape, repeatedOneIn });
  const before = await deadlocksOf(stage);
  await send(REPEATED_ONE_IN);
  const { rounds, note } = await interleave<'without' | 'repeated', EventTaken>(settings, ground.ours(), {
    without: () => send(0),
    repeated: () => send(REPEATED_ONE_IN),
  });
  const deadlocks = (await deadlocksOf(stage)) - before;
  const [without, repeated] = (['without', 'repeated'] as const).map((part) =>
    rounds.map((round) => round[part].taken.value),
  ) as [number[], number[]];
  const notes = [
    `with repeated events ${amount(median(repeated), '/s')}, without ${amount(median(without), '/s')}, 100 events a request`,
    ...(note === '' ? [] : [note]),
  ];
  const slower: Row = {
    line: 'duplicates',
    name: `10 % duplicates, keys in random order, ${writers}: how much slower than without`,
    unit: '%',
    must: { at: 'most', value: 10 },
    goal: null,
    runs: repeated.map((value, index) => (1 - value / (without[index] as number)) * 100),
    limits: [],
    proofs: joinProofs(rounds.map((round) => round.repeated.taken.proofs)),
    notes,
  };
  const locked: Row = {
    line: 'duplicates',
    name: `deadlocks meanwhile, ${writers}`,
    unit: 'deadlocks',
    must: { at: 'most', value: 0 },
    goal: null,
    runs: [Number(deadlocks)],
    limits: [],
    proofs: [],
    notes: [],
  };
  return [slower, locked];
}

async function deadlocksOf({ admin }: Stage): Promise<bigint> {
  await pause(TOLD_AFTER_MS);
  return wholeNumber(admin, 'select deadlocks from pg_stat_database where datname = current_database()');
}

/** How many events share a commit when many ask at once. */
export const commits: Line = {
  name: 'commits',
  about: 'events a commit at 256 connections',
  async measure(ready, settings) {
    const ground = await ready();
    const shape = { ports: [ground.stage.port], connections: 256, perRequest: 1, repeatedOneIn: 0 };
    const send = () => sendEvents(ground, { ...shape, seconds: settings.seconds });
    await send();
    const { rounds, note } = await interleave(settings, ground.ours(), { server: send });
    const server = rounds.map((round) => round.server.taken);
    const rate = median(server.map(({ value }) => value));
    return [
      {
        line: 'commits',
        name: 'events a commit at 256 connections, 1 event a request',
        unit: 'events',
        must: { at: 'least', value: 100 },
        goal: null,
        runs: server.map(({ perCommit }) => perCommit),
        ...timesOf(server),
        limits: [],
        proofs: joinProofs(server.map(({ proofs }) => proofs)),
        notes: [
          `every transaction that wrote anything is counted, also those of the work behind the load; ${amount(rate, '/s')}`,
          ...(note === '' ? [] : [note]),
        ],
      },
    ];
  },
};
