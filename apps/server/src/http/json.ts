/** What is wrong with a text that should be JSON, and where. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  /** Character at which reading stopped, counted from 0. */
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

const MAX_DEPTH = 64;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// Up to a quote, a backslash or a control character; a pattern literal may not hold control characters.
const PLAIN_STRING = new RegExp(`[^"\\\\${String.fromCharCode(0)}-${String.fromCharCode(0x1f)}]*`, 'y');
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads JSON (RFC 8259) as strictly as money needs: a key given twice, a key that could reach a prototype,
 * nesting deeper than 64, an integer beyond 2^53, a number that overflows and minus zero are refused, because
 * each of them means different things to different readers.
 *
 * @throws JsonFault
 */
export function parseStrictJson(text: string): unknown {
  return parsePlain(text) ?? readStrictly(text);
}

/** A word that is no name of a member sends its text the slow way too, which does no harm. */
const FORBIDDEN_WORDS = [...FORBIDDEN_KEYS];

/**
 * What programs send is mostly what the platform's own writer would have written. Then its own reader has understood it
 * as strictly as ours, at a fifth of the price: a name given twice would have been written once, another form of a number
 * or of an escape otherwise. What is left to see to is how deep it goes, and how far its numbers.
 *
 * @returns undefined for whatever is not just so, right or wrong
 */
function parsePlain(text: string): object | undefined {
  // A single value is not worth a second way, and half of anything else does not end like this.
  const last = text.charCodeAt(text.length - 1);
  if (last !== 0x7d && last !== 0x5d) return undefined;
  if (FORBIDDEN_WORDS.some((word) => text.includes(word))) return undefined;
  let value: object;
  try {
    value = JSON.parse(text) as object;
  } catch {
    return undefined;
  }
  return isWithinBounds(value, MAX_DEPTH) && JSON.stringify(value) === text ? value : undefined;
}

function isWithinBounds(value: unknown, depthLeft: number): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null) return true;
  if (depthLeft === 0) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isWithinBounds(item, depthLeft - 1)) return false;
    return true;
  }
  const members = value as Record<string, unknown>;
  for (const name in members) if (!isWithinBounds(members[name], depthLeft - 1)) return false;
  return true;
}

function readStrictly(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private readonly text: string;
  private position = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): unknown {
    this.skipSpace();
    switch (this.text[this.position]) {
      case '{':
        return this.object(depth + 1);
      case '[':
        return this.list(depth + 1);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  end(): void {
    this.skipSpace();
    if (this.position < this.text.length) this.fail('there is something after the end of the value');
  }

  private object(depth: number): Record<string, unknown> {
    this.checkDepth(depth);
    const members: Record<string, unknown> = {};
    this.position += 1;
    this.skipSpace();
    if (this.take('}')) return members;
    for (;;) {
      this.skipSpace();
      const start = this.position;
      if (this.text[start] !== '"') this.fail('the name of a member is expected');
      const key = this.string();
      if (FORBIDDEN_KEYS.has(key)) this.fail(`the name ${key} is not allowed`, start);
      if (Object.hasOwn(members, key)) this.fail('a name is given twice in one object', start);
      this.skipSpace();
      if (!this.take(':')) this.fail('a colon is expected');
      members[key] = this.value(depth);
      this.skipSpace();
      if (this.take('}')) return members;
      if (!this.take(',')) this.fail('a comma or the end of the object is expected');
    }
  }

  private list(depth: number): unknown[] {
    this.checkDepth(depth);
    const items: unknown[] = [];
    this.position += 1;
    this.skipSpace();
    if (this.take(']')) return items;
    for (;;) {
      items.push(this.value(depth));
      this.skipSpace();
      if (this.take(']')) return items;
      if (!this.take(',')) this.fail('a comma or the end of the list is expected');
    }
  }

  private string(): string {
    const start = this.position;
    PLAIN_STRING.lastIndex = start + 1;
    PLAIN_STRING.exec(this.text);
    let end = PLAIN_STRING.lastIndex;
    if (this.text[end] === '"') {
      this.position = end + 1;
      return this.text.slice(start + 1, end);
    }
    // A pattern that is asked beyond the end begins anew at the start.
    while (this.text[end] === '\\' && end + 2 <= this.text.length) {
      PLAIN_STRING.lastIndex = end + 2;
      PLAIN_STRING.exec(this.text);
      end = PLAIN_STRING.lastIndex;
    }
    if (this.text[end] !== '"') this.fail('a string is not closed or holds a control character', start);
    this.position = end + 1;
    try {
      return JSON.parse(this.text.slice(start, end + 1)) as string;
    } catch {
      return this.fail('a string holds an escape that does not exist', start);
    }
  }

  private number(): number {
    const start = this.position;
    NUMBER.lastIndex = start;
    const match = NUMBER.exec(this.text);
    if (match === null)
      this.fail(start < this.text.length ? 'a value is expected' : 'the text ends too early');
    const value = Number(match[0]);
    if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      this.fail('a number is beyond 2^53; write it as a string', start);
    }
    if (Object.is(value, -0)) this.fail('minus zero is not allowed', start);
    this.position = NUMBER.lastIndex;
    return value;
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.position)) this.fail('a value is expected');
    this.position += word.length;
    return value;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.position += 1;
    }
  }

  private take(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position += 1;
    return true;
  }

  private checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) this.fail(`the value is nested deeper than ${MAX_DEPTH}`);
  }

  private fail(message: string, position = this.position): never {
    throw new JsonFault(message, position);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Text of a body. @throws JsonFault if the bytes are not UTF-8 (overlong forms and surrogates included) */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new JsonFault('the body is not valid UTF-8', 0);
  }
}
