import { X509Certificate } from 'node:crypto';

/** Whose certificates a webhook's signer must be certified by, and the name that it must carry. */
export type Trust = { readonly commonName: string; readonly roots: readonly X509Certificate[] };

/** The roots of DigiCert, who certifies PayPal's signers, by the digest of the certificate. */
const PINNED: ReadonlySet<string> = new Set([
  // DigiCert Global Root G2
  'CB:3C:CB:B7:60:31:E5:E0:13:8F:8D:D3:9A:23:F9:DE:47:FF:C3:5E:43:C1:14:4C:EA:27:D4:6A:5A:B1:CB:5F',
  // DigiCert Trusted Root G4
  '55:2F:7B:DC:F1:A7:AF:9E:6C:E6:72:01:7F:4F:12:AB:F7:72:40:C7:8E:76:1A:C2:03:D1:D9:D2:0A:C8:99:88',
  // DigiCert TLS RSA4096 Root G5
  '37:1A:00:DC:05:33:B3:72:1A:7E:EB:40:E8:41:9E:70:79:9D:2B:0A:0F:2C:1D:80:69:31:65:F7:CE:C4:AD:75',
]);

let pinned: readonly X509Certificate[] | null = null;

/** The pinned roots, out of those that the runtime ships, which are loaded with the first webhook. */
export async function pinnedRoots(): Promise<readonly X509Certificate[]> {
  const { rootCertificates } = await import('node:tls');
  pinned ??= rootCertificates
    .map((pem) => new X509Certificate(pem))
    .filter(({ fingerprint256 }) => PINNED.has(fingerprint256));
  return pinned;
}

const MAX_CERTIFICATES = 6;
const MIN_RSA_BITS = 2048;
const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, the signer's first; null for anything else. */
export function readChain(pem: string): X509Certificate[] | null {
  const parts = pem.match(PEM) ?? [];
  if (parts.length === 0 || parts.length > MAX_CERTIFICATES) return null;
  try {
    return parts.map((part) => new X509Certificate(part));
  } catch {
    return null;
  }
}

/**
 * Whether a chain is PayPal's: the signer carries the name, is no authority itself and has a strong enough key, and each
 * certificate is valid now and signed by the next, up to a pinned root.
 */
export function isTrusted(chain: readonly X509Certificate[], trust: Trust, wallNowMs: number): boolean {
  const [signer, ...others] = chain;
  if (signer === undefined || signer.ca || !hasName(signer, trust.commonName)) return false;
  const { asymmetricKeyType, asymmetricKeyDetails } = signer.publicKey;
  if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) return false;
  let current = signer;
  for (let depth = 0; depth < MAX_CERTIFICATES; depth += 1) {
    if (!isValidAt(current, wallNowMs)) return false;
    const root = trust.roots.find((one) => isIssuedBy(current, one));
    if (root !== undefined) return isValidAt(root, wallNowMs);
    const next = others.find((one) => one !== current && isIssuedBy(current, one));
    if (next === undefined) return false;
    current = next;
  }
  return false;
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isValidAt({ validFromDate, validToDate }: X509Certificate, wallNowMs: number): boolean {
  return validFromDate.getTime() <= wallNowMs && wallNowMs < validToDate.getTime();
}

/** The name is given once, and is exactly this one. */
function hasName({ subject }: X509Certificate, commonName: string): boolean {
  const names = subject.split('\n').filter((part) => part.startsWith('CN='));
  return names.length === 1 && names[0] === `CN=${commonName}`;
}
