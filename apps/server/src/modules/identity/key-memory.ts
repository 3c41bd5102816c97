import type { NewsDesk } from '../../platform/news.ts';
import { createRecent } from '../../platform/recent.ts';
import type { KeyRights } from './directory.ts';

/** A process that dies between a revocation and its news leaves the key to others for no longer than this. */
const MOST_AGE_MS = 2_000;
const MOST_KEYS = 10_000;

/**
 * What keys open, remembered for a moment by the digests of their tokens while news arrive, and forgotten when one is
 * revoked, in this process before the revocation is answered.
 */
export function createKeyMemory(news: Pick<NewsDesk, 'hear' | 'isHearing'>, wallNow: () => number) {
  const known = createRecent<string, { rights: KeyRights; until: number }>(MOST_KEYS);
  let forgotten = 0;
  news.hear((heard) => {
    if (heard !== 'missed' && heard.about !== 'keys') return;
    forgotten += 1;
    known.clear();
  });
  return {
    find(digest: string): KeyRights | undefined {
      const key = known.get(digest);
      return key !== undefined && wallNow() < key.until && news.isHearing() ? key.rights : undefined;
    },
    /** Begins a look-up. Of one that news come in the middle of nobody knows whether it is older than them. */
    begin() {
      const before = forgotten;
      return (digest: string, rights: KeyRights, expiresAt: number | null): void => {
        if (!news.isHearing() || forgotten !== before) return;
        known.set(digest, { rights, until: Math.min(wallNow() + MOST_AGE_MS, expiresAt ?? Infinity) });
      };
    },
  };
}
