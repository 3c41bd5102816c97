import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/testing/app.ts';
import type { Caller } from '../../apps/server/src/testing/caller.ts';
import { findCards, passesLuhn } from './find-cards.ts';

/** As people type them: paid, refused, asked to authenticate, of other brands, unknown to the stand-in. */
const TYPED = [
  '4242 4242 4242 4242',
  '4000000000009995',
  '4000002760003184',
  '5555-5555-5555-4444',
  '378282246310005',
  '4111 1111 1111 1111',
];
const CODE = '8641';
const PASSWORD = 'correct horse battery staple';

let app: TestApp;
let admin: pg.Client;
let member: Caller;

const portal = (rest: string) => `/p/${app.tenant.slug}/api/v1${rest}`;

beforeAll(async () => {
  app = await startTestApp();
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const price = {
    key: 'base',
    name: 'Base',
    pricing: { model: 'flat', amount: '1000' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  await app.api('POST', '/v1/plans', {
    body: { key: 'pro', name: 'Pro', currency: 'EUR', entitlements: [], prices: [price] },
  });
  const email = 'ada@example.com';
  const auth = `/p/${app.tenant.slug}/auth`;
  await app.anybody('POST', `${auth}/sign-up/email`, {
    body: { email, password: PASSWORD, name: 'Ada' },
    headers: { origin: app.baseUrl },
  });
  await admin.query(`update member_user set "emailVerified" = true where email = $1`, [email]);
  member = await app.signIn(email, PASSWORD, auth);
  await member('POST', portal('/customers'), { body: { name: 'Ada Ltd', currency: 'EUR', country: 'DE' } });
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

/** Types a card into the page of the payment provider. */
async function pay(url: string, number: string): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      number,
      expiry: '12 / 39',
      cvc: number.startsWith('37') ? CODE : CODE.slice(1),
      name: 'Ada',
      email: 'ada@example.com',
    }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Every value of every table as text; bytes as what they spell. */
async function* everyTable(): AsyncGenerator<[place: string, text: string]> {
  const { rows } = await admin.query<{ place: string; columns: string[]; kinds: string[] }>(
    `select format('%I.%I', n.nspname, c.relname) as place, array_agg(quote_ident(a.attname)::text) as columns,
       array_agg(a.atttypid::regtype::text) as kinds
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
     where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and n.nspname !~ '^(pg_|information_schema)'
     group by 1`,
  );
  for (const { place, columns, kinds } of rows) {
    const texts = columns.map((name, index) =>
      kinds[index] === 'bytea' ? `encode(${name}, 'escape')` : `${name}::text`,
    );
    const found = await admin.query<{ text: string | null }>(
      `select concat_ws(' | ', ${texts.join(', ')}) as text from ${place}`,
    );
    for (const { text } of found.rows) yield [place, text ?? ''];
  }
}

function* everyFile(folder: string): Generator<[place: string, text: string]> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) yield [file, readFileSync(file, 'latin1')];
  }
}

test('the scan finds what it must: numbers in one piece, in groups, in JSON and logs, and codes beside their name', () => {
  for (const number of TYPED)
    expect(findCards(`{"note":"paid with ${number}, thanks"}`), number).toHaveLength(1);
  expect(findCards('number=4242424242424242&cvc=123')).toHaveLength(2);
  expect(findCards('{"cvc":"8641"}')).toHaveLength(1);
  expect(passesLuhn('4242424242424241')).toBe(false);
  const others = [
    '1767950000000',
    '4242424242424241',
    'txn_4242424242424242x',
    '2026-01-10 09:00:00',
    'cvc_check: "pass"',
  ];
  for (const text of others) expect(findCards(text), text).toEqual([]);
});

test('I297 no card number and no code is anywhere after people typed them: tables, files, journal, mail and logs', async () => {
  const statuses: number[] = [];
  for (const number of TYPED) {
    const started = await member('POST', portal('/payment_methods/checkout'), {
      body: { success_url: 'https://shop.example/ok', cancel_url: 'https://shop.example/no' },
    });
    expect(started.status, started.text).toBe(201);
    statuses.push(await pay(String(started.body.url), number));
  }
  const started = await member('POST', portal('/checkouts'), {
    body: { plan: 'pro', success_url: 'https://shop.example/ok', cancel_url: 'https://shop.example/no' },
  });
  expect(started.status, started.text).toBe(201);
  for (const number of ['4000000000009995', '4242424242424242'])
    statuses.push(await pay(String(started.body.url), number));
  expect(statuses.filter((status) => status === 303).length, statuses.join()).toBeGreaterThan(2);
  await app.settle();
  const known = await app.api('GET', '/v1/payments?status=succeeded');
  expect((known.body.data as unknown as object[]).length).toBe(1);

  const tries = await app.api('GET', '/v1/payment_tries?limit=100');
  const pages = (tries.body.data as unknown as { kind: string }[]).filter(({ kind }) => kind === 'page');
  // One for the card, which is asked for again while it is open, and one for the plan.
  expect(pages).toHaveLength(2);
  expect(pages[0]).toMatchObject({ verdict: 'allow', address: '127.0.0.1' });

  const found: string[] = [];
  let looked = 0;
  const look = (place: string, text: string): void => {
    looked += 1;
    const cards = findCards(text);
    const typed = TYPED.map((number) => number.replaceAll(/\D/g, '')).filter((digits) =>
      text.includes(digits),
    );
    if (cards.length + typed.length > 0) found.push(`${place}: ${[...cards, ...typed].join()}`);
  };
  for await (const [place, text] of everyTable()) look(place, text);
  for (const [place, text] of everyFile(path.dirname(app.web.admin))) look(place, text);
  for (const line of app.logs) look('log', JSON.stringify(line));
  expect(found).toEqual([]);
  expect(looked).toBeGreaterThan(100);
});
