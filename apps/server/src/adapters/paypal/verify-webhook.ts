import { type KeyObject, verify, X509Certificate } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { ProviderAccount, SignedWebhook, WebhookVerifier } from '../../modules/payments/provider.ts';
import { isTrusted, pinnedRoots, readChain, type Trust } from './certificate.ts';
import { readPayPalEvent } from './read-event.ts';

type Mode = ProviderAccount['mode'];

export type PayPalRoots = {
  sandboxUrl: string | null;
  /** The root, as PEM, of the stand-in's certificates; asked for when the first of its webhooks comes. */
  sandboxRoot(): Promise<string>;
  fetch?: typeof fetch;
};

/** PayPal tries for three days to deliver, and what it sends may carry the time of the first try. */
const MAX_AGE_MS = 3 * MS_PER_DAY + MS_PER_HOUR;
const MAX_AHEAD_MS = 5 * MS_PER_MINUTE;

const TRANSMISSION_ID = /^[0-9A-Za-z-]{8,64}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const SIGNATURE = /^[A-Za-z0-9+/]{342,1366}={0,2}$/;
const WEBHOOK_ID = /^[0-9A-Za-z-]{5,60}$/;
const CERTIFICATE_PATH = /^\/v1\/notifications\/certs\/CERT-[0-9A-Za-z-]{1,80}$/;
const MAX_URL_LENGTH = 300;

const HOSTS: Readonly<Record<Exclude<Mode, 'sandbox'>, readonly string[]>> = {
  live: ['https://api.paypal.com', 'https://api-m.paypal.com'],
  test: ['https://api.sandbox.paypal.com', 'https://api-m.sandbox.paypal.com'],
};

const NAMES: Readonly<Record<Mode, string>> = {
  live: 'messageverificationcerts.paypal.com',
  test: 'messageverificationcerts.sandbox.paypal.com',
  sandbox: 'messageverificationcerts.sandbox.paypal.com',
};

/**
 * PayPal's scheme: SHA256withRSA over `<transmission id>|<time>|<webhook id>|<CRC-32 of the raw body>`, by a certificate
 * whose address stands in a header. Only addresses of PayPal are asked, over https and without following anybody, and
 * only a certificate that leads to a pinned root counts. A CRC binds a body loosely, which is one more reason why what an
 * event says is never believed: the object is looked up.
 */
export function createPayPalVerifier(options: PayPalRoots): WebhookVerifier {
  const shelf = new CertificateShelf(options);
  return async (webhook) => {
    const signed = readSigned(webhook);
    if (signed === null) return 'refused';
    const origins = originsOf(webhook.mode, options.sandboxUrl);
    if (!isAllowed(signed.certificateUrl, origins)) return 'refused';
    const key = await shelf.keyOf(webhook.mode, signed.certificateUrl, webhook.wallNow);
    if (key === null || !verify('sha256', signed.message, key, signed.signature)) return 'refused';
    return readPayPalEvent(webhook.rawBody) ?? 'unreadable';
  };
}

type Signed = { message: Buffer; signature: Buffer; certificateUrl: string };

/** The parts that are signed, each of exactly the shape that PayPal gives it; null for anything else. */
function readSigned({ rawBody, headers, secret, wallNow }: SignedWebhook): Signed | null {
  const header = (name: string, shape: RegExp): string | null => {
    const value = headers[`paypal-${name}`];
    return typeof value === 'string' && shape.test(value) ? value : null;
  };
  const id = header('transmission-id', TRANSMISSION_ID);
  const time = header('transmission-time', TIME);
  const written = header('transmission-sig', SIGNATURE);
  const certificateUrl = header('cert-url', /^[!-~]+$/);
  const algorithm = header('auth-algo', /^SHA256withRSA$/);
  if (id === null || time === null || written === null || certificateUrl === null || algorithm === null)
    return null;
  if (!WEBHOOK_ID.test(secret) || certificateUrl.length > MAX_URL_LENGTH) return null;
  const at = Date.parse(time);
  // A day that does not exist is read as another one, or not at all.
  if (Number.isNaN(at) || new Date(at).toISOString() !== time.replace('Z', '.000Z')) return null;
  if (wallNow - at > MAX_AGE_MS || at - wallNow > MAX_AHEAD_MS) return null;
  const signature = Buffer.from(written, 'base64');
  if (signature.toString('base64') !== written) return null;
  return {
    message: Buffer.from(`${id}|${time}|${secret}|${crc32(rawBody)}`, 'utf8'),
    signature,
    certificateUrl,
  };
}

function originsOf(mode: Mode, sandboxUrl: string | null): readonly string[] {
  if (mode !== 'sandbox') return HOSTS[mode];
  return sandboxUrl === null ? [] : [new URL(sandboxUrl).origin];
}

/** An address is taken only if it is written as it is meant: no user, port, question, or other way to say the same. */
function isAllowed(address: string, origins: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, pathname, href } = new URL(address);
  return (
    origins.includes(origin) &&
    CERTIFICATE_PATH.test(pathname) &&
    href === address &&
    address === origin + pathname
  );
}

const MAX_BYTES = 64 * 1024;
const FETCH_TIMEOUT_MS = 10_000;
const KEEP_MS = MS_PER_DAY;
const MAX_KEPT = 20;
/** Whoever sends made-up addresses makes us ask PayPal no oftener than this. */
const MAX_FETCHES_A_MINUTE = 10;

type Kept = { chain: readonly X509Certificate[]; untilMs: number };

/** Certificates that were fetched, each looked at anew when it is used. */
class CertificateShelf {
  readonly #options: PayPalRoots;
  readonly #kept = new Map<string, Promise<Kept | null>>();
  #fetches: number[] = [];
  #sandboxRoot: Promise<X509Certificate> | null = null;

  constructor(options: PayPalRoots) {
    this.#options = options;
  }

  /** The key of a certificate that is trusted now; null for any other. */
  async keyOf(mode: Mode, address: string, wallNow: number): Promise<KeyObject | null> {
    const name = `${mode} ${address}`;
    const held = this.#kept.get(name);
    let kept = await held;
    if (kept === undefined || kept === null || kept.untilMs <= performance.now()) {
      // Of many messages that come at once the first asks, and all wait for its answer.
      const asked = this.#kept.get(name);
      kept = await (asked === undefined || asked === held ? this.#fetchOnce(name, address) : asked);
    }
    const [signer] = kept?.chain ?? [];
    if (kept === null || signer === undefined) return null;
    return isTrusted(kept.chain, await this.#trustOf(mode), wallNow) ? signer.publicKey : null;
  }

  #fetchOnce(name: string, address: string): Promise<Kept | null> {
    const now = performance.now();
    this.#fetches = this.#fetches.filter((at) => at > now - MS_PER_MINUTE);
    if (this.#fetches.length >= MAX_FETCHES_A_MINUTE) return Promise.resolve(null);
    this.#fetches.push(now);
    const fetched = fetchChain(this.#options.fetch ?? fetch, address).then((chain) =>
      chain === null ? null : { chain, untilMs: performance.now() + KEEP_MS },
    );
    this.#kept.set(name, fetched);
    void fetched.then((kept) => {
      if (kept === null) this.#kept.delete(name);
    });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return fetched;
  }

  async #trustOf(mode: Mode): Promise<Trust> {
    const commonName = NAMES[mode];
    if (mode !== 'sandbox') return { commonName, roots: await pinnedRoots() };
    this.#sandboxRoot ??= this.#options.sandboxRoot().then((pem) => new X509Certificate(pem));
    try {
      return { commonName, roots: [await this.#sandboxRoot] };
    } catch {
      this.#sandboxRoot = null;
      return { commonName, roots: [] };
    }
  }
}

/** Fetches a certificate's file: one answer, of a certain size, from that address alone. */
async function fetchChain(send: typeof fetch, address: string): Promise<X509Certificate[] | null> {
  try {
    const response = await send(address, {
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      headers: { accept: '*/*' },
    });
    if (response.status !== 200 || response.body === null) return null;
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body) {
      size += part.length;
      if (size > MAX_BYTES) return null;
      parts.push(part);
    }
    return readChain(Buffer.concat(parts).toString('latin1'));
  } catch {
    return null;
  }
}
