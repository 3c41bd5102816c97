import { createPublicKey, verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { instant, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SignedWebhook, WebhookVerifier } from '../../modules/payments/provider.ts';
import {
  BASE,
  BODY,
  CERTIFICATE_URL,
  createAuthority,
  NOW,
  type Signer,
  signedWebhook,
  WEBHOOK_ID,
} from '../../testing/paypal-webhooks.ts';
import { pinnedRoots } from './certificate.ts';
import { createPayPalVerifier } from './verify-webhook.ts';

let authority: ReturnType<typeof createAuthority>;
let forged: ReturnType<typeof createAuthority>;
let signer: Signer;
let asked: string[];
let served: () => Response;
let check: WebhookVerifier;

beforeAll(() => {
  authority = createAuthority();
  forged = createAuthority();
  signer = authority.make();
});

beforeEach(() => {
  asked = [];
  served = () => new Response(signer.pem);
  check = verifier();
});

function verifier(root = authority.root): WebhookVerifier {
  return createPayPalVerifier({
    sandboxUrl: BASE,
    sandboxRoot: async () => root,
    fetch: async (input, init) => {
      asked.push(String(input));
      expect(init?.redirect).toBe('error');
      return served();
    },
  });
}

const withHeader = (name: string, value: string | string[] | undefined): SignedWebhook => {
  const webhook = signedWebhook(signer);
  return { ...webhook, headers: { ...webhook.headers, [`paypal-${name}`]: value } };
};

test('what is signed is id, time, webhook id and the checksum of the body', async () => {
  const { headers, rawBody } = signedWebhook(signer);
  // The check value that the checksum's definition names.
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  const message = `8e1a2f3c-4d5e-11f0-9a1b-0242ac120002|2026-05-04T09:30:00Z|${WEBHOOK_ID}|${crc32(rawBody)}`;
  const signature = Buffer.from(String(headers['paypal-transmission-sig']), 'base64');
  expect(verify('sha256', Buffer.from(message), signer.pem, signature)).toBe(true);
});

test('I262 a genuine message is read, and its certificate is fetched once', async () => {
  const news = await check(signedWebhook(signer));
  expect(news).toMatchObject({
    type: 'PAYMENT.CAPTURE.COMPLETED',
    about: 'intent',
    objectId: '42311647XV020574X',
  });
  await check(signedWebhook(signer, { body: BODY.replace('42311647', '52311647') }));
  expect(asked).toEqual([CERTIFICATE_URL]);
  expect(await check(signedWebhook(signer, { body: '[]' }))).toBe('unreadable');
});

describe('S27 a message that is not genuine is refused', () => {
  test.each<[string, () => SignedWebhook]>([
    ['another body', () => ({ ...signedWebhook(signer), rawBody: Buffer.from(`${BODY} `) })],
    ['another webhook id', () => ({ ...signedWebhook(signer), secret: '6ML55517T4853714A' })],
    ['no webhook id', () => ({ ...signedWebhook(signer, { webhookId: '' }), secret: '' })],
    ['another transmission', () => withHeader('transmission-id', '9e1a2f3c-4d5e-11f0-9a1b-0242ac120002')],
    ['another time', () => withHeader('transmission-time', '2026-05-04T09:30:01Z')],
    ['a day that is none', () => withHeader('transmission-time', '2026-02-30T09:30:00Z')],
    ['a time of another form', () => withHeader('transmission-time', '2026-05-04T09:30:00.000Z')],
    ['a header given twice', () => withHeader('transmission-id', ['a-first-one', 'a-second-one'])],
    ['no signature', () => withHeader('transmission-sig', undefined)],
    ['another algorithm', () => withHeader('auth-algo', 'SHA1withRSA')],
    ['an id with a bar', () => withHeader('transmission-id', '8e1a2f3c|2026')],
    [
      'a message that is too old',
      () => signedWebhook(signer, { wallMs: NOW - 3 * MS_PER_DAY - MS_PER_HOUR - 1000 }),
    ],
    ['a message from the future', () => signedWebhook(signer, { wallMs: NOW + 5 * MS_PER_MINUTE + 1000 })],
  ])('%s', async (_name, make) => {
    expect(await check(make())).toBe('refused');
  });

  test('a signature written in another way', async () => {
    const written = String(signedWebhook(signer).headers['paypal-transmission-sig']);
    for (const other of [
      `${written} `,
      written.slice(0, -1),
      written.replaceAll('+', '-'),
      `${written}=`,
      written.toLowerCase(),
    ]) {
      if (other !== written) expect(await check(withHeader('transmission-sig', other))).toBe('refused');
    }
  });
});

describe('S30 only addresses of PayPal are asked for a certificate', () => {
  test.each([
    'http://127.0.0.1:4011/v1/notifications/certs/CERT-360caa42',
    'http://127.0.0.1:4010@evil.example/v1/notifications/certs/CERT-360caa42',
    'http://evil.example/v1/notifications/certs/CERT-360caa42',
    `${BASE}/v1/notifications/certs/../certs/CERT-360caa42`,
    `${BASE}/v1/notifications/certs/CERT-360caa42?to=http://evil.example`,
    `${BASE}/v1/notifications/certs/CERT-360caa42#a`,
    `${BASE}/v1/notifications/certs/`,
    `${BASE}/v1/notifications/other/CERT-360caa42`,
    `${BASE.replace('http', 'HTTP')}/v1/notifications/certs/CERT-360caa42`,
    'file:///etc/passwd',
    'CERT-360caa42',
  ])('%s', async (certificateUrl) => {
    expect(await check(signedWebhook(signer, { certificateUrl }))).toBe('refused');
    expect(asked).toEqual([]);
  });

  test.each([
    ['live', 'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1'],
    ['live', 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1'],
    ['live', 'http://api.paypal.com/v1/notifications/certs/CERT-1'],
    ['live', 'https://api.paypal.com:444/v1/notifications/certs/CERT-1'],
    ['live', 'https://api.paypal.com:443/v1/notifications/certs/CERT-1'],
    ['live', 'https://user@api.paypal.com/v1/notifications/certs/CERT-1'],
    ['test', 'https://api.paypal.com/v1/notifications/certs/CERT-1'],
    ['test', CERTIFICATE_URL],
  ] as const)('of a %s account: %s', async (mode, certificateUrl) => {
    const webhook = signedWebhook(signer, { certificateUrl });
    expect(await check({ ...webhook, mode })).toBe('refused');
    expect(asked).toEqual([]);
  });

  test('I262 a certificate that is of PayPal by name alone does not lead to a pinned root', async () => {
    const certificateUrl = 'https://api.paypal.com/v1/notifications/certs/CERT-1';
    const live = authority.make({ commonName: 'messageverificationcerts.paypal.com' });
    served = () => new Response(live.pem);
    expect(await check({ ...signedWebhook(live, { certificateUrl }), mode: 'live' })).toBe('refused');
    expect(asked).toEqual([certificateUrl]);
    expect(await pinnedRoots()).toHaveLength(3);
  });

  test('made-up addresses make us ask ten times a minute at most', async () => {
    served = () => new Response('nothing', { status: 404 });
    for (let index = 0; index < 15; index += 1) {
      const certificateUrl = `${BASE}/v1/notifications/certs/CERT-${index}`;
      expect(await check(signedWebhook(signer, { certificateUrl }))).toBe('refused');
    }
    expect(asked).toHaveLength(10);
  });
});

describe('S30 only a certificate of the pinned root counts', () => {
  const refusedWith = async (pem: string, by: Pick<Signer, 'privateKey'> = signer) => {
    served = () => new Response(pem);
    expect(await check(signedWebhook(by))).toBe('refused');
  };

  test('made by oneself, with the same names', async () => {
    const own = forged.make();
    await refusedWith(own.pem, own);
  });
  test('together with the root that made it', async () => {
    const own = forged.make();
    await refusedWith(`${own.pem}${forged.root}`, own);
  });
  test('signed by a certificate that may not sign others', async () => {
    const middle = {
      commonName: 'messageverificationcerts.sandbox.paypal.com',
      privateKey: authority.signerKey,
    };
    const own = forged.make({ issuer: middle });
    await refusedWith(`${own.pem}${signer.pem}`, own);
  });
  test.each([
    ['of another name', { commonName: 'www.paypal.com' }],
    ['of a longer name', { commonName: 'messageverificationcerts.sandbox.paypal.com.evil.example' }],
    ['of the live service', { commonName: 'messageverificationcerts.paypal.com' }],
    ['that has ended', { notAfterMs: NOW - 1_000 }],
    ['that is not valid yet', { notBeforeMs: NOW + 60_000 }],
    ['that is an authority', { isAuthority: true }],
  ])('one %s', async (_name, more) => {
    await refusedWith(authority.make(more).pem);
  });
  test('one that ends while it is kept', async () => {
    expect(await check(signedWebhook(signer))).toMatchObject({ about: 'intent' });
    const later = instant(NOW + 31 * MS_PER_DAY);
    expect(await check({ ...signedWebhook(signer, { wallMs: later }), wallNow: later })).toBe('refused');
  });
  test('no certificate, many of them, a huge answer, or another status', async () => {
    await refusedWith('');
    await refusedWith('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    await refusedWith(signer.pem.repeat(7));
    await refusedWith(`${signer.pem}${' '.repeat(64 * 1024)}`);
    served = () => new Response(signer.pem, { status: 206 });
    expect(await check(signedWebhook(signer))).toBe('refused');
    served = () => {
      throw new TypeError('redirected');
    };
    expect(await check(signedWebhook(signer))).toBe('refused');
  });
  test('a chain over a certificate between is followed', async () => {
    const { rootKey, issuer } = forged;
    const between = { commonName: issuer.commonName, isAuthority: true, publicKey: createPublicKey(rootKey) };
    const own = forged.make();
    served = () => new Response(`${own.pem}${authority.make(between).pem}`);
    expect(await check(signedWebhook(own))).toMatchObject({ about: 'intent' });
  });
});

test('of many messages that come at once the first asks for the certificate, and all are genuine', async () => {
  const webhook = signedWebhook(signer);
  const answers = await Promise.all(Array.from({ length: 100 }, () => check(webhook)));
  expect(answers.filter((answer) => answer === 'refused')).toEqual([]);
  expect(asked).toEqual([CERTIFICATE_URL]);
});
