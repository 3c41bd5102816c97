import type { LineExplanation } from '@billhook/sdk/generated/types';
import { MINUS } from '@billhook/ui/format';

/** Why there is a line, in one sentence. */
export const RULES: Record<LineExplanation['rule'], string> = {
  flat_fee: 'A fixed price for the whole period.',
  seats: 'A price for each seat.',
  metered_usage: 'What was used in the period, at the price of the plan.',
  unused_time: 'Given back for the time that was paid and not used.',
  one_off: 'Charged once.',
  minimum_commitment: 'What the period lacked of the agreed minimum.',
  spend_cap: 'Given back for what the period exceeded the agreed maximum by.',
};

const MODES: Record<string, string> = {
  half_away_from_zero: 'to the nearest, a half away from zero',
  half_even: 'to the nearest, a half to the even digit',
  up: 'up',
  down: 'down',
};

export function roundingText(mode: string): string {
  return MODES[mode] ?? mode.replaceAll('_', ' ');
}

/**
 * An exact figure in minor units, `58065/100`, as `5.8065` in units of a currency with two decimals. One that does
 * not end is cut after twelve places and says so.
 */
export function exactText(text: string, decimals: number): string {
  const [numerator = '0', denominator = '1'] = text.split('/');
  const scaled = BigInt(numerator) * 10n ** 12n;
  const bottom = BigInt(denominator) * 10n ** BigInt(decimals);
  if (bottom === 0n) return text;
  const ends = scaled % bottom === 0n;
  const value = scaled / bottom;
  const size = value < 0n ? -value : value;
  const fraction = `${size % 10n ** 12n}`.padStart(12, '0').replace(/0+$/, '');
  const whole = `${value < 0n ? MINUS : ''}${size / 10n ** 12n}`;
  const kept = fraction.padEnd(decimals, '0');
  return `${kept === '' ? whole : `${whole}.${kept}`}${ends ? '' : '…'}`;
}
