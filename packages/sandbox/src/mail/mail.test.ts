import net from 'node:net';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlClient } from '../control-client.ts';
import { type TestSandbox, testSandbox } from '../testing/sandbox.ts';

const MAX_BYTES = 200_000;
const PDF = Buffer.concat([
  Buffer.from('%PDF-1.7\n'),
  Buffer.from(Uint8Array.from({ length: 5_000 }, (_, n) => n % 256)),
]);

let sandbox: TestSandbox;

function transport(target = sandbox, auth?: { user: string; pass: string }) {
  const { hostname, port } = new URL(target.smtpUrl);
  return createTransport({ host: hostname, port: Number(port), secure: false, ...(auth ? { auth } : {}) });
}

function send(tenant: string, to: string, subject: string) {
  return transport().sendMail({
    from: '"Billing" <billing@example.com>',
    to,
    subject,
    text: `Text of ${subject}`,
    html: `<p>HTML of ${subject}</p>`,
    headers: { 'X-Billhook-Tenant': tenant },
    attachments: [{ filename: 'invoice.pdf', content: PDF, contentType: 'application/pdf' }],
  });
}

beforeAll(async () => {
  sandbox = await testSandbox({ maxMailBytes: MAX_BYTES });
  for (let n = 0; n < 5; n += 1) await send('tnt_a', `user${n % 2}@example.com`, `Ünvoice ${n}`);
  await send('tnt_b', 'user0@example.com', 'Other tenant');
});
afterAll(() => sandbox.dispose());

describe('the mailbox', () => {
  it('lists the mails of a tenant newest first, by recipient and in pages', async () => {
    const first = await sandbox.control.mails({ tenant: 'tnt_a', limit: 3 });
    expect(first.data.map(({ subject }) => subject)).toEqual(['Ünvoice 4', 'Ünvoice 3', 'Ünvoice 2']);
    expect(first.hasMore).toBe(true);
    const rest = await sandbox.control.mails({
      tenant: 'tnt_a',
      limit: 3,
      startingAfter: first.data[2]?.id ?? '',
    });
    expect(rest.data.map(({ subject }) => subject)).toEqual(['Ünvoice 1', 'Ünvoice 0']);
    expect(rest.hasMore).toBe(false);
    const mine = await sandbox.control.mails({ tenant: 'tnt_a', to: 'USER1@example.com' });
    expect(mine.data.map(({ subject }) => subject)).toEqual(['Ünvoice 3', 'Ünvoice 1']);
  });

  it('shows headers, both texts and attachments, and gives their bytes back unchanged', async () => {
    const [summary] = (await sandbox.control.mails({ tenant: 'tnt_a', limit: 1 })).data;
    const mail = await sandbox.control.mail(summary?.id ?? '', 'tnt_a');
    expect(mail).toMatchObject({
      tenant: 'tnt_a',
      from: 'billing@example.com',
      to: ['user0@example.com'],
      attachments: [{ index: 0, filename: 'invoice.pdf', mimeType: 'application/pdf', bytes: PDF.length }],
    });
    expect(mail.text).toContain('Text of Ünvoice 4');
    expect(mail.html).toContain('<p>HTML of Ünvoice 4</p>');
    expect(mail.headers.find(({ key }) => key === 'x-billhook-tenant')?.value).toBe('tnt_a');
    const attachment = await sandbox.control.attachment(mail.id, 0, 'tnt_a');
    expect(Buffer.from(attachment.bytes).equals(PDF)).toBe(true);
    expect(attachment.mimeType).toBe('application/pdf');
    const raw = Buffer.from(await sandbox.control.rawMail(mail.id)).toString('utf8');
    expect(raw).toContain('X-Billhook-Tenant: tnt_a');
  });

  it('hides the mail of one tenant from another', async () => {
    const [mail] = (await sandbox.control.mails({ tenant: 'tnt_b' })).data;
    await expect(sandbox.control.mail(mail?.id ?? '', 'tnt_a')).rejects.toMatchObject({ status: 404 });
    await expect(sandbox.control.attachment(mail?.id ?? '', 0, 'tnt_a')).rejects.toMatchObject({
      status: 404,
    });
  });

  it('refuses a message that is too large and keeps nothing of it', async () => {
    const before = (await sandbox.control.mails({ limit: 100 })).data.length;
    const large = {
      from: 'a@example.com',
      to: 'b@example.com',
      subject: 'large',
      text: 'x\n'.repeat(MAX_BYTES),
    };
    await expect(transport().sendMail(large)).rejects.toMatchObject({ responseCode: 552 });
    expect((await sandbox.control.mails({ limit: 100 })).data).toHaveLength(before);
  });

  it('has its mails back after a restart, also behind a torn one', async () => {
    const other = await testSandbox();
    const message = { from: 'a@example.com', to: 'b@example.com', text: 'kept' };
    await transport(other).sendMail({ ...message, subject: 'one' });
    await other.stop();
    const { appendFile } = await import('node:fs/promises');
    await appendFile(`${other.folder}/mail.log`, '{"id":"mail_torn","bytes":900}\nhalf of');
    const again = await testSandbox({ folder: other.folder });
    await transport(again).sendMail({ ...message, subject: 'two' });
    const { data } = await again.control.mails();
    expect(data.map(({ subject }) => subject)).toEqual(['two', 'one']);
    expect((await again.control.mail(data[1]?.id ?? '')).text).toContain('kept');
    await again.dispose();
  });

  it('asks for user and password where they are set', async () => {
    const other = await testSandbox({ smtpAuth: { user: 'billhook', pass: 'right' } });
    const message = { from: 'a@example.com', to: 'b@example.com', subject: 's', text: 't' };
    await expect(transport(other).sendMail(message)).rejects.toMatchObject({ responseCode: 530 });
    await expect(
      transport(other, { user: 'billhook', pass: 'wrong' }).sendMail(message),
    ).rejects.toMatchObject({
      responseCode: 535,
    });
    await transport(other, { user: 'billhook', pass: 'right' }).sendMail(message);
    expect((await other.control.mails()).data).toHaveLength(1);
    await other.dispose();
  });

  it('listens on the machine alone', () => {
    expect(net.isIPv4(new URL(sandbox.smtpUrl).hostname)).toBe(true);
    expect(new URL(sandbox.smtpUrl).hostname).toBe('127.0.0.1');
  });
});

describe('the control API', () => {
  it('is closed without its token', async () => {
    const stranger = controlClient(sandbox.controlUrl, 'wrong');
    await expect(stranger.mails()).rejects.toMatchObject({ status: 401 });
    await expect(stranger.putAccount({ key: 'sk_test_x' })).rejects.toMatchObject({ status: 401 });
    expect((await fetch(`${sandbox.controlUrl}/_sandbox/mail`)).headers.get('content-type')).toContain(
      'application/problem+json',
    );
  });

  it('refuses malformed input and changes nothing', async () => {
    const { control } = sandbox;
    await expect(control.putAccount({ key: 'sk_live_x' })).rejects.toMatchObject({ status: 400 });
    await expect(control.putAccount({ key: 'sk_test_x', webhookUrl: 'ftp://x' })).rejects.toMatchObject({
      status: 400,
    });
    await expect(
      control.putAccount({ key: 'sk_test_nosecret', webhookUrl: 'http://x' }),
    ).rejects.toMatchObject({
      status: 400,
    });
    const { id } = await control.putAccount({ key: 'sk_test_control' });
    await expect(control.setClock(id, 1.5)).rejects.toMatchObject({ status: 400 });
    await expect(control.setFaults(id, { failCharges: -1 })).rejects.toMatchObject({ status: 400 });
    await expect(control.drain('acct_none')).rejects.toMatchObject({ status: 404 });
    await expect(control.mails({ limit: 0 })).rejects.toMatchObject({ status: 400 });
    expect(await control.account(id)).toMatchObject({ frozenAtMs: null, faults: { failCharges: 0 } });
  });

  it('keeps settings over a restart', async () => {
    const other = await testSandbox();
    const { id } = await other.control.putAccount({
      key: 'sk_test_kept',
      sellerName: 'Deals',
      webhookUrl: 'http://127.0.0.1:9/hooks',
      webhookSecret: 'whsec_kept_secret',
    });
    await other.control.setClock(id, 1_700_000_000_000);
    await other.stop();
    const again = await testSandbox({ folder: other.folder });
    expect(await again.control.account(id)).toMatchObject({
      sellerName: 'Deals',
      webhookUrl: 'http://127.0.0.1:9/hooks',
      frozenAtMs: 1_700_000_000_000,
    });
    await again.dispose();
  });
});
