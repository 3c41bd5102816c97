import type { AddFault } from './check-figures.ts';

const KEY = /^[a-z][a-z0-9_-]{0,62}$/;

/** A key is what programs call a thing by. */
export function checkKey(key: string, pointer: string, add: AddFault): void {
  if (!KEY.test(key))
    add(pointer, 'key.malformed', 'A key is made of a-z, 0-9, - and _ and begins with a letter.');
}

/** What is named in a list exists, and is named once. */
export function checkReferences(
  names: readonly string[],
  known: readonly string[],
  at: (index: number) => string,
  add: AddFault,
): void {
  for (const [index, name] of names.entries()) {
    if (!known.includes(name)) add(at(index), 'reference.unknown', `There is no ${name}.`);
    if (names.indexOf(name) !== index) add(at(index), 'reference.duplicate', `${name} is named twice.`);
  }
}
