import type { Instant } from '@billhook/core/time/instant';

/** Real time, the only door to it. Injected, so that a test or a simulation can hold it still. */
export type WallClock = () => Instant;

export const systemClock: WallClock = () => Date.now() as Instant;

/** Business time of a tenant: the instant its clock is frozen at, or real time. */
export function businessNow(frozenAt: Instant | null, wallNow: Instant): Instant {
  return frozenAt ?? wallNow;
}
