import type { Line } from '../ground.ts';
import { measureLocalChecks } from '../local-check.ts';

/** Checks in the caller's own process; each answer is looked at there. */
export const local: Line = {
  name: 'check-local',
  about: "check in the SDK's process (boolean, metered, credits)",
  async measure() {
    return (await measureLocalChecks()).map(({ name, nsPerCheck, nsPerMapLookUp, mostNs }) => ({
      line: 'check-local',
      name,
      unit: 'ns' as const,
      must: { at: 'most' as const, value: mostNs },
      goal: { at: 'most' as const, value: 250 },
      runs: [nsPerCheck],
      limits: [{ name: 'look-up in a Map', runs: [nsPerMapLookUp] }],
      proofs: [{ name: 'each check was fresh and allowed', isTrue: true, seen: 'all of them' }],
      notes: ['processor time, best of five rounds'],
    }));
  },
};
