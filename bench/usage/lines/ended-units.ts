import type { Row } from '../figures.ts';
import { median } from '../figures.ts';
import type { Line } from '../ground.ts';
import { joinProofs } from '../proofs.ts';
import { costNote, interleave, type Taken, timesOf } from '../rounds.ts';
import { endUnits, type Held, holdUnits, takeFromPrototype, type UnitTaken } from '../units.ts';

const CONNECTIONS = 64;
const CUSTOMERS = 400;

export const settle: Line = endLine('settle');
export const release: Line = endLine('release');

/** Each round holds units first, beside what is measured, and then ends them. */
function endLine(kind: 'settle' | 'release'): Line {
  const about = `${kind}, durable (${CONNECTIONS} connections, ${CUSTOMERS} customers)`;
  return {
    name: kind,
    about,
    async measure(ready, settings) {
      const ground = await ready();
      const customers = ground.shop.customers.slice(0, CUSTOMERS);
      const shape = { customers, connections: CONNECTIONS, seconds: settings.seconds };
      let { ids } = await holdUnits(ground, shape);
      await endUnits(ground, kind, ids, CONNECTIONS);
      const parts = {
        async held() {
          const held = await holdUnits(ground, shape);
          ids = held.ids;
          return held;
        },
        server: () => endUnits(ground, kind, ids, CONNECTIONS),
        prototype: () => takeFromPrototype(ground, shape),
      };
      const { rounds, note } = await interleave<keyof typeof parts, Held | UnitTaken | Taken>(
        settings,
        ground.ours(),
        parts,
      );
      const server = rounds.map((round) => round.server.taken as UnitTaken);
      const row: Row = {
        line: kind,
        name: about,
        unit: '/s',
        must: null,
        goal: null,
        runs: server.map(({ value }) => value),
        ...timesOf(server),
        perCommit: median(server.map(({ perCommit }) => perCommit)),
        limits: [
          {
            name: 'bare prototype that takes, over HTTP',
            runs: rounds.map((round) => round.prototype.taken.value),
          },
        ],
        proofs: joinProofs(server.map(({ proofs }) => proofs)),
        notes: [
          ...costNote(
            kind,
            rounds.map((round) => round.server),
          ),
          ...(note === '' ? [] : [note]),
        ],
      };
      return [row];
    },
  };
}
