import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { bitString, der, integer, objectId, octets, sequence, time, truth, utf8 } from './der.ts';

const SHA256_WITH_RSA = sequence(objectId('1.2.840.113549.1.1.11'), der(0x05));

/** What a certificate says. */
export interface CertificateTerms {
  readonly serial: Uint8Array;
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly isAuthority: boolean;
  /** Who signs it: the name on its own certificate, and its private key. */
  readonly issuer: { readonly commonName: string; readonly privateKey: KeyObject };
}

/** Makes an X.509 version 3 certificate, signed with SHA256withRSA, as PEM. */
export function makeCertificate(terms: CertificateTerms): string {
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(terms.serial),
    SHA256_WITH_RSA,
    nameOf(terms.issuer.commonName),
    sequence(time(terms.notBeforeMs), time(terms.notAfterMs)),
    nameOf(terms.commonName),
    spkiOf(terms.publicKey),
    der(0xa3, sequence(...extensionsOf(terms))),
  );
  const signature = sign('sha256', body, terms.issuer.privateKey);
  const whole = sequence(body, SHA256_WITH_RSA, bitString(signature)).toString('base64');
  const lines = whole.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId('2.5.4.3'), utf8(commonName))));
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function extensionsOf({ isAuthority, publicKey, issuer }: CertificateTerms): Buffer[] {
  const extension = (id: string, isCritical: boolean, value: Buffer) =>
    sequence(objectId(id), ...(isCritical ? [truth()] : []), octets(value));
  const issuerKey = createPublicKey(issuer.privateKey);
  return [
    extension('2.5.29.19', true, isAuthority ? sequence(truth()) : sequence()),
    // Key usage: an authority signs certificates, the other signs messages.
    extension(
      '2.5.29.15',
      true,
      isAuthority ? bitString(Buffer.from([0x06]), 1) : bitString(Buffer.from([0x80]), 7),
    ),
    extension('2.5.29.14', false, octets(keyId(publicKey))),
    extension('2.5.29.35', false, sequence(der(0x80, keyId(issuerKey)))),
  ];
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1').update(spkiOf(key)).digest();
}
