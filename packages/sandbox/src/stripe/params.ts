import type { Address, Metadata } from '../state/records.ts';
import { invalid } from './error.ts';
import type { FormLevel, FormValue } from './form.ts';

const MAX_METADATA_KEYS = 50;
const MAX_METADATA_KEY_LENGTH = 40;
const MAX_METADATA_VALUE_LENGTH = 500;
const MAX_TEXT_LENGTH = 5_000;

/**
 * Reads the parameters of a request and remembers which were read, so that `finish` can refuse unknown ones as
 * Stripe does. `undefined` means not sent; `null` means sent empty, which unsets a value.
 */
export class Params {
  readonly #values: FormLevel;
  readonly #prefix: string;
  readonly #read = new Set<string>();
  readonly #children = new Map<string, Params>();

  constructor(values: FormLevel, prefix = '') {
    this.#values = values;
    this.#prefix = prefix;
  }

  /** Name of a parameter as the caller wrote it, for messages. */
  name(key: string): string {
    return this.#prefix === '' ? key : `${this.#prefix}[${key}]`;
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined;
  }

  text(key: string): string | null | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string')
      throw invalid(`Invalid string: ${this.name(key)}`, { param: this.name(key) });
    if (value.length > MAX_TEXT_LENGTH) {
      throw invalid(`Invalid string; must be at most ${MAX_TEXT_LENGTH} characters`, {
        param: this.name(key),
      });
    }
    return value === '' ? null : value;
  }

  required(key: string): string {
    const value = this.text(key);
    if (typeof value === 'string') return value;
    const param = this.name(key);
    throw invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }

  choice<T extends string>(key: string, choices: readonly T[]): T | null | undefined {
    const value = this.text(key);
    if (value === undefined || value === null) return value;
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw invalid(`Invalid ${this.name(key)}: must be one of ${choices.join(', ')}`, {
      param: this.name(key),
    });
  }

  integer(key: string): number | undefined {
    const value = this.text(key);
    if (value === undefined || value === null) return undefined;
    const number = Number(value);
    if (/^-?\d{1,15}$/.test(value) && Number.isSafeInteger(number)) return number;
    const param = this.name(key);
    throw invalid(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param });
  }

  flag(key: string): boolean | undefined {
    const value = this.text(key);
    if (value === undefined || value === null) return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalid(`Invalid boolean: ${value}`, { param: this.name(key) });
  }

  /** A further level, empty when it was not sent. */
  level(key: string): Params {
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const value = this.#take(key);
    if (typeof value === 'string' && value !== '') {
      throw invalid('Invalid object', { param: this.name(key) });
    }
    const child = new Params(typeof value === 'object' ? value : {}, this.name(key));
    this.#children.set(key, child);
    return child;
  }

  /** A list of levels. */
  levels(key: string): Params[] {
    const list = this.level(key);
    return Object.keys(list.#values).map((index) => list.level(index));
  }

  /** True when a parameter was sent as a plain text, not as a level. */
  isText(key: string): boolean {
    return typeof this.#values[key] === 'string';
  }

  /** The names that were sent on this level. */
  names(): string[] {
    return Object.keys(this.#values);
  }

  /** A list of texts, `undefined` when it was not sent. */
  texts(key: string): string[] | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (typeof value === 'string') {
      if (value === '') return [];
      throw invalid('Invalid array', { param: this.name(key) });
    }
    return Object.values(value).map((text) => {
      if (typeof text === 'string') return text;
      throw invalid('Invalid array', { param: this.name(key) });
    });
  }

  /** Metadata merged over what was there: an empty text removes a key, an empty whole removes all. */
  metadata(before: Metadata = {}, key = 'metadata'): Metadata {
    const value = this.#take(key);
    if (value === undefined) return before;
    if (value === '') return {};
    const merged: Record<string, string> = { ...before };
    for (const [name, text] of Object.entries(value)) {
      if (typeof text !== 'string' || name.length > MAX_METADATA_KEY_LENGTH) {
        throw invalid('Invalid metadata: keys have 40 characters at most, values are texts', {
          param: this.name(key),
        });
      }
      if (text.length > MAX_METADATA_VALUE_LENGTH) {
        throw invalid('Metadata values can have up to 500 characters', {
          param: `${this.name(key)}[${name}]`,
        });
      }
      if (text === '') delete merged[name];
      else merged[name] = text;
    }
    if (Object.keys(merged).length > MAX_METADATA_KEYS) {
      throw invalid('Metadata can have up to 50 keys', { param: this.name(key) });
    }
    return merged;
  }

  /** A postal address, `undefined` when it was not sent. */
  address(key = 'address'): Address | null | undefined {
    const sent = this.has(key);
    const level = this.level(key);
    if (!sent) return undefined;
    if (Object.keys(level.#values).length === 0) return null;
    const part = (name: string) => level.text(name) ?? null;
    return {
      city: part('city'),
      country: part('country'),
      line1: part('line1'),
      line2: part('line2'),
      postal_code: part('postal_code'),
      state: part('state'),
    };
  }

  /** Refuses the first parameter that nobody read. */
  finish(): void {
    for (const key of Object.keys(this.#values)) {
      if (this.#read.has(key)) continue;
      const param = this.name(key);
      throw invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
    }
    for (const child of this.#children.values()) child.finish();
  }

  #take(key: string): FormValue | undefined {
    this.#read.add(key);
    return this.#values[key];
  }
}
