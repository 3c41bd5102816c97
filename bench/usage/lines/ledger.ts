import { randomUUID } from 'node:crypto';
import type { Bound, Proof, Row } from '../figures.ts';
import { median } from '../figures.ts';
import type { Ground, Line } from '../ground.ts';
import { load } from '../load.ts';
import { equal, failed, joinProofs } from '../proofs.ts';
import { costNote, interleave, type Taken, timesOf } from '../rounds.ts';
import { wholeNumber, writtenTransactions } from '../stage.ts';
import { insertTransfers, openBooks, type Posted } from '../transfers.ts';

const must: Bound = { at: 'least', value: 40_000 };
const goal: Bound = { at: 'least', value: 55_000 };
const CONNECTIONS = 64;
const GRANTED = 1_000_000_000;

export const ledger: Line = {
  name: 'ledger',
  about: 'ledger transfers, batched (the books of money)',
  async measure(ready, settings) {
    const ground = await ready();
    const books = await openBooks(ground);
    try {
      const { seconds } = settings;
      await books.postFor(seconds);
      const { rounds, note } = await interleave<'books' | 'raw', Posted | Taken>(settings, ground.ours(), {
        books: () => books.postFor(seconds),
        raw: () => insertTransfers(ground, seconds),
      });
      const posted = rounds.map((round) => round.books.taken as Posted);
      return [
        {
          line: 'ledger',
          name: 'ledger transfers, batched: the books of money, 1,000 a transaction',
          unit: '/s',
          must,
          goal,
          runs: posted.map(({ value }) => value),
          limits: [
            {
              name: 'set-wise insert into bare tables',
              least: 0.6,
              runs: rounds.map((round) => round.raw.taken.value),
            },
          ],
          proofs: joinProofs(posted.map(({ proofs }) => proofs)),
          notes: [
            'the module is called in the process of the benchmark, so that its own work is told as that of the client',
            ...costNote(
              'transfer',
              rounds.map((round) => round.books),
            ),
            ...noteOf(note),
          ],
        },
      ];
    } finally {
      await books.close();
    }
  },
};

type Spent = Taken & { p50Ms: number; p99Ms: number; perCommit: number; proofs: Proof[] };

export const credits: Line = {
  name: 'credits',
  about: 'credits spent over HTTP (64 connections, 400 customers)',
  async measure(ready, settings) {
    const ground = await ready();
    await grantCredits(ground);
    const { seconds } = settings;
    await spend(ground, seconds);
    const { rounds, note } = await interleave<'credits' | 'raw', Spent | Taken>(settings, ground.ours(), {
      credits: () => spend(ground, seconds),
      raw: () => insertTransfers(ground, seconds),
    });
    const spent = rounds.map((round) => round.credits.taken as Spent);
    const row: Row = {
      line: 'credits',
      name: 'credits spent over HTTP, each by its own request (64 connections, 400 customers)',
      unit: '/s',
      must: null,
      goal: null,
      runs: spent.map(({ value }) => value),
      ...timesOf(spent),
      perCommit: median(spent.map(({ perCommit }) => perCommit)),
      limits: [
        { name: 'set-wise insert into bare tables', runs: rounds.map((round) => round.raw.taken.value) },
      ],
      proofs: joinProofs(spent.map(({ proofs }) => proofs)),
      notes: [
        ...costNote(
          'spending',
          rounds.map((round) => round.credits),
        ),
        ...noteOf(note),
      ],
    };
    return [row];
  },
};

const noteOf = (note: string) => (note === '' ? [] : [note]);

async function grantCredits({ stage, shop }: Ground): Promise<void> {
  await stage.call('POST', '/v1/credit_types', { key: 'tokens', name: 'Tokens' });
  const waiting = [...shop.idOf.values()];
  const giver = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const body = { credit_type: 'tokens', amount: String(GRANTED), reason: 'Measured' };
      await stage.call('POST', `/v1/customers/${id}/credits`, body);
    }
  };
  await Promise.all(Array.from({ length: 4 }, giver));
}

async function spend(ground: Ground, seconds: number): Promise<Spent> {
  const { stage, shop } = ground;
  const before = await creditsOf(ground);
  const commitsBefore = await writtenTransactions(stage.admin);
  const post = stage.poster('/v1/credits/consume');
  const result = await load({
    ports: [stage.port],
    connections: CONNECTIONS,
    seconds,
    request: (n) =>
      post(
        `{"customer":"${shop.customers[n % shop.customers.length]}","credit_type":"tokens","amount":"1","event_id":"${randomUUID()}"}`,
      ),
  });
  const commits = (await writtenTransactions(stage.admin)) - commitsBefore;
  const after = await creditsOf(ground);
  const { requests, p50Ms, p99Ms } = result;
  const all = BigInt(requests);
  return {
    value: requests / result.seconds,
    work: requests,
    p50Ms,
    p99Ms,
    perCommit: requests / commits,
    proofs: [
      failed(result),
      equal('the grants have so much less', before.left - after.left, all),
      equal('the ledger has each spending once', after.entries - before.entries, all),
      equal(
        'what is left is what was granted without what was spent',
        after.left,
        after.granted - after.spent,
      ),
    ],
  };
}

async function creditsOf({ stage: { admin } }: Ground) {
  const sum = (statement: string) => wholeNumber(admin, statement);
  return {
    left: await sum('select sum(left_amount) from credit_grants'),
    granted: await sum("select sum(amount) from credit_entries where kind = 'granted'"),
    spent: await sum("select sum(amount) from credit_entries where kind = 'consumed'"),
    entries: await sum("select count(*) from credit_entries where kind = 'consumed'"),
  };
}
