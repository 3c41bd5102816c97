import { type Faults, NO_FAULTS } from '../state/faults.ts';
import { CommandError } from './reach.ts';

/** Reads `timeouts-after=3 duplicate-webhooks` into faults; names are those of the control API, with hyphens. */
export function parseFaults(words: readonly string[]): Partial<Faults> {
  const faults: Record<string, string | number | boolean> = {};
  for (const word of words) {
    const split = word.indexOf('=');
    const given = split === -1 ? word : word.slice(0, split);
    const text = split === -1 ? undefined : word.slice(split + 1);
    const name = given.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (!isFault(name))
      throw new CommandError(
        `There is no fault ${given}. There are: ${Object.keys(NO_FAULTS).map(typed).join(', ')}.`,
      );
    faults[name] = readValue(given, NO_FAULTS[name], text);
  }
  return faults;
}

/** A fault's name as it is typed. */
export function typed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isFault(name: string): name is keyof Faults {
  return Object.hasOwn(NO_FAULTS, name);
}

function readValue(name: string, like: string | number | boolean, text: string | undefined) {
  if (typeof like === 'boolean') {
    if (text === undefined || text === 'on' || text === 'true') return true;
    if (text === 'off' || text === 'false') return false;
    throw new CommandError(`${name} is on or off.`);
  }
  if (text === undefined) throw new CommandError(`${name} needs a value: ${name}=3`);
  if (typeof like === 'string') return text;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new CommandError(`${name} needs a whole number.`);
}
