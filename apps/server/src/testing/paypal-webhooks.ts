import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Instant, instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { type CertificateTerms, makeCertificate } from '@billhook/sandbox/paypal/certificate';
import { transmissionHeaders } from '@billhook/sandbox/paypal/sign';
import type { SignedWebhook } from '../modules/payments/provider.ts';

export const BASE = 'http://127.0.0.1:4010';
export const CERTIFICATE_URL = `${BASE}/v1/notifications/certs/CERT-360caa42-fca2a594`;
export const WEBHOOK_ID = '5ML55517T4853714A';
export const NOW: Instant = instant(Date.UTC(2026, 4, 4, 9, 30));
const SIGNER = 'messageverificationcerts.sandbox.paypal.com';

export type Signer = { privateKey: KeyObject; pem: string };

const key = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const terms = (more: Partial<CertificateTerms> & Pick<CertificateTerms, 'publicKey' | 'issuer'>) => ({
  serial: Buffer.from('4011223344556677', 'hex'),
  commonName: SIGNER,
  notBeforeMs: NOW - MS_PER_DAY,
  notAfterMs: NOW + 30 * MS_PER_DAY,
  isAuthority: false,
  ...more,
});

/** A root, and what it signs. */
export function createAuthority(commonName = 'Root of the tests') {
  const rootKey = key();
  const signerKey = key();
  const issuer = { commonName, privateKey: rootKey };
  const make = (more: Partial<CertificateTerms> = {}): Signer => ({
    privateKey: signerKey,
    pem: makeCertificate(terms({ publicKey: createPublicKey(signerKey), issuer, ...more })),
  });
  const root = makeCertificate(
    terms({ publicKey: createPublicKey(rootKey), issuer, commonName, isAuthority: true }),
  );
  return { root, rootKey, signerKey, issuer, make };
}

/** An event as PayPal sends it. */
export const BODY = JSON.stringify({
  id: 'WH-2WR32451HC0233532-67976317FL4543714',
  event_version: '1.0',
  create_time: '2026-05-04T09:29:58Z',
  resource_type: 'capture',
  event_type: 'PAYMENT.CAPTURE.COMPLETED',
  summary: 'Payment completed',
  resource: { id: '42311647XV020574X', custom_id: 'attempt.019a7c5e-2222-7abc-8def-000000000001' },
});

/** A transmission, signed by a signer. */
export function signedWebhook(
  { privateKey }: Pick<Signer, 'privateKey'>,
  more: { body?: string; wallMs?: number; webhookId?: string; certificateUrl?: string } = {},
): SignedWebhook {
  const { body = BODY, wallMs = NOW, webhookId = WEBHOOK_ID, certificateUrl = CERTIFICATE_URL } = more;
  return {
    rawBody: Buffer.from(body, 'utf8'),
    headers: transmissionHeaders(
      { privateKey },
      { id: '8e1a2f3c-4d5e-11f0-9a1b-0242ac120002', wallMs, webhookId, body, certificateUrl },
    ),
    secret: WEBHOOK_ID,
    mode: 'sandbox',
    wallNow: NOW,
  };
}
