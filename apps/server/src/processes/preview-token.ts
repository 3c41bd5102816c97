import { createHash } from 'node:crypto';
import { addMs, type Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../platform/context.ts';
import { equalSecrets } from '../platform/crypto.ts';
import { type FieldFault, refuse } from '../platform/refuse.ts';

/** What a token speaks for: a tenant, one subscription or customer, and everything the preview rests on. */
export type PreviewClaim = {
  tenantId: string;
  /** Row id of the subscription; of the customer for a start. */
  subjectId: string;
  /** State, action and amounts. */
  digest: string;
};

export type PreviewTokens = {
  make(claim: PreviewClaim, wallNow: Instant): { token: string; expiresAt: Instant };
  /**
   * Whether what the token was made for still holds. Ends with `preview.refused` for one that was made for something
   * else, altered, or too old.
   */
  isFresh(token: string, claim: PreviewClaim, wallNow: Instant): boolean;
};

/** Long enough to think it over and to ask somebody. */
const LIFETIME_MS = 30 * 60_000;
const SHAPE = /^pv_([0-9a-z]{1,10})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

/**
 * Tokens hold nothing to look up: they carry their end and the digest, under a signature that also covers tenant and
 * subscription.
 *
 * @param sign HMAC by a key of its own
 */
export function createPreviewTokens(sign: (text: string) => string): PreviewTokens {
  const signatureOf = ({ tenantId, subjectId }: PreviewClaim, digest: string, ends: string) =>
    sign(JSON.stringify([tenantId, subjectId, digest, ends]));
  return {
    make(claim, wallNow) {
      const expiresAt = addMs(wallNow, LIFETIME_MS);
      const ends = expiresAt.toString(36);
      return { token: `pv_${ends}.${claim.digest}.${signatureOf(claim, claim.digest, ends)}`, expiresAt };
    },
    isFresh(token, claim, wallNow) {
      const [, ends, digest, signature] = SHAPE.exec(token) ?? [];
      if (ends === undefined || digest === undefined || signature === undefined)
        return refuseToken('unknown');
      if (!equalSecrets(signature, signatureOf(claim, digest, ends))) return refuseToken('unknown');
      if (Number.parseInt(ends, 36) <= wallNow) return refuseToken('expired');
      return equalSecrets(digest, claim.digest);
    },
  };
}

const FAULTS: Readonly<Record<'unknown' | 'expired', FieldFault>> = {
  unknown: {
    pointer: '/preview_token',
    code: 'preview.unknown',
    detail: 'This is no token of a preview of this.',
  },
  expired: {
    pointer: '/preview_token',
    code: 'preview.expired',
    detail: 'The preview is older than 30 minutes.',
  },
};

function refuseToken(reason: 'unknown' | 'expired'): never {
  const fault = FAULTS[reason];
  refuse('preview.refused', `${fault.detail} Nothing was done. Make a new preview.`, { faults: [fault] });
}

/** Ends with `preview.stale` and the preview of now if anything has moved since the one that the token was made for. */
export async function refuseStale(
  { wallNow }: Pick<QueryCtx, 'wallNow'>,
  tokens: PreviewTokens,
  token: string,
  claim: PreviewClaim,
  again: () => Promise<unknown>,
): Promise<void> {
  if (tokens.isFresh(token, claim, wallNow)) return;
  const preview = await again();
  refuse(
    'preview.stale',
    'Something has changed since the preview, so nothing was done. Look at the new one.',
    { facts: { preview } },
  );
}

/** Facts that must stand for a preview to hold, in a fixed form. Members of objects count in the order they are in. */
export function digestOf(facts: unknown): string {
  const text = JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
