import { parseInstant } from '../../time/instant.ts';
import type { Pair } from './pair.ts';

/** Where an exported invoice differs from what its explanation gives. `at` is a JSON pointer. */
export interface Difference {
  readonly at: string;
  readonly stated: string;
  readonly found: string;
}

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,12}))?$/;
const FRACTION = /^(-?\d{1,200})(?:\/([1-9]\d{0,199}))?$/;

/**
 * One member of a document that anyone may have edited. What cannot be read is noted as a difference and counts as
 * nothing, so that one fault does not hide the others.
 */
export class Reader {
  readonly value: unknown;
  readonly pointer: string;
  readonly differences: Difference[];

  constructor(value: unknown, pointer: string, differences: Difference[]) {
    this.value = value;
    this.pointer = pointer;
    this.differences = differences;
  }

  get(name: string): Reader {
    const { value } = this;
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    const below = isObject ? (value as Record<string, unknown>)[name] : undefined;
    return new Reader(below, `${this.pointer}/${name}`, this.differences);
  }

  list(): readonly Reader[] {
    if (!Array.isArray(this.value)) {
      this.unreadable('a list');
      return [];
    }
    return this.value.map((entry, at) => new Reader(entry, `${this.pointer}/${at}`, this.differences));
  }

  text(): string {
    if (typeof this.value === 'string' && this.value.length <= 1000) return this.value;
    this.unreadable('a text');
    return '';
  }

  /** One of a few words; the first of them where it is none. */
  word<T extends string>(known: readonly [T, ...T[]]): T {
    const found = known.find((candidate) => candidate === this.value);
    if (found === undefined) this.unreadable(`one of ${known.join(', ')}`);
    return found ?? known[0];
  }

  isNull(): boolean {
    return this.value === null;
  }

  minor(): bigint {
    if (typeof this.value === 'string' && /^-?\d{1,30}$/.test(this.value)) return BigInt(this.value);
    this.unreadable('whole minor units');
    return 0n;
  }

  number(): number {
    if (typeof this.value === 'number' && Number.isSafeInteger(this.value)) return this.value;
    this.unreadable('a whole number');
    return 0;
  }

  /** Milliseconds since 1970. */
  instant(): number {
    const moment = parseInstant(this.text());
    if (moment.ok) return moment.value;
    this.unreadable('a moment');
    return 0;
  }

  decimal(): Pair {
    const match = typeof this.value === 'string' ? DECIMAL.exec(this.value) : null;
    if (match === null) {
      this.unreadable('a decimal');
      return [0n, 1n];
    }
    const places = match[3] ?? '';
    const magnitude = BigInt(`${match[2]}${places}`);
    return [match[1] === '-' ? -magnitude : magnitude, 10n ** BigInt(places.length)];
  }

  fraction(): Pair {
    const match = typeof this.value === 'string' ? FRACTION.exec(this.value) : null;
    if (match === null) {
      this.unreadable('a fraction');
      return [0n, 1n];
    }
    return [BigInt(match[1] as string), BigInt(match[2] ?? '1')];
  }

  /** Notes a difference if the member is not what was found. */
  expectMinor(found: bigint): void {
    const stated = this.minor();
    if (stated !== found) this.differs(`${stated}`, `${found}`);
  }

  differs(stated: string, found: string): void {
    this.differences.push({ at: this.pointer, stated, found });
  }

  private unreadable(wanted: string): void {
    this.differs(JSON.stringify(this.value) ?? 'nothing', wanted);
  }
}
