import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { instant } from '@billhook/core/time/instant';
import { type ControlClient, controlClient } from '@billhook/sandbox/control-client';
import { type Sandbox, startSandbox } from '@billhook/sandbox/start';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../platform/clock.ts';
import { twilioMessages, twilioSignature } from './messages.ts';

const ACCOUNT = { accountSid: `AC${'0a'.repeat(16)}`, authToken: 'secret', from: '+15005550006' };
type Field = { type?: string; nullable?: boolean; pattern?: string; enum?: string[] };
const FIXTURE = new URL('../../../../../packages/sandbox/fixtures/twilio-messages.json', import.meta.url);
const contract = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
  message: Record<string, Field>;
  create_fields: string[];
  list_parameters: string[];
};
const FIELDS = contract.message;

let sandbox: Sandbox;
let control: ControlClient;
let folder: string;
/** Stands before the stand-in and keeps what goes through it. */
let relay: http.Server;
const seen: { method: string; path: string; sent: URLSearchParams; got: unknown }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-twilio-'));
  const log = { info() {}, warn() {}, error() {} } as never;
  sandbox = await startSandbox({ folder, controlToken: 't', wallNow: systemClock, randomBytes, log });
  control = controlClient(sandbox.controlUrl, 't');
  relay = http.createServer((request, response) => void forward(request, response));
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  relay.closeAllConnections();
  await new Promise((resolve) => relay.close(resolve));
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function forward(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = request;
  const body = Buffer.concat(chunks).toString('utf8');
  const answer = await fetch(`${sandbox.stripeUrl}${url}`, {
    method,
    headers: { authorization: headers.authorization ?? '', 'content-type': headers['content-type'] ?? '' },
    ...(method === 'POST' ? { body } : {}),
  });
  const text = await answer.text();
  seen.push({ method, path: url, sent: new URLSearchParams(body), got: JSON.parse(text) });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
}

const apiUrl = () => `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
const provider = (more: object = {}) => twilioMessages({ ...ACCOUNT, apiUrl: apiUrl(), ...more });
const text = (to: string) => ({
  to,
  body: `Rechnung über 29,00 EUR für ${to}`,
  statusUrl: 'http://127.0.0.1:9/x',
});

/** Names and types that differ from Twilio's own document. */
function unlike(message: object): string[] {
  const faults = Object.entries(message).flatMap(([name, value]) => {
    const field = FIELDS[name];
    if (field === undefined) return [`${name} is unknown`];
    if (value === null) return field.nullable ? [] : [`${name} is null`];
    if (field.enum !== undefined) return field.enum.includes(value) ? [] : [`${name} is ${value}`];
    if (field.type !== typeof value && !(field.type === 'integer' && Number.isInteger(value)))
      return [`${name} is a ${typeof value}`];
    return field.pattern === undefined || new RegExp(field.pattern).test(value)
      ? []
      : [`${name} is ${value}`];
  });
  return [
    ...faults,
    ...Object.keys(FIELDS)
      .filter((name) => !(name in message))
      .map((name) => `${name} is missing`),
  ];
}

test('what is sent and what is answered have the fields and types of Twilio’s published document', async () => {
  const taken = await provider().send(text('+4915112345678'));
  expect(taken).toEqual({
    providerId: expect.stringMatching(/^SM[0-9a-f]{32}$/),
    delivery: 'accepted',
    errorCode: null,
  });
  await provider({ from: `MG${'0b'.repeat(16)}` }).send(text('+4915112345679'));
  expect(await provider().find({ ...text('+4915112345678'), since: 0 as never })).toMatchObject({
    providerId: taken.providerId,
  });
  expect(
    await provider().find({ to: '+4915112345678', body: 'Something else', since: 0 as never }),
  ).toBeNull();
  expect(seen.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET', 'GET']);
  for (const { method, path: address, sent, got } of seen) {
    if (method === 'POST') {
      expect([...sent.keys()].filter((name) => !contract.create_fields.includes(name))).toEqual([]);
      expect(unlike(got as object)).toEqual([]);
      continue;
    }
    const asked = [...new URL(address, 'http://x').searchParams.keys()];
    expect(asked.filter((name) => !contract.list_parameters.includes(name))).toEqual([]);
    for (const message of (got as { messages: object[] }).messages) expect(unlike(message)).toEqual([]);
  }
  expect(seen[0]?.sent.get('From')).toBe(ACCOUNT.from);
  expect(seen[1]?.sent.has('From')).toBe(false);
});

test('a refusal is final and has its code; an answer of 500, or none, says nothing of whether the text was taken', async () => {
  const fault = (to: string, more: object = {}) => provider(more).send(text(to));
  await expect(fault('+15005550001')).rejects.toMatchObject({ kind: 'refused', code: 21211 });
  await expect(fault('+15005550004')).rejects.toMatchObject({ kind: 'refused', code: 21610 });
  await expect(fault('+15005550429')).rejects.toMatchObject({ kind: 'refused', code: 20429 });
  await expect(fault('+15005550503')).rejects.toMatchObject({ kind: 'unknown' });
  await expect(fault('+4915112345678', { apiUrl: 'http://127.0.0.1:9' })).rejects.toMatchObject({
    kind: 'unknown',
  });
  await expect(provider({ accountSid: 'AC1' }).send(text('+4915112345678'))).rejects.toMatchObject({
    // The keys are wrong: nothing is said of the text.
    kind: 'denied',
    code: 20003,
  });
});

test('signatures are those of Twilio’s published examples, and a changed letter is none', () => {
  const address = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const fields = (caller: string) =>
    new URLSearchParams({
      CallSid: 'CA1234567890ABCDE',
      Caller: caller,
      Digits: '1234',
      From: caller,
      To: '+18005551212',
    });
  expect(twilioSignature('12345', address, fields('+14158675309'))).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
  expect(twilioSignature('12345', address, fields('+12349013030'))).toBe('0/KCTR6DLpKmkAf8muzZqo1nDgQ=');
  const own = twilioMessages({ ...ACCOUNT, apiUrl: 'http://none', authToken: '12345' });
  const signature = '0/KCTR6DLpKmkAf8muzZqo1nDgQ=';
  expect(own.isSigned({ url: address, fields: fields('+12349013030'), signature })).toBe(true);
  expect(own.isSigned({ url: `${address}3`, fields: fields('+12349013030'), signature })).toBe(false);
  expect(own.isSigned({ url: address, fields: fields('+12349013031'), signature })).toBe(false);
  expect(own.isSigned({ url: address, fields: fields('+12349013030'), signature: '' })).toBe(false);
});

test('I480 what an account for texts may do is found out without a text being sent', async () => {
  const look = (more: object = {}) => provider(more).inspect(() => instant(systemClock()));
  const before = await control.texts();
  expect(await look()).toMatchObject({
    fault: null,
    account: { status: 'active', isTrial: false },
    mayRead: true,
    maySend: true,
    sender: 'there',
  });
  expect(Math.abs((await look()).clockOffMs ?? Number.NaN)).toBeLessThan(30_000);
  expect(await look({ authToken: 'read-only-1' })).toMatchObject({ mayRead: true, maySend: false });
  expect(await look({ authToken: 'send-only-1' })).toMatchObject({ fault: { isDenied: true } });
  expect(await look({ authToken: 'suspended-1' })).toMatchObject({ account: { status: 'suspended' } });
  expect(await look({ authToken: 'trial-1' })).toMatchObject({ account: { isTrial: true } });
  expect(await look({ from: '+15005550007' })).toMatchObject({ sender: 'absent' });
  expect(await look({ from: '+15005550008' })).toMatchObject({ sender: 'mute' });
  expect(await look({ from: `MG${'0b'.repeat(16)}` })).toMatchObject({ sender: 'there', maySend: true });
  expect(await look({ from: `MG${'0'.repeat(32)}` })).toMatchObject({ sender: 'absent' });
  expect(await look({ from: 'Billhook' })).toMatchObject({ sender: 'name' });
  expect(await look({ accountSid: 'AC1' })).toMatchObject({ fault: { isDenied: true } });
  expect(await look({ apiUrl: 'http://127.0.0.1:9' })).toMatchObject({ fault: { isDenied: false } });
  expect(await control.texts()).toEqual(before);
});
