/** Figures that could be the number of a card: in one piece, or in the groups that cards show. */
const SHAPES = [
  /(?<![0-9A-Za-z])[3-6][0-9]{12,18}(?![0-9A-Za-z])/g,
  /(?<![0-9A-Za-z])[3-6][0-9]{3}(?:([ -])[0-9]{4})(?:\1[0-9]{4}){2}(?![0-9A-Za-z])/g,
  /(?<![0-9A-Za-z])3[0-9]{3}([ -])[0-9]{6}\1[0-9]{4,5}(?![0-9A-Za-z])/g,
];
/** A security code beside its name, as JSON, a form or a log line writes it. */
const CODE = /\b(?:cvc|cvv2?|security_?code|card_?code)["']?\s*[:=]\s*["']?[0-9]{3,4}(?![0-9])/gi;

/** Whether the last digit is the check digit of the others (ISO/IEC 7812-1). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - place));
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Every number of a card and every security code in a text. */
export function findCards(text: string): string[] {
  const numbers = SHAPES.flatMap((shape) => [...text.matchAll(shape)])
    .map(([found]) => found)
    .filter((found) => passesLuhn(found.replaceAll(/\D/g, '')));
  return [...numbers, ...[...text.matchAll(CODE)].map(([found]) => found)];
}
