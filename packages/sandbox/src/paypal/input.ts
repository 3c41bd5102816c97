import { invalid } from './error.ts';

/** An object of a request's body, read member by member. What nobody read is refused by name at the end. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #read = new Set<string>();
  readonly #inner: Fields[] = [];

  constructor(value: unknown, path = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid(
        path === '' ? '/' : path,
        'MALFORMED_REQUEST_JSON',
        'The request JSON is not well formed.',
      );
    }
    this.#values = value as Record<string, unknown>;
    this.#path = path;
  }

  /** The pointer of a member. */
  at(name: string): string {
    return `${this.#path}/${name}`;
  }

  raw(name: string): unknown {
    this.#read.add(name);
    return this.#values[name];
  }

  text(name: string, maxLength: number, pattern?: RegExp): string | null {
    const value = this.raw(name);
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string' || value === '' || value.length > maxLength) {
      throw invalid(
        this.at(name),
        'INVALID_STRING_LENGTH',
        'The value of a field is either too short or too long.',
      );
    }
    if (pattern !== undefined && !pattern.test(value)) {
      throw invalid(
        this.at(name),
        'INVALID_PARAMETER_SYNTAX',
        'The value of a field does not conform to the expected format.',
      );
    }
    return value;
  }

  need(name: string, maxLength: number, pattern?: RegExp): string {
    return this.text(name, maxLength, pattern) ?? missing(this.at(name));
  }

  url(name: string): string | null {
    const value = this.text(name, 4000);
    if (value !== null && (!URL.canParse(value) || !/^https?:/.test(value))) {
      throw invalid(this.at(name), 'INVALID_PARAMETER_SYNTAX', 'The value of a field is no address.');
    }
    return value;
  }

  inner(name: string): Fields | null {
    const value = this.raw(name);
    if (value === undefined || value === null) return null;
    const fields = new Fields(value, this.at(name));
    this.#inner.push(fields);
    return fields;
  }

  needInner(name: string): Fields {
    return this.inner(name) ?? missing(this.at(name));
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  list(name: string): Fields[] {
    const value = this.raw(name);
    if (!Array.isArray(value) || value.length === 0) return missing(this.at(name));
    const items = value.map((item, index) => new Fields(item, `${this.at(name)}/${index}`));
    this.#inner.push(...items);
    return items;
  }

  /** Members that are known and have no effect here. */
  pass(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** Refuses what was not read, also inside. */
  finish(): void {
    const unknown = Object.keys(this.#values).find((name) => !this.#read.has(name));
    if (unknown !== undefined) {
      throw invalid(this.at(unknown.slice(0, 80)), 'NOT_SUPPORTED', 'The sandbox does not know this field.');
    }
    for (const inner of this.#inner) inner.finish();
  }
}

function missing(field: string): never {
  throw invalid(field, 'MISSING_REQUIRED_PARAMETER', 'A required field is missing.');
}
