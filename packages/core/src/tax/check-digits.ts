/** The digits of a text as numbers. Only digits are passed. */
export function digitsOf(text: string): number[] {
  return [...text].map(Number);
}

/** Each digit times its weight, added. Weights beyond the digits are not used. */
export function weighted(text: string, weights: readonly number[]): number {
  return digitsOf(text).reduce((sum, digit, at) => sum + digit * (weights[at] ?? 0), 0);
}

/** The remainder of a number of any length. */
export function remainder(text: string, modulus: number): number {
  return digitsOf(text).reduce((rest, digit) => (rest * 10 + digit) % modulus, 0);
}

/** ISO/IEC 7812-1: every second digit from the right doubled, the sum of all digits divisible by ten. */
export function isLuhn(text: string): boolean {
  return luhnSum(text) % 10 === 0;
}

/** The sum of the digits, every second from the right doubled and its own digits added. */
export function luhnSum(text: string): number {
  return digitsOf(text)
    .reverse()
    .reduce((sum, digit, at) => sum + (at % 2 === 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9), 0);
}

/** ISO 7064, mod 11,10. */
export function isMod11Mod10(text: string): boolean {
  let product = 10;
  for (const digit of digitsOf(text.slice(0, -1))) {
    const sum = (product + digit) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10 === Number(text.at(-1));
}

/** ISO 7064, mod 97,10, letters counted from 10. */
export function isMod97(text: string): boolean {
  const figures = [...text].map((char) => Number.parseInt(char, 36)).join('');
  return remainder(figures, 97) === 1;
}
