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
