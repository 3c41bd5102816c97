import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Instant } from '@billhook/core/time/instant';
import { controlClient } from '@billhook/sandbox/control-client';
import { type Sandbox, startSandbox } from '@billhook/sandbox/start';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sandboxMailbox } from '../../adapters/sandbox/mailbox.ts';
import { createSmtpTransport } from '../../adapters/smtp/mail-transport.ts';
import { composeMail } from '../../composition/mail.ts';
import { silentLog } from '../../platform/log.ts';
import { createTransactor, type Transactor } from '../../platform/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createTestTenant, type TestTenant } from '../../testing/tenant.ts';
import { type MailRequest, type MailTransport, queueMail } from './api.ts';
import { sendMailsSource } from './send-mails.ts';

const PDF = Buffer.from('%PDF-1.7\n%%EOF\n');
const actor = { kind: 'system', id: 'test' } as const;
let now = Date.parse('2026-03-01T10:00:00Z') as Instant;

let database: TestDatabase;
let transactor: Transactor;
let sandbox: Sandbox;
let folder: string;
let smtp: ReturnType<typeof createSmtpTransport>;
let mailbox: ReturnType<typeof sandboxMailbox>;

beforeAll(async () => {
  database = await createTestDatabase();
  transactor = createTransactor({ database, clock: () => now, randomBytes, log: silentLog });
  folder = await mkdtemp(path.join(tmpdir(), 'billhook-mail-'));
  sandbox = await startSandbox({
    folder,
    controlToken: 'test-token',
    wallNow: () => now,
    randomBytes,
    log: { info() {}, warn() {} },
  });
  smtp = createSmtpTransport(sandbox.smtpUrl, 'billing@billhook.example');
  mailbox = sandboxMailbox(controlClient(sandbox.controlUrl, 'test-token'));
});
afterAll(async () => {
  await smtp.close();
  await sandbox.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const request = (tenant: TestTenant) => ({ tenantId: tenant.id, actor, requestId: null });
const receipt: MailRequest = {
  template: 'billing.receipt',
  recipient: 'ada@customer.example',
  subjectId: 'invoice-1',
  facts: { invoice_id: 'invoice-1', number: 'INV-2026-1', amount: '12.40 EUR', paid_on: 'Sun 1 Mar 2026' },
};

function source(transport: MailTransport = smtp) {
  return sendMailsSource({
    transactor,
    transport,
    log: silentLog,
    portalUrl: (slug) => `http://localhost/p/${slug}`,
    payUrl: ({ slug }, id) => `http://localhost/p/${slug}/pay/${id}`,
    invoicePdf: async () => ({ name: 'INV-2026-1.pdf', bytes: PDF }),
    documentPdf: async () => ({ name: 'INV-SA-2026-1.pdf', bytes: PDF }),
    creditNotePdf: async () => ({ name: 'INV-CN-2026-1.pdf', bytes: PDF }),
    receiptPdf: async () => ({ name: 'INV-RC-2026-1.pdf', bytes: PDF }),
    eInvoice: async () => null,
  });
}

const dueTenants = () => transactor.work((sql) => source().tenantsDue(sql, now));

test('a queued mail arrives once by SMTP, with the PDF, in words of the reader', async () => {
  const tenant = await createTestTenant(database);
  await transactor.command(request(tenant), async (ctx) => {
    await queueMail(ctx, receipt);
    await queueMail(ctx, receipt);
  });
  expect(await dueTenants()).toContain(tenant.id);
  expect(await source().run(tenant.id, 10)).toBe(1);
  expect(await source().run(tenant.id, 10)).toBe(0);
  const { messages } = await mailbox.list(tenant.slug, { limit: 10 });
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({
    subject: 'Receipt for invoice INV-2026-1: 12.40 EUR',
    to: ['ada@customer.example'],
  });
  expect(messages[0]?.text).toContain(`http://localhost/p/${tenant.slug}/invoices`);
  const attachment = await mailbox.attachment(tenant.slug, messages[0]?.id ?? '', 0);
  expect(attachment).toMatchObject({ contentType: 'application/pdf', name: 'INV-2026-1.pdf' });
  expect(Buffer.from(attachment?.bytes ?? []).equals(PDF)).toBe(true);
});

test('one tenant cannot read the mailbox of another', async () => {
  const [mine, other] = [await createTestTenant(database), await createTestTenant(database)];
  await transactor.command(request(mine), (ctx) => queueMail(ctx, receipt));
  await source().run(mine.id, 10);
  const { messages } = await mailbox.list(mine.slug, { limit: 10 });
  expect((await mailbox.list(other.slug, { limit: 10 })).messages).toEqual([]);
  expect(await mailbox.get(other.slug, messages[0]?.id ?? '')).toBeUndefined();
  expect(await mailbox.attachment(other.slug, messages[0]?.id ?? '', 0)).toBeUndefined();
});

test('no mail leaves for a fact that was rolled back', async () => {
  const tenant = await createTestTenant(database);
  const broken = transactor.command(request(tenant), async (ctx) => {
    await queueMail(ctx, receipt);
    throw new Error('the fact did not happen');
  });
  await expect(broken).rejects.toThrow('did not happen');
  expect(await source().run(tenant.id, 10)).toBe(0);
});

test('a mail that fails waits longer each time, and is given up after eight tries', async () => {
  const tenant = await createTestTenant(database);
  await transactor.command(request(tenant), (ctx) => queueMail(ctx, receipt));
  const failing = source({ send: async () => Promise.reject(new Error('421 too busy')) });
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    expect(await failing.run(tenant.id, 10)).toBe(1);
    expect(await failing.run(tenant.id, 10)).toBe(0);
    now = (now + 60_000 * 2 ** (attempt - 1)) as Instant;
  }
  expect(await dueTenants()).not.toContain(tenant.id);
  const row = await transactor.query(request(tenant), (ctx) =>
    ctx.sql.row('select status, attempts, last_error from mails where tenant_id = $1', [tenant.id]),
  );
  expect(row).toEqual({ status: 'failed', attempts: 8, last_error: '421 too busy' });
});

describe('with a mail server of the seller', () => {
  let own: Sandbox;
  let ownFolder: string;
  beforeAll(async () => {
    ownFolder = await mkdtemp(path.join(tmpdir(), 'billhook-own-mail-'));
    own = await startSandbox({
      folder: ownFolder,
      controlToken: 'test-token',
      wallNow: () => now,
      randomBytes,
      log: { info() {}, warn() {} },
    });
  });
  afterAll(async () => {
    await own.stop();
    await rm(ownFolder, { recursive: true, force: true });
  });

  const send = async (tenant: TestTenant, smtpUrl: string | undefined) => {
    const mail = composeMail({ standInUrl: sandbox.smtpUrl, smtpUrl, from: 'billing@billhook.example' });
    try {
      await source(mail).run(tenant.id, 10);
    } finally {
      await mail.close();
    }
  };
  const arrived = async (tenant: TestTenant) => {
    const ownMailbox = sandboxMailbox(controlClient(own.controlUrl, 'test-token'));
    const boxes = await Promise.all([mailbox, ownMailbox].map((box) => box.list(tenant.slug, { limit: 10 })));
    return boxes.map(({ messages }) => messages.length);
  };

  test('mail of a sandbox never leaves, and mail of a live environment does', async () => {
    const [made, live] = [
      await createTestTenant(database),
      await createTestTenant(database, { kind: 'live' }),
    ];
    for (const tenant of [made, live]) {
      await transactor.command(request(tenant), (ctx) => queueMail(ctx, receipt));
      await send(tenant, own.smtpUrl);
    }
    expect(await arrived(made)).toEqual([1, 0]);
    expect(await arrived(live)).toEqual([0, 1]);
  });

  test('mail of a live environment waits until there is one, staff are told once, and none is given up', async () => {
    const live = await createTestTenant(database, { kind: 'live' });
    await transactor.command(request(live), (ctx) => queueMail(ctx, receipt));
    for (let tries = 0; tries < 12; tries += 1) {
      await send(live, undefined);
      now = (now + 600_000) as Instant;
    }
    expect(await arrived(live)).toEqual([0, 0]);
    const told = await transactor.query(request(live), (ctx) =>
      ctx.sql.rows('select kind, detail from cases where tenant_id = $1', [live.id]),
    );
    expect(told).toEqual([{ kind: 'mail.no_server', detail: expect.stringContaining('SMTP_URL') }]);
    await send(live, own.smtpUrl);
    expect(await arrived(live)).toEqual([0, 1]);
  });
});

test('a mail of a sender that died is sent by the next after its lease', async () => {
  const tenant = await createTestTenant(database);
  await transactor.command(request(tenant), (ctx) => queueMail(ctx, receipt));
  void source({ send: () => new Promise<void>(() => undefined) }).run(tenant.id, 10);
  await expect
    .poll(
      async () =>
        (
          await transactor.query(request(tenant), (ctx) =>
            ctx.sql.row<{ leased: boolean }>(
              'select lease_until is not null as leased from mails where tenant_id = $1',
              [tenant.id],
            ),
          )
        )?.leased,
    )
    .toBe(true);
  expect(await source().run(tenant.id, 10)).toBe(0);
  now = (now + 61_000) as Instant;
  expect(await source().run(tenant.id, 10)).toBe(1);
  expect((await mailbox.list(tenant.slug, { limit: 10 })).messages).toHaveLength(1);
});

test('a run sends a handful however many wait, so that a stop never waits for all of them', async () => {
  const tenant = await createTestTenant(database);
  await transactor.command(request(tenant), async (ctx) => {
    for (let index = 1; index <= 25; index += 1)
      await queueMail(ctx, { ...receipt, subjectId: `invoice-${index}` });
  });
  const sent: number[] = [];
  while (sent.at(-1) !== 0) sent.push(await source().run(tenant.id, 200));
  expect(sent).toEqual([10, 10, 5, 0]);
});
