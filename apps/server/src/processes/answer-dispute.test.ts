import { createHash, randomUUID } from 'node:crypto';
import type { ErrorCode } from '@billhook/contract/errors';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeEvidence } from '../modules/payments/api.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must } from '../testing/scenario.ts';

const DAY_MS = 86_400_000;
const PDF = Buffer.from('%PDF-1.7\nThe customer agreed to this.');
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const price = {
    key: 'base',
    name: 'Base fee',
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    pricing: { model: 'flat', amount: '29000' },
    cadence: { interval: 'month', count: 1 },
  };
  const plan = { key: 'pro', name: 'Pro', currency: 'EUR', prices: [price], entitlements: [] };
  await must(app.api('POST', '/v1/plans', { body: plan }));
});
afterAll(() => app.close());

async function upload(bytes: Uint8Array, name: string, customer?: string, purpose = 'dispute_evidence') {
  const form = new FormData();
  form.append('purpose', purpose);
  if (customer !== undefined) form.append('customer', customer);
  form.append('file', new Blob([new Uint8Array(bytes)]), name);
  const response = await fetch(`${app.baseUrl}/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.apiKey}`, 'idempotency-key': randomUUID() },
    body: form,
  });
  return (await response.json()) as { id: string; code?: string };
}

/** Somebody whose bank asks the payment back at once. */
async function disputed(key: string): Promise<{ customer: string; dispute: string }> {
  const body = { name: key, email: `${key}@example.com`, country: 'DE' };
  const customer = String((await must(app.api('POST', '/v1/customers', { body }))).id);
  const card = { provider_method_id: 'pm_card_createDispute' };
  await must(app.api('POST', `/v1/customers/${customer}/payment_methods`, { body: card }));
  const start = { customer, plan: 'pro', collection: 'automatic' };
  await must(app.api('POST', '/v1/subscriptions', { body: start }));
  await app.settle();
  const { data } = await must(app.api('GET', `/v1/disputes?customer=${customer}`));
  return { customer, dispute: String(data?.[0]?.id) };
}

const answer = (dispute: string, files: readonly object[], text = 'It was used.') =>
  app.api('POST', `/v1/disputes/${dispute}/answer`, { body: { text, files } });
const shownOf = (dispute: string) => must(app.api('GET', `/v1/disputes/${dispute}`));

async function expectRefused(dispute: string, files: readonly object[], code: ErrorCode) {
  const refused = await answer(dispute, files);
  expect([refused.body.code, refused.text.includes('Nothing was handed in')]).toEqual([code, true]);
  expect(await shownOf(dispute)).toMatchObject({ evidence: 'none', evidence_files: [] });
}

test('I482 I483 files go with an answer, are shown as they were sent with the time, and stay', async () => {
  const { customer, dispute } = await disputed('vic');
  const other = await disputed('eve');
  const receipt = await upload(PDF, 'receipt.pdf', customer);
  const screen = await upload(PNG, 'Bildschirm.png', customer);
  // By content: neither a name nor a wish makes a program a document.
  expect(await upload(Buffer.from('MZ program'), 'receipt.pdf', customer)).toMatchObject({
    code: 'file.type_not_allowed',
  });
  const large = Buffer.concat([PDF, Buffer.alloc(4_500_000)]);
  expect(await upload(large, 'large.pdf', customer)).toMatchObject({ code: 'file.too_large' });

  await expectRefused(other.dispute, [{ file: receipt.id, kind: 'receipt' }], 'dispute.files_not_taken');
  const logo = await upload(PNG, 'logo.png', customer, 'logo');
  await expectRefused(dispute, [{ file: logo.id, kind: 'other' }], 'dispute.files_not_taken');
  const twice = [receipt, screen].map(({ id }) => ({ file: id, kind: 'receipt' }));
  await expectRefused(dispute, twice, 'dispute.files_not_taken');
  const nowhere = [{ file: 'file_01h2xcejqtf2nbrexx3vqjhp41', kind: 'other' }];
  await expectRefused(dispute, nowhere, 'dispute.files_not_taken');

  const files = [
    { file: receipt.id, kind: 'receipt' },
    { file: screen.id, kind: 'customer_communication' },
  ];
  const sent = await must(answer(dispute, files));
  expect(sent).toMatchObject({
    evidence: 'submitted',
    evidence_at: '2026-01-10T09:00:00.000Z',
    evidence_files: [
      {
        file: receipt.id,
        kind: 'receipt',
        name: 'receipt.pdf',
        content_type: 'application/pdf',
        byte_size: PDF.length,
        sha256: createHash('sha256').update(PDF).digest('hex'),
        taken_at: '2026-01-10T09:00:00.000Z',
      },
      { file: screen.id, kind: 'customer_communication', content_type: 'image/png' },
    ],
  });
  expect((await app.api('DELETE', `/v1/files/${receipt.id}`)).body.code).toBe('file.in_use');
  expect((await answer(dispute, [], 'Again')).body.code).toBe('dispute.answered');
  const { data: acts } = await must(app.api('GET', '/v1/audit?limit=20'));
  const act = (acts as unknown as { action: string; details: object }[]).find(
    ({ action }) => action === 'dispute.answer',
  );
  expect(act?.details).toMatchObject({ files });
  // A file of an answer that was never given may go.
  const unused = await upload(PDF, 'unused.pdf', customer);
  expect((await app.api('DELETE', `/v1/files/${unused.id}`)).status).toBe(204);
});

test('I483 an answer whose fate nobody heard is sent again with its files until the provider says that it has it', async () => {
  const { customer, dispute } = await disputed('ned');
  const receipt = await upload(PDF, 'receipt.pdf', customer);
  const [account] = (await app.sandbox.accounts()).filter(({ webhookUrl }) => webhookUrl !== null);
  await app.sandbox.setFaults(account?.id ?? '', {
    timeoutsBefore: 2,
    timeoutsOnAllWrites: true,
    holdMs: 50,
  });
  const lost = await answer(dispute, [{ file: receipt.id, kind: 'receipt' }]);
  expect(lost.body.code).toBe('provider.unavailable');
  expect(await shownOf(dispute)).toMatchObject({
    evidence: 'sending',
    evidence_files: [{ file: receipt.id, taken_at: null }],
  });
  await app.sandbox.setFaults(account?.id ?? '', {});
  app.passWallTime(DAY_MS + 1_000);
  await app.settle();
  expect(await shownOf(dispute)).toMatchObject({
    status: 'under_review',
    evidence: 'submitted',
    evidence_files: [{ file: receipt.id, taken_at: '2026-01-11T09:00:01.000Z' }],
  });
});

test('I483 a refusal that comes after the answer was taken takes no file from it', async () => {
  const { customer, dispute } = await disputed('una');
  const receipt = await upload(PDF, 'receipt.pdf', customer);
  await must(answer(dispute, [{ file: receipt.id, kind: 'receipt' }]));
  const taken = await shownOf(dispute);
  expect(taken).toMatchObject({ evidence: 'submitted', evidence_files: [{ file: receipt.id }] });
  const request = {
    tenantId: app.tenant.id,
    actor: { kind: 'system', id: 'test' },
    requestId: null,
  } as const;
  const id = decodeTypeId('dp', dispute);
  await app.server.transactor.command(request, (ctx) => closeEvidence(ctx, id.ok ? id.value : '', 'none'));
  expect(await shownOf(dispute)).toEqual(taken);
});

test('I482 an answer after the deadline is refused, and nothing is kept of it', async () => {
  const { customer, dispute } = await disputed('tom');
  const receipt = await upload(PDF, 'receipt.pdf', customer);
  expect((await shownOf(dispute)).evidence_due_at).not.toBeNull();
  app.passWallTime(10 * DAY_MS);
  const late = await answer(dispute, [{ file: receipt.id, kind: 'receipt' }]);
  expect([late.status, late.body.code]).toEqual([409, 'dispute.deadline_passed']);
  expect(await shownOf(dispute)).toMatchObject({ evidence: 'none', evidence_files: [] });
});
