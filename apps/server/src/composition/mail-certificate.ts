import { createHmac } from 'node:crypto';
import type { Instant } from '@billhook/core/time/instant';
import { inspectMail } from '../adapters/smtp/inspect-mail.ts';
import { deriveKey } from '../platform/crypto.ts';
import type { SeenCertificate } from '../processes/look-at-certificate.ts';

/** Asks the mail server for its certificate. One that cannot be reached says nothing of it. */
export function lookAtCertificate(
  smtpUrl: string,
  from: string,
  masterKey: Uint8Array,
): (now: Instant) => Promise<SeenCertificate> {
  const key = deriveKey(masterKey, 'secret-marks');
  return async (now) => {
    const { certificate, findings } = await inspectMail(smtpUrl, from, now);
    if (certificate === null)
      return findings.brokeAt === 'connection' || findings.brokeAt === 'encryption' ? 'silent' : 'none';
    const mark = createHmac('sha256', key).update(certificate.fingerprint).digest();
    return { mark, endsAt: certificate.endsAt };
  };
}
