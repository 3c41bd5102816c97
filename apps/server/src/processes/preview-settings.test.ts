import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { textOfPdf } from '../testing/pdf-text.ts';
import { must } from '../testing/scenario.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
});
afterAll(() => app.close());

const documents = {
  legal_text: { en: 'Registered in Łódź', de: 'Amtsgericht Berlin' },
  footer: { de: 'HRB 12345' },
  appendix: true,
  pay_link: true,
  letter_fees: {},
  letter_days: 7,
};

async function preview(body: unknown): Promise<string> {
  const answer = await fetch(`${app.baseUrl}/v1/tenant/document_preview`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status, JSON.stringify(app.logs.filter(({ level }) => level === 'error').slice(-2))).toBe(
    200,
  );
  return textOfPdf(new Uint8Array(await answer.arrayBuffer())).join('\n');
}

test('I427 settings of documents are seen on an example before they are kept, in every language, and change nothing', async () => {
  const before = await must(app.api('GET', '/v1/tenant'));
  const german = await preview({ language: 'de', settings: { documents, payment_terms_days: 30 } });
  for (const text of ['Rechnung', 'Amtsgericht Berlin', 'HRB 12345', '30 Tagen'])
    expect(german).toContain(text);
  const english = await preview({ language: 'en', settings: { documents } });
  expect(english).toContain('Registered in Łódź');
  expect(english).toContain('Usage by day');
  const plain = await preview({ language: 'fr', settings: { documents: { ...documents, appendix: false } } });
  expect(plain).toContain('Registered in Łódź');
  expect(plain).not.toContain('API:');
  expect(await must(app.api('GET', '/v1/tenant'))).toEqual(before);
  const refused = await app.api('POST', '/v1/tenant/document_preview', {
    body: { language: 'xx', settings: {} },
  });
  expect(refused.status).toBe(422);
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function uploaded(bytes: Buffer) {
  const form = new FormData();
  form.append('purpose', 'logo');
  form.append('file', new Blob([new Uint8Array(bytes)]), 'logo.png');
  const headers = { authorization: `Bearer ${app.apiKey}`, 'idempotency-key': randomUUID() };
  const answer = await fetch(`${app.baseUrl}/v1/files`, { method: 'POST', headers, body: form });
  const body = (await answer.json()) as { id?: string; code?: string };
  return { status: answer.status, ...body };
}

test('I651 a picture that no document can be drawn with is refused as a logo, and one that was taken before is left out', async () => {
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  // The last bytes of the pixels are missing: read while a document is drawn, that ended the process.
  const damaged = Buffer.concat([PNG.subarray(0, 43), Buffer.from([0, 0]), PNG.subarray(45)]);
  const webp = Buffer.concat([
    Buffer.from('RIFF'),
    Buffer.from([26, 0, 0, 0]),
    Buffer.from('WEBPVP8L'),
    Buffer.alloc(30),
  ]);
  for (const bytes of [damaged, webp])
    expect(await uploaded(bytes)).toMatchObject({ status: 422, code: 'file.type_not_allowed' });
  const { id: logo } = await uploaded(PNG);
  await preview({ language: 'en', settings: { logo_file: logo } });
  const previewed = (file: unknown) =>
    app.api('POST', '/v1/tenant/document_preview', {
      body: { language: 'en', settings: { logo_file: file } },
    });
  expect((await previewed('file_01h2xcejqtf2nbrexx3vqjhp41')).body.code).toBe('file.not_found');
  await admin.query(`update files set purpose = 'upload'`);
  expect((await previewed(logo)).body.code).toBe('file.not_found');
  await admin.query(`update files set purpose = 'logo'`);
  await must(app.api('PATCH', '/v1/tenant', { body: { settings: { logo_file: logo } } }));
  expect((await app.api('DELETE', `/v1/files/${logo}`)).status).toBe(204);
  // The settings name it still.
  await preview({ language: 'en', settings: {} });
  await admin.end();
});
