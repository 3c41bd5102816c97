import { addMs, type Instant, instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { lived, type Script, seen, told } from '@billhook/sim/bank/script';
import { disputeAt, KeyedProvider, refundsAt, statusAt } from '@billhook/sim/till/keyed-provider';
import fc from 'fast-check';
import { expect } from 'vitest';
import { createStripeWorld } from '../../apps/server/src/testing/stripe-world.ts';
import { type Played, playOnStripe } from './on-stripe.ts';
import { anyScript } from './scripts.ts';

const KINDS = ['card', 'sepa_debit'] as const;
const START = instant(Date.parse('2026-03-02T10:00:00Z'));
/** Test cards of the page expire some years later. */
const LAST_START = instant(Date.parse('2038-01-01T00:00:00Z'));

/** Both providers side by side; scripts are played one after the other, on a clock that only goes on. */
export interface Comparison {
  /** Plays a script at both and expects the same at every moment: states, codes, sums, refusals, and what is told in which order. */
  expectSame(script: Script): Promise<Played>;
  stop(): Promise<void>;
}

export async function startComparison(): Promise<Comparison> {
  let world = await createStripeWorld(KINDS);
  let start: Instant = START;
  return {
    async expectSame(script) {
      if (start > LAST_START) {
        await world.stop();
        world = await createStripeWorld(KINDS);
        start = START;
      }
      await world.control.setFaults(world.accountId, {});
      const moments = lived(script, start);
      const played = await playOnStripe(world, script, moments);
      expect({
        seen: moments.map(({ state }) => seen(state)),
        refused: moments.map(({ isRefused }) => isRefused),
        told: told(moments),
      }).toEqual(played);
      expectKeyed(script, start, played);
      start = addMs(moments.at(-1)?.at ?? start, 2 * MS_PER_DAY);
      return played;
    },
    stop: () => world.stop(),
  };
}

/** The provider that knows keys, asked at the same moments. */
function expectKeyed(script: Script, start: Instant, { seen: wanted }: Played): void {
  const provider = new KeyedProvider(() => script);
  const call = { key: 'attempt:1', attemptId: '1', amountMinor: script.amountMinor };
  const intent = provider.charge(call, start, 'none');
  if (intent === null) throw new Error('A call that arrives is answered.');
  for (const [index, { at }] of intent.life.entries()) {
    // Where two things happen at one moment, a look-up sees the second.
    if (intent.life[index + 1]?.at === at) continue;
    const known = wanted[index];
    expect(statusAt(intent, at)).toEqual(known?.news);
    expect(refundsAt(intent, at)).toEqual(known?.refunds.filter(({ status }) => status === 'succeeded'));
    expect(disputeAt(intent, at)).toEqual(known?.dispute);
  }
}

/** Scripts that nobody wrote; a failure names its seed and the shortest script that shows it. */
export async function expectGeneratedSame(comparison: Comparison, runs: number, seed: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyScript, async (script) => {
      await comparison.expectSame(script);
    }),
    { numRuns: runs, seed },
  );
}
