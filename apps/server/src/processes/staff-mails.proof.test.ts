import { MS_PER_DAY } from '@billhook/core/time/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerRowId } from '../modules/customers/api.ts';
import { askApproval, staffWith } from '../modules/identity/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { noteUsedSecrets } from './watch-secrets.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-03-02T09:00:00Z' });
});
afterAll(() => app.close());

const ACTOR: Actor = { kind: 'system', id: 'test' };
const command = <T>(fn: (ctx: CommandCtx) => Promise<T> | T, actor = ACTOR) =>
  app.server.transactor.command({ tenantId: app.tenant.id, actor, requestId: null }, async (ctx) => fn(ctx));

/** The newest mail to the owner, with its text. */
async function newest() {
  const [mail] = (await app.api('GET', `/v1/mailbox?to=${encodeURIComponent(app.owner.email)}`)).body
    .data as unknown as { id: string }[];
  return String((await app.api('GET', `/v1/mailbox/${mail?.id}`)).body.text);
}

async function told() {
  await app.settle();
  const answer = await app.api('GET', `/v1/mailbox?to=${encodeURIComponent(app.owner.email)}&limit=100`);
  const mails = answer.body.data as unknown as { id: string; subject: string }[];
  return mails.map(({ subject }) => subject).toSorted();
}

test('I371 I616 staff are told once by mail of what waits for them, with a link to it in its environment', async () => {
  const made = await app.api('POST', '/v1/customers', { body: { name: 'Acme' } });
  expect(made.status).toBe(201);
  const customerId = customerRowId(String(made.body.id));
  const objectId = await command((ctx) => ctx.newId());
  const facts = {
    amount_minor: '2900',
    currency: 'EUR',
    evidence_due_at: Date.parse('2026-03-12T09:00:00Z'),
  };
  const emit = (type: string) =>
    command((ctx) => ctx.emit({ type, objectId, customerId, payload: { ...facts, reason: 'fraudulent' } }));
  await emit('dispute.opened');
  await emit('dispute.opened');
  expect(await told()).toEqual(['A payment is disputed']);
  await emit('dispute.deadline_near');
  const { slug } = app.tenant;
  const disputed = await newest();
  expect(disputed).toContain('29.00 EUR');
  expect(disputed).toContain('Acme');
  expect(disputed).toContain(`/admin/payments?tab=disputes&tenant=${slug}\n`);

  // Somebody else asks, so the owner may decide; who asks is not written to.
  const refund = {
    kind: 'refund' as const,
    customerId,
    currency: 'EUR',
    amountMinor: 90_000n,
    reason: 'Promised',
  };
  await command((ctx) => askApproval(ctx, { ...refund, objectId }), { kind: 'operator', id: 'somebody' });
  await app.settle();
  expect(await newest()).toContain(`/admin/payments?tab=approvals&tenant=${slug}\n`);
  const own = await command((ctx) => staffWith(ctx, ['owner']));
  const other = await command((ctx) => ctx.newId());
  await command((ctx) => askApproval(ctx, { ...refund, objectId: other }), {
    kind: 'operator',
    id: String(own[0]?.id),
  });
  const subjectId = await command((ctx) => ctx.newId());
  await command((ctx) =>
    openCase(ctx, {
      kind: 'reconciliation.open',
      customerId: null,
      subjectId,
      detail: 'A movement of 5.00 EUR has no place in the books.',
      facts: {},
    }),
  );
  const secret = { name: 'Mail password', kind: 'mail' as const, mark: Buffer.from('a'), expiresAt: null };
  await command((ctx) => noteUsedSecrets(ctx, [secret]));
  const before = [
    'A dispute must be answered soon',
    'A payment is disputed',
    'A refund waits for a second person',
  ];
  expect(await told()).toEqual(before);

  await app.api('POST', '/v1/clock/advance', { body: { to: '2026-03-03T09:00:01Z' } });
  await app.server.mover.finished(app.tenant.id);
  app.passWallTime(77 * MS_PER_DAY);
  await command((ctx) => noteUsedSecrets(ctx, [secret]));
  await app.drain();
  await app.drain();
  const all = [...before, 'A secret is to be replaced soon', 'Something has been unreconciled for a day'];
  expect(await told()).toEqual(all.toSorted());
  await app.drain();
  expect(await told()).toEqual(all.toSorted());
});
