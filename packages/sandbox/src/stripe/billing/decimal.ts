const DECIMALS = 12;
const SHAPE = /^(-?)(\d{1,18})(?:\.(\d{1,12}))?$/;

/** One, as a scaled number: decimals are held as whole numbers of 10^-12. */
export const ONE = 10n ** BigInt(DECIMALS);

/** Reads a decimal text of up to 12 decimals, null when it is none. */
export function parseDecimal(text: string): bigint | null {
  const match = SHAPE.exec(text);
  if (match === null) return null;
  const [, sign, whole = '0', fraction = ''] = match;
  const scaled = BigInt(whole) * ONE + BigInt(fraction.padEnd(DECIMALS, '0'));
  return sign === '-' ? -scaled : scaled;
}

/** The scaled number of a text that is known to be a decimal. */
export function decimal(text: string): bigint {
  const scaled = parseDecimal(text);
  if (scaled === null) throw new Error(`a stored decimal is none: ${text}`);
  return scaled;
}

/** A scaled number as text, without zeros at its end. */
export function formatDecimal(scaled: bigint): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  const whole = digits.slice(0, -DECIMALS);
  return `${scaled < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A quotient rounded to the nearest whole number, halves away from zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const top = dividend < 0n ? -dividend : dividend;
  const bottom = divisor < 0n ? -divisor : divisor;
  const quotient = (2n * top + bottom) / (2n * bottom);
  return negative ? -quotient : quotient;
}

/** Splits a whole amount by weights: nothing is lost, what is left over goes to the largest remainders. */
export function splitByWeight(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((left, weight) => left + BigInt(weight), 0n);
  if (sum === 0n) return weights.map(() => 0);
  const shares = weights.map((weight) => (BigInt(total) * BigInt(weight)) / sum);
  const rest = weights.map((weight, index) => ({
    index,
    remainder: BigInt(total) * BigInt(weight) - (shares[index] ?? 0n) * sum,
  }));
  let left = BigInt(total) - shares.reduce((one, other) => one + other, 0n);
  const step = left < 0n ? -1n : 1n;
  const size = (value: bigint) => (value < 0n ? -value : value);
  rest.sort((one, other) => {
    const difference = size(other.remainder) - size(one.remainder);
    return difference === 0n ? one.index - other.index : difference > 0n ? 1 : -1;
  });
  for (const { index } of rest) {
    if (left === 0n) break;
    shares[index] = (shares[index] ?? 0n) + step;
    left -= step;
  }
  return shares.map(Number);
}
