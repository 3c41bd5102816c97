import type { Proof, Row } from '../figures.ts';
import { median } from '../figures.ts';
import type { Ground, Line } from '../ground.ts';
import { load, poster } from '../load.ts';
import { pinning } from '../pinning.ts';
import { equal, failed, joinProofs } from '../proofs.ts';
import { costNote, interleave, type Taken, timesOf } from '../rounds.ts';
import { SMALL_LIMIT } from '../shop.ts';

type Checked = Taken & { p50Ms: number; p99Ms: number; proofs: Proof[] };

const CONNECTIONS = 16;
/** One answer in so many is read, so that reading is not what is measured. */
const READ_ONE_IN = 64;

/** The answer must be the right of that customer, not just an answer. */
const ALLOWED = /"allowed":true/;
const LIMIT = new RegExp(`"limit":"${SMALL_LIMIT}"`);

export const checkHttp: Line = {
  name: 'check-http',
  about: 'check over HTTP, warm, one core',
  async measure(ready, settings) {
    const ground = await ready();
    const { note: pinNote, pinned } = pinning();
    const { stage, bare } = ground;
    const once = (port: number, isOurs: boolean) => check(ground, port, isOurs, settings.seconds);
    // The first questions about each customer fill what is kept of it; those of the others make their code warm.
    await once(stage.port, true);
    await once(bare.port, false);
    await once(bare.fastifyPort, false);
    const { rounds, note } = await interleave<'server' | 'node' | 'fastify', Checked>(
      settings,
      ground.ours(),
      {
        server: () => pinned([stage.pid], () => once(stage.port, true)),
        node: () => pinned([bare.pid], () => once(bare.port, false)),
        fastify: () => pinned([bare.pid], () => once(bare.fastifyPort, false)),
      },
    );
    const server = rounds.map((round) => round.server);
    const perCore = median(server.flatMap(({ usEach }) => (usEach === undefined ? [] : 1e6 / usEach.server)));
    const row: Row = {
      line: 'check-http',
      name: 'check over HTTP, warm, one core (16 connections)',
      unit: '/s',
      must: { at: 'least', value: 50_000 },
      goal: { at: 'least', value: 65_000 },
      runs: server.map(({ taken }) => taken.value),
      ...timesOf(server.map(({ taken }) => taken)),
      mostP99Ms: 2,
      limits: [
        {
          name: 'node:http that does nothing',
          least: 0.6,
          runs: rounds.map((round) => round.node.taken.value),
        },
        { name: 'Fastify route that does nothing', runs: rounds.map((round) => round.fastify.taken.value) },
      ],
      proofs: joinProofs(server.map(({ taken }) => taken.proofs)),
      peers: [{ name: 'Autumn /v1/check, warm, measured on two such processors', perSecond: 1_480 }],
      notes: [
        pinNote,
        `${perCore.toFixed(0)} checks in a second of the server's processor time; what is left of a second waits for the client.`,
        ...costNote('check', server),
        ...costNote(
          'answer of node:http',
          rounds.map((round) => round.node),
        ),
        ...costNote(
          'answer of Fastify',
          rounds.map((round) => round.fastify),
        ),
        ...(note === '' ? [] : [note]),
      ],
    };
    return [row];
  },
};

async function check(ground: Ground, port: number, isOurs: boolean, seconds: number): Promise<Checked> {
  const { stage, shop } = ground;
  const headers = { authorization: `Bearer ${stage.apiKey}`, 'content-type': 'application/json' };
  const post = poster(isOurs ? '/v1/check' : '/nothing', headers);
  const requests = shop.customers.map((customer) =>
    post(JSON.stringify({ customer: shop.idOf.get(customer), feature: 'calls', quantity: '1' })),
  );
  let read = 0;
  let right = 0;
  const result = await load({
    ports: [port],
    connections: CONNECTIONS,
    seconds,
    request: (n) => requests[n % requests.length],
    onAnswer(_status, body, n) {
      if (n % READ_ONE_IN !== 0) return;
      read += 1;
      const text = body();
      const isRight = ALLOWED.test(text) && (!isOurs || (LIMIT.test(text) && text.includes(idOf(n))));
      if (isRight) right += 1;
    },
  });
  function idOf(n: number): string {
    return shop.idOf.get(shop.customers[n % shop.customers.length] as string) ?? '';
  }
  return {
    value: result.perSecond,
    work: result.requests,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    proofs: [
      failed(result),
      equal('each answer that was read is the right of its customer', right, read),
      ...(isOurs ? [await refusesTooMuch(ground)] : []),
    ],
  };
}

/** Who answers yes to everything is fast as well. */
async function refusesTooMuch({ stage, shop }: Ground): Promise<Proof> {
  const customer = shop.idOf.get(shop.customers[0] as string);
  const body = { customer, feature: 'calls', quantity: String(SMALL_LIMIT + 1) };
  const { allowed } = await stage.call('POST', '/v1/check', body);
  return { name: 'more than the limit is not allowed', isTrue: allowed === false, seen: String(allowed) };
}
