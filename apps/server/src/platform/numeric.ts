import { DECIMAL12_PLACES, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';

const NUMERIC = /^(-?)([0-9]+)(?:\.([0-9]+))?$/;

/** A `numeric` of any size as PostgreSQL prints it, with as many zeros at its end as it likes, scaled by 10^12. */
export function scaledFromNumeric(text: string): bigint {
  // As a column of twelve places is printed, without the point it is the figure.
  const point = text.length - 1 - DECIMAL12_PLACES;
  if (text[point] === '.') return BigInt(`${text.slice(0, point)}${text.slice(point + 1)}`);
  const match = NUMERIC.exec(text);
  invariant(match !== null, 'A stored figure reads back.');
  const places = (match[3] ?? '').replace(/0+$/, '');
  invariant(places.length <= DECIMAL12_PLACES, 'A stored figure has at most twelve places.');
  const magnitude = BigInt(`${match[2]}${places.padEnd(DECIMAL12_PLACES, '0')}`);
  return match[1] === '-' ? -magnitude : magnitude;
}

/** A `numeric(38,12)`, or a sum of some, as PostgreSQL prints it. */
export function decimalFromNumeric(text: string): Decimal12 {
  return decimal12FromScaled(scaledFromNumeric(text));
}
