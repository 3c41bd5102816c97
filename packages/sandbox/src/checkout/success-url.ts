import type { SessionRecord } from '../state/records.ts';

/** Where a finished session leads to. */
export function successUrl(session: SessionRecord): string {
  return session.successUrl.replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}
