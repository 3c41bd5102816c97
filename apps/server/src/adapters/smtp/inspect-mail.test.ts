import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { controlClient } from '@billhook/sandbox/control-client';
import { makeCertificate } from '@billhook/sandbox/paypal/certificate';
import { type SandboxOptions, startSandbox } from '@billhook/sandbox/start';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../platform/clock.ts';
import { inspectMail } from './inspect-mail.ts';

const NOW = instant(systemClock());
const FROM = 'billing@shop.example';
const AUTH = { user: 'shop', pass: 'pa:ss wörd' };
const ended: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

async function server(options: Partial<SandboxOptions>) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-inspect-'));
  const log = { info() {}, warn() {}, error() {} } as never;
  const sandbox = await startSandbox({
    folder,
    controlToken: 't',
    wallNow: systemClock,
    randomBytes,
    log,
    ...options,
  });
  ended.push(sandbox.stop, () => rmSync(folder, { recursive: true, force: true }));
  const control = controlClient(sandbox.controlUrl, 't');
  const url = (user = AUTH.user, password = AUTH.pass, search = '') =>
    `${sandbox.smtpUrl.replace('smtp://', `smtp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`)}${search}`;
  return { url, plainUrl: sandbox.smtpUrl, mails: async () => (await control.mails()).data.length };
}

/** A certificate that nobody vouches for. */
function ownCertificate(days: number) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const cert = makeCertificate({
    serial: Buffer.from([1, 2, 3]),
    commonName: 'localhost',
    publicKey,
    notBeforeMs: NOW - 100 * MS_PER_DAY,
    notAfterMs: NOW + days * MS_PER_DAY,
    isAuthority: false,
    issuer: { commonName: 'localhost', privateKey },
  });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
}

test('I480 a mail server is asked for everything that sending takes, and no mail is begun', async () => {
  const { url, mails } = await server({ smtpAuth: AUTH, smtpSenders: [FROM] });
  const { findings, certificate } = await inspectMail(url(), FROM, NOW);
  expect(findings).toMatchObject({ brokeAt: null, encryption: 'none', isHere: true, hasPassword: true });
  expect(certificate).toBeNull();
  expect((await inspectMail(url(AUTH.user, 'wrong'), FROM, NOW)).findings).toMatchObject({
    brokeAt: 'sign_in',
    words: expect.stringMatching(/^535 /),
  });
  const other = await inspectMail(url(), 'ceo@bank.example', NOW);
  expect(other.findings).toMatchObject({ brokeAt: 'sender', words: expect.stringContaining('553') });
  expect(await mails()).toBe(0);
});

test('I480 a server without a password is asked as it would be sent to', async () => {
  const { plainUrl } = await server({});
  expect((await inspectMail(plainUrl, FROM, NOW)).findings).toMatchObject({
    brokeAt: null,
    hasPassword: false,
  });
});

test('I480 STARTTLS is used where it is offered, a certificate that nobody vouches for gets no password, and its end is told', async () => {
  const smtpTls = ownCertificate(9);
  const { url } = await server({ smtpAuth: AUTH, smtpTls });
  const refused = await inspectMail(url(), FROM, NOW);
  expect(refused.findings).toMatchObject({
    brokeAt: 'encryption',
    words: expect.stringMatching(/self.signed/i),
  });
  const { findings, certificate } = await inspectMail(
    url(AUTH.user, AUTH.pass, '?tls.rejectUnauthorized=false'),
    FROM,
    NOW,
  );
  expect(findings).toMatchObject({ brokeAt: null, encryption: 'starttls', hasPassword: true });
  expect(findings.certificate?.fault).toMatch(/SELF_SIGNED/);
  const days = ((certificate?.endsAt ?? 0) - NOW) / MS_PER_DAY;
  expect(days).toBeGreaterThan(8.9);
  expect(days).toBeLessThanOrEqual(9);
});

/** A server that says what it is told to whoever comes. */
async function speaker(speak: (socket: net.Socket) => void): Promise<string> {
  const open = new Set<net.Socket>();
  const strange = net.createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).resume();
    speak(socket);
  });
  await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve));
  ended.push(() => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => strange.close(resolve));
  });
  return `smtp://127.0.0.1:${(strange.address() as AddressInfo).port}`;
}

test('I536 an answer that never ends is not read for ever: neither line after line, nor one line, nor one line now and then', async () => {
  const endless = await speaker((socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write('220-and another thing\r\n'.repeat(20)));
    };
    socket.on('drain', more);
    more();
  });
  const oneLine = await speaker((socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write('220 '.padEnd(8_192, 'x')));
    };
    socket.on('drain', more);
    more();
  });
  const drips = await speaker((socket) => {
    const timer = setInterval(() => socket.write('220-wait\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const words = async (url: string) => {
    const { findings } = await inspectMail(url, FROM, NOW, 400);
    expect(findings.brokeAt).toBe('connection');
    return findings.words;
  };
  expect(await words(endless)).toBe('the answer is too long');
  expect(await words(oneLine)).toBe('the answer is too long');
  expect(await words(drips)).toBe('no answer in time');
});

test('what is no mail server, is gone, or hangs up is said in time', async () => {
  expect((await inspectMail('smtp://127.0.0.1:9', FROM, NOW)).findings.brokeAt).toBe('connection');
  const strange = net.createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve));
  ended.push(() => new Promise((resolve) => strange.close(resolve)));
  const { port } = strange.address() as AddressInfo;
  const { findings } = await inspectMail(`smtp://127.0.0.1:${port}`, FROM, NOW);
  expect(findings).toMatchObject({ brokeAt: 'connection', words: 'this is no mail server' });
});
