import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { secondTenant, send } from '../../testing/scenario.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

function upload(bytes: Uint8Array, name: string, more: { customer?: string; key?: string } = {}) {
  const form = new FormData();
  form.append('purpose', 'logo');
  if (more.customer !== undefined) form.append('customer', more.customer);
  form.append('file', new Blob([new Uint8Array(bytes)]), name);
  return fetch(`${app.baseUrl}/v1/files`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${app.apiKey}`,
      'idempotency-key': more.key ?? randomUUID(),
    },
    body: form,
  });
}

test('an upload for a customer that is not there, or of another tenant, is refused', async () => {
  const owner = await app.signIn(app.owner.email, app.owner.password);
  const other = await secondTenant(app, owner, 'files-elsewhere');
  const foreign = await send(other.api, '/v1/customers', { name: 'Theirs' });
  for (const customer of ['cus_01h2xcejqtf2nbrexx3vqjhp41', String(foreign.id)]) {
    const refused = await upload(PNG, 'logo.png', { customer });
    expect([refused.status, await refused.json()]).toMatchObject([404, { code: 'customer.not_found' }]);
  }
  const mine = await send(app.api, '/v1/customers', { name: 'Mine' });
  const kept = await upload(PNG, 'logo.png', { customer: String(mine.id) });
  expect(await kept.json()).toMatchObject({ customer: mine.id });
});

test('an upload whose name does not fit on a line of 255 characters is refused', async () => {
  expect((await upload(PNG, `${'x'.repeat(300)}.png`)).status).toBe(422);
  const raw = (name: string) =>
    fetch(`${app.baseUrl}/v1/files`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${app.apiKey}`,
        'idempotency-key': randomUUID(),
        'content-type': 'multipart/form-data; boundary=b',
      },
      body: Buffer.concat([
        Buffer.from(
          `--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nlogo\r\n--b\r\n` +
            `content-disposition: form-data; name="file"; filename*=UTF-8''${name}\r\ncontent-type: image/png\r\n\r\n`,
        ),
        PNG,
        Buffer.from('\r\n--b--\r\n'),
      ]),
    });
  expect((await raw('logo.png')).status).toBe(201);
  expect((await raw('logo%0D%0Aset-cookie%3Ax.png')).status).toBe(422);
});

test('I46 an upload that is sent again is stored once; with other content the key is refused', async () => {
  const first = await (await upload(PNG, 'logo.png', { key: 'upload-1' })).json();
  const again = await upload(PNG, 'logo.png', { key: 'upload-1' });
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await again.json()).toEqual(first);
  const other = await upload(Buffer.concat([PNG, Buffer.alloc(1)]), 'logo.png', { key: 'upload-1' });
  expect([other.status, await other.json()]).toMatchObject([422, { code: 'idempotency.key_reused' }]);
});

test('an uploaded file is described, linked, downloaded as an attachment, and gone once deleted', async () => {
  const stored = (await (await upload(PNG, 'our logo.png')).json()) as { id: string; byte_size: number };
  expect(stored).toMatchObject({
    object: 'file',
    content_type: 'image/png',
    state: 'clean',
    byte_size: PNG.length,
  });
  expect((await app.api('GET', `/v1/files/${stored.id}`)).body).toMatchObject({ id: stored.id });
  const link = (await app.api('POST', `/v1/files/${stored.id}/link`)).body as unknown as { url: string };
  const content = await fetch(link.url);
  expect(content.status).toBe(200);
  expect(content.headers.get('content-disposition')).toMatch(/^attachment; filename="our_logo\.png"/);
  expect(content.headers.get('x-content-type-options')).toBe('nosniff');
  expect(Buffer.from(await content.arrayBuffer()).equals(PNG)).toBe(true);
  expect((await fetch(link.url.replace(/signature=./, 'signature=_'))).status).toBe(403);
  expect((await app.api('DELETE', `/v1/files/${stored.id}`)).status).toBe(204);
  expect((await app.api('GET', `/v1/files/${stored.id}`)).status).toBe(404);
  expect((await fetch(link.url)).status).toBe(404);
});

test('a page named as a picture, a file too large and an upload without a file are refused', async () => {
  expect((await upload(Buffer.from('<!doctype html><script>1</script>'), 'logo.png')).status).toBe(422);
  expect((await upload(Buffer.concat([PNG, Buffer.alloc(1_100_000)]), 'logo.png')).status).toBe(413);
  const form = new FormData();
  form.append('purpose', 'logo');
  const headers = { authorization: `Bearer ${app.apiKey}`, 'idempotency-key': randomUUID() };
  expect((await fetch(`${app.baseUrl}/v1/files`, { method: 'POST', headers, body: form })).status).toBe(422);
});

test('the clock streams until its move has arrived, and follows real time when released', async () => {
  const to = new Date(Date.now() + 86_400_000).toISOString();
  expect((await app.api('POST', '/v1/clock/advance', { body: { to } })).status).toBe(202);
  const stream = await fetch(`${app.baseUrl}/v1/clock/stream`, {
    headers: { authorization: `Bearer ${app.apiKey}` },
  });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  const text = await stream.text();
  expect(text).toContain('event: clock');
  const last = JSON.parse(text.trim().split('data: ').at(-1) ?? '{}');
  expect(last).toMatchObject({
    object: 'clock',
    mode: 'frozen',
    moving: null,
    last_move: { percent: 100, to },
  });
  expect(
    (await app.api('POST', '/v1/clock/advance', { body: { to: '2020-01-01T00:00:00Z' } })).body,
  ).toMatchObject({
    code: 'clock.not_movable',
  });
});
