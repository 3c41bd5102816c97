import { MS_PER_DAY, MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { Prng } from '../prng.ts';
import type { Bank } from './payment.ts';
import type { Deed, Script } from './script.ts';

/** Why cards are declined, in the words of those behind the port. */
const DECLINES = [
  'generic_decline',
  'insufficient_funds',
  'lost_card',
  'stolen_card',
  'expired_card',
] as const;
const RETURNS = ['generic_decline', 'insufficient_funds'] as const;

/** Cards, cards that ask for a confirmation, and debits that settle or come back; one in five does not pay. */
function drawBank(prng: Prng): Bank {
  const kind = prng.pick(['card', 'authenticates', 'debit'] as const);
  const isPaid = prng.chance(0.8);
  if (kind === 'card') return isPaid ? { kind: 'pays' } : { kind: 'declines', code: prng.pick(DECLINES) };
  if (kind === 'authenticates')
    return { kind: 'authenticates', declinesAs: isPaid ? null : prng.pick(RETURNS) };
  if (!isPaid) return { kind: 'debits', ends: { returnedAs: prng.pick(RETURNS) }, isQuick: false };
  const isQuick = prng.chance(0.2);
  return { kind: 'debits', ends: prng.chance(0.1) && !isQuick ? 'disputed' : 'paid', isQuick };
}

/** A payment with what its customer, their bank and the seller do about it; some of it is refused. */
export function drawScript(prng: Prng, amountMinor: bigint): Script {
  const bank = drawBank(prng);
  const isCustomerThere = bank.kind === 'authenticates' || prng.chance(0.3);
  const deeds: ({ afterMs: number } & Deed)[] = [];
  const add = (afterMs: number, deed: Deed) => deeds.push({ afterMs, ...deed });
  if (bank.kind === 'authenticates')
    add(20 * MS_PER_MINUTE, { do: 'authenticate', isConfirmed: prng.chance(0.9) });
  for (let count = prng.pick([0, 0, 1, 2]); count > 0; count -= 1) {
    const share = BigInt(prng.int(1, Number(amountMinor) / 4));
    add(prng.int(2, 10) * MS_PER_DAY + count * MS_PER_MINUTE, { do: 'refund', amountMinor: share });
  }
  if (prng.chance(0.4)) drawDispute(prng, prng.int(6, 14) * MS_PER_DAY, add);
  deeds.sort((one, other) => one.afterMs - other.afterMs);
  return { bank, amountMinor, isCustomerThere, deeds };
}

/** A bank asks back, and the seller answers in time or not at all. */
export function drawDispute(prng: Prng, fromMs: number, add: (afterMs: number, deed: Deed) => void): void {
  const isInquiry = prng.chance(0.3);
  add(fromMs, { do: 'dispute', kind: isInquiry ? 'inquiry' : 'dispute' });
  if (prng.chance(0.25)) return;
  const answeredMs = fromMs + prng.int(1, 8) * MS_PER_DAY;
  const isEscalated = isInquiry && prng.chance(0.5);
  add(answeredMs, { do: 'answer', evidence: isEscalated ? 'escalating' : drawEvidence(prng) });
  if (isEscalated) add(answeredMs + 3 * MS_PER_DAY, { do: 'answer', evidence: drawEvidence(prng) });
}

const drawEvidence = (prng: Prng) => prng.pick(['winning', 'winning', 'losing', 'other'] as const);
