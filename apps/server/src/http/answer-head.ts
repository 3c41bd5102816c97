import type { LimitState } from './limits.ts';

/** Headers that each answer beside the framework has, as names and values in turn. */
export function commonHeaders({ secure }: { secure: boolean }, id: string): string[] {
  const head = ['request-id', id, 'cache-control', 'no-store', 'x-content-type-options', 'nosniff'];
  if (secure) head.push('strict-transport-security', 'max-age=31536000; includeSubDomains');
  return head;
}

export function limitHeaders(head: string[], { limit, remaining, resetSeconds }: LimitState): void {
  head.push('ratelimit-limit', String(limit), 'ratelimit-remaining', String(remaining));
  head.push('ratelimit-reset', String(resetSeconds));
}
