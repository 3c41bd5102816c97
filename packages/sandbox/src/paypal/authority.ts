import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { RandomBytes } from '../state/ids.ts';
import { makeCertificate } from './certificate.ts';

const generate = promisify(generateKeyPair);
const DAY_MS = 86_400_000;
const ROOT_NAME = 'Billhook Sandbox Root CA';

/** The name that PayPal's certificates for webhooks of its sandbox carry. */
export const SIGNER_NAME = 'messageverificationcerts.sandbox.paypal.com';

/** Who signs the stand-in's webhooks: a certificate with its chain, up to a root that was made for this folder. */
export interface Authority {
  /** Names the certificate in its address. */
  readonly certificateId: string;
  /** The signing certificate, as PEM. */
  readonly certificate: string;
  /** The root that it leads to, as PEM. */
  readonly root: string;
  readonly privateKey: KeyObject;
}

interface Stored {
  readonly certificateId: string;
  readonly certificate: string;
  readonly root: string;
  readonly privateKey: string;
}

/**
 * The authority of a folder, made at first need. The root's key is thrown away once it has signed, so that nothing
 * else can ever be signed with it; the signer's key stays readable by its owner only.
 */
export async function openAuthority(
  path: string,
  wallMs: number,
  randomBytes: RandomBytes,
): Promise<Authority> {
  const stored = (await readStored(path)) ?? (await make(path, wallMs, randomBytes));
  return { ...stored, privateKey: createPrivateKey(stored.privateKey) };
}

async function readStored(path: string): Promise<Stored | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Stored;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  }
}

async function make(path: string, wallMs: number, randomBytes: RandomBytes): Promise<Stored> {
  const [root, signer] = await Promise.all([
    generate('rsa', { modulusLength: 2048 }),
    generate('rsa', { modulusLength: 2048 }),
  ]);
  const terms = {
    notBeforeMs: wallMs - DAY_MS,
    notAfterMs: wallMs + 3650 * DAY_MS,
    issuer: { commonName: ROOT_NAME, privateKey: root.privateKey },
  };
  const serial = () => Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);
  const stored = {
    certificateId: `CERT-${Buffer.from(randomBytes(12))
      .toString('hex')
      .replace(/(.{8})(.{8})/, '$1-$2-')}`,
    root: makeCertificate({
      ...terms,
      serial: serial(),
      commonName: ROOT_NAME,
      publicKey: createPublicKey(root.privateKey),
      isAuthority: true,
    }),
    certificate: makeCertificate({
      ...terms,
      serial: serial(),
      commonName: SIGNER_NAME,
      publicKey: createPublicKey(signer.privateKey),
      isAuthority: false,
    }),
    privateKey: signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  await writeFile(path, JSON.stringify(stored), { mode: 0o600 });
  return stored;
}
