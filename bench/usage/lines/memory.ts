import { setTimeout as pause } from 'node:timers/promises';
import { stackMemory } from '../../memory.ts';
import { sendEvents } from '../events.ts';
import type { Bound, Proof, Row } from '../figures.ts';
import { type Ground, groundOf, type Line } from '../ground.ts';
import type { Stage } from '../stage.ts';
import { takeUnits } from '../units.ts';

const IDLE_MS = 10_000;
const most = (value: number): Bound => ({ at: 'most', value });

/** What the API process holds, by the kernel's own sums: at idle after its start, and at the end of a load. */
export const memory: Line = {
  name: 'memory',
  about: 'API process memory, idle and after minutes of load (10 with --long, else 1)',
  async measure(_ready, settings) {
    // A server of its own: what other lines left behind is no part of it.
    const place = groundOf(settings);
    try {
      const idle: number[] = [];
      const ground = await place.ground((stage) => restAndLook(stage).then((seen) => void idle.push(seen)));
      const seconds = settings.isQuick ? 10 : settings.isLong ? 600 : 60;
      const proofs = await mixedLoad(ground, seconds);
      const after = pssOf(ground.stage);
      const afterRest = await restAndLook(ground.stage);
      const row = (name: string, bound: Bound, seen: number[], own: Proof[], notes: string[]): Row => ({
        line: 'memory',
        name: `API process memory (PSS), ${name}`,
        unit: 'MB',
        must: bound,
        goal: null,
        runs: seen.length === 0 ? [Number.NaN] : seen,
        limits: [],
        proofs: own,
        notes,
      });
      return [
        row('idle', most(120), idle, [], [`${IDLE_MS / 1000} s after its start`]),
        row(
          `after ${seconds < 60 ? `${seconds} s` : `${seconds / 60} min`} of load`,
          most(180),
          [after],
          proofs,
          [
            `events (48 connections) and consume (16) at once; ${afterRest.toFixed(0)} MB after ${IDLE_MS / 1000} s of rest`,
          ],
        ),
      ];
    } finally {
      await place.close();
    }
  },
};

async function restAndLook(stage: Stage): Promise<number> {
  await pause(IDLE_MS);
  return pssOf(stage);
}

/** Not a number where the system does not tell. */
function pssOf({ child }: Stage): number {
  return (child.pid === undefined ? undefined : stackMemory(child.pid)?.api.pssMb) ?? Number.NaN;
}

async function mixedLoad(ground: Ground, seconds: number): Promise<Proof[]> {
  const { customers } = ground.shop;
  const [events, units] = await Promise.all([
    sendEvents(ground, {
      ports: [ground.stage.port],
      connections: 48,
      perRequest: 1,
      seconds,
      repeatedOneIn: 0,
    }),
    takeUnits(ground, { kind: 'consume', customers, connections: 16, seconds }),
  ]);
  return [...events.proofs, ...units.proofs];
}
