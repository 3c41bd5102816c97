import type { GeneratorValue } from 'fast-check';
import fc from 'fast-check';

type Schema = {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  examples?: unknown[];
};

const ID = /^[a-z]+_[0-9a-hjkmnp-tv-z]{26}$/;
const EDGES: readonly [test: RegExp, texts: readonly string[]][] = [
  [
    /date-time|T\(\?:/,
    ['1970-01-01T00:00:00Z', '2024-02-29T23:59:59.999Z', '2026-06-30T12:00:00+14:00', '9998-12-31T23:59:59Z'],
  ],
  [/\{0,14\}/, ['1', '999999999999999', '100', '12345']],
  [/\{0,2[45]\}/, ['1', '0.000000000001', '9999999999999999999999999', '12.5', '3']],
  [/^\^\[A-Z\]\{3\}\$$/, ['EUR', 'USD', 'JPY', 'KWD', 'XTS']],
  [/^\^\[A-Z\]\{2\}\$$/, ['DE', 'FR', 'US', 'AQ', 'GB', 'CH']],
];
/** Members that name something by its key. */
const NAMED_BY_KEY = new Set([
  'plan',
  'meter',
  'feature',
  'coupon',
  'pack',
  'credit_type',
  'add_on',
  'price',
  'customer',
]);

/** Values of any kind that a schema takes, drawn so that they often name what there is, and often lie at an edge. */
export class AnyBody {
  readonly #ids = new Map<string, string[]>();
  readonly #keys: string[] = [];

  /** Learns what there is from an answer. */
  learn(value: unknown, name = ''): void {
    if (typeof value === 'string') {
      if (ID.test(value)) remember(this.#ids, value.slice(0, value.lastIndexOf('_')), value);
      else if (name === 'key' || name === 'external_id') {
        if (!this.#keys.includes(value) && this.#keys.length < 200) this.#keys.push(value);
      }
    } else if (Array.isArray(value)) {
      for (const one of value) this.learn(one, name);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, one] of Object.entries(value)) this.learn(one, key);
    }
  }

  draw(g: GeneratorValue, schema: Schema, name = '', depth = 0): unknown {
    const all = schema.anyOf ?? schema.oneOf;
    if (all !== undefined) return this.draw(g, one(g, all), name, depth);
    if ('const' in schema) return schema.const;
    if (schema.enum !== undefined) return one(g, schema.enum);
    switch (schema.type) {
      case 'object':
        return this.#object(g, schema, depth);
      case 'array': {
        const most = Math.min(schema.maxItems ?? 3, 3);
        const length = Math.max(schema.minItems ?? 0, g(fc.nat, { max: most }));
        return Array.from({ length }, () => this.draw(g, schema.items ?? {}, name, depth + 1));
      }
      case 'boolean':
        return g(fc.boolean);
      case 'null':
        return null;
      case 'integer':
      case 'number': {
        const { minimum = 0, maximum = 1_000_000 } = schema;
        return one(g, [
          minimum,
          maximum,
          Math.min(maximum, minimum + 1),
          Math.min(maximum, minimum + g(fc.nat, { max: 40 })),
        ]);
      }
      case 'string':
        return this.text(g, schema, name);
      default:
        return one<unknown>(g, [{}, 'anything', 1, null, ['a']]);
    }
  }

  #object(g: GeneratorValue, schema: Schema, depth: number): Record<string, unknown> {
    const drawn: Record<string, unknown> = {};
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const isLeftOut = !(schema.required ?? []).includes(key) && g(fc.nat, { max: 3 + depth }) > 1;
      if (!isLeftOut) drawn[key] = this.draw(g, property, key, depth + 1);
    }
    for (const [pattern, property] of Object.entries(schema.patternProperties ?? {})) {
      if (g(fc.boolean)) drawn[this.text(g, { pattern }, '')] = this.draw(g, property, '', depth + 1);
    }
    return drawn;
  }

  text(
    g: GeneratorValue,
    { pattern, minLength = 0, maxLength = 60, examples = [] }: Schema,
    name: string,
  ): string {
    const prefix = /^\^([a-z]+)_/.exec(pattern ?? '')?.[1];
    if (prefix !== undefined) {
      const known = this.#ids.get(prefix) ?? [];
      if (known.length > 0 && g(fc.nat, { max: 9 }) > 0) return one(g, known);
      return `${prefix}_01h2xcejqtf2nbrexx3vqjhp41`;
    }
    const knownIds = this.#ids.get(name === 'customer' ? 'cus' : name) ?? [];
    const known = NAMED_BY_KEY.has(name) ? [...this.#keys, ...knownIds] : [];
    if (known.length > 0 && g(fc.nat, { max: 9 }) > 1) return one(g, known);
    if (examples.length > 0 && g(fc.boolean)) return String(one(g, examples));
    const edges = EDGES.find(([test]) => test.test(pattern ?? ''))?.[1];
    if (edges !== undefined) return one(g, edges);
    if (pattern === undefined || /^\^\[\^/.test(pattern)) {
      const words = [
        'x',
        "O'Hara; drop table x --",
        '雪 ﷺ 🦊',
        '%s{{name}}<b>',
        'a'.repeat(Math.min(maxLength, 5000)),
      ];
      return one(g, words).padEnd(minLength, 'y').slice(0, maxLength);
    }
    return g(() => fc.stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, 40) }));
  }
}

const one = <T>(g: GeneratorValue, all: readonly T[]): T => g(() => fc.constantFrom(...all));

function remember(all: Map<string, string[]>, prefix: string, value: string): void {
  const known = all.get(prefix) ?? [];
  if (!known.includes(value)) known.push(value);
  if (known.length > 40) known.shift();
  all.set(prefix, known);
}
