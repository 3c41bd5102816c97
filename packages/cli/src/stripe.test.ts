import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBillhook } from '@billhook/sdk/operator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from './program.ts';

const asked: { url: string; body: string }[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    asked.push({ url: request.url ?? '', body });
    const isDry = body.includes('true');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reportOf(isDry)));
  });
});

const entry = {
  kind: 'subscription',
  action: 'create',
  stripe_id: 'sub_1',
  name: 'sub_1, active',
  reason: null,
};

function reportOf(isDry: boolean) {
  const lost = { ...entry, action: 'conflict', name: 'sub_2, active', reason: 'No plan here stands for it.' };
  const entries = [{ ...entry, action: 'same', name: 'known' }, entry, ...(isDry ? [] : [lost])];
  return {
    object: 'stripe_report',
    dry_run: isDry,
    unchanged: false,
    created: 1,
    updated: 0,
    same: 1,
    skipped: 0,
    conflicts: isDry ? 0 : 1,
    entries,
  };
}

let baseUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function run(...args: string[]) {
  let out = '';
  const exitCode = await runCommandLine(args, {
    terminal: {
      out(text) {
        out += text;
      },
      err: () => undefined,
      isInteractive: false,
      columns: 80,
    },
    addressOf: () => baseUrl,
    connect: () => createBillhook({ baseUrl, apiKey: 'k', retry: { attempts: 1 } }),
    runServer: async () => 0,
    pause: async () => undefined,
  });
  return { exitCode, out };
}

describe('billhook stripe', () => {
  it('says what an import would do and does nothing', async () => {
    const { exitCode, out } = await run('stripe', 'import', '--dry-run');
    expect(asked.at(-1)).toMatchObject({ url: '/v1/stripe_mirror/import', body: '{"dry_run":true}' });
    expect(out).toBe(
      'create    subscription sub_1, active\n' +
        '1 created, 0 updated, 1 the same, 0 left out, 0 in conflict\n' +
        'Nothing was changed, this was a dry run.\n',
    );
    expect(exitCode).toBe(0);
  });

  it('fails where something waits for a person, and answers programs in the words of the API', async () => {
    const { exitCode, out } = await run('stripe', 'sync');
    expect(asked.at(-1)?.url).toBe('/v1/stripe_mirror/catalogue');
    expect(out).toContain('conflict  subscription sub_2, active: No plan here stands for it.\n');
    expect(exitCode).toBe(1);
    const { out: json } = await run('stripe', 'sync', '--json');
    expect(JSON.parse(json)).toEqual(reportOf(false));
  });
});
