import { type Static, type TProperties, type TSchema, Type } from 'typebox';

/**
 * Building blocks of all schemas. Amounts are integer strings in minor units (cents), unit prices are decimal strings
 * in whole currency units with up to 12 places, times are RFC 3339 in UTC. U+0000 is refused here by pattern; lone
 * surrogates are refused for the whole request before validation.
 */
const SUFFIX = '[0-7][0-9a-hjkmnp-tv-z]{25}';

/** A closed object: a member that is not named is a fault. */
export function obj<P extends TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

/** An id on the wire such as `cus_01h2xcejqtf2nbrexx3vqjhp41`. */
export function id(prefix: string, description?: string) {
  return Type.String({
    pattern: `^${prefix}_${SUFFIX}$`,
    ...(description === undefined ? {} : { description }),
    examples: [`${prefix}_01h2xcejqtf2nbrexx3vqjhp41`],
  });
}

/** One line of text without control characters. */
export function line(maxLength: number, minLength = 1) {
  return Type.String({ minLength, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
}

/** Text of several lines. */
export function text(maxLength: number, minLength = 0) {
  return Type.String({ minLength, maxLength, pattern: '^[^\\u0000]*$' });
}

export const key = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$',
  description: 'Chosen by the seller, unique among its kind, never changes.',
});
export const amount = Type.String({
  pattern: '^-?(?:0|[1-9][0-9]{0,14})$',
  description: 'Minor units (cents) as an integer string.',
  examples: ['2900'],
});
export const notNegativeAmount = Type.String({
  pattern: '^(?:0|[1-9][0-9]{0,14})$',
  description: 'Minor units (cents) as an integer string, not negative.',
  examples: ['2900'],
});
export const positiveAmount = Type.String({
  pattern: '^[1-9][0-9]{0,14}$',
  description: 'Minor units (cents) as an integer string, more than zero.',
  examples: ['2900'],
});
export const unitAmount = Type.String({
  pattern: '^(?:0|[1-9][0-9]{0,25})(?:\\.[0-9]{1,12})?$',
  description: 'Price in whole currency units as a decimal string with up to 12 places.',
  examples: ['0.005'],
});
export const decimal = Type.String({
  pattern: '^-?(?:0|[1-9][0-9]{0,24})(?:\\.[0-9]{1,12})?$',
  description: 'Decimal string with up to 12 places.',
  examples: ['12.5'],
});
export const notNegativeDecimal = Type.String({
  pattern: '^(?:0|[1-9][0-9]{0,24})(?:\\.[0-9]{1,12})?$',
  description: 'Decimal string with up to 12 places, not negative.',
  examples: ['1000'],
});
export const rationalText = Type.String({
  pattern: '^-?[0-9]{1,80}(?:/[0-9]{1,80})?$',
  description: 'Exact figure: a whole number, or numerator/denominator.',
  examples: ['58065/100'],
});
export const unitsText = Type.String({
  pattern: '^-?(?:(?:0|[1-9][0-9]{0,25})(?:\\.[0-9]{1,12})?|[0-9]{1,80}/[0-9]{1,80})$',
  description:
    'Exact quantity: a decimal string, or numerator/denominator where twelve places do not hold it.',
  examples: ['12.5', '1/3'],
});
export const percentText = Type.String({
  pattern: '^(?:0|[1-9][0-9]{0,2})(?:\\.[0-9]{1,12})?$',
  description: 'Percentage as a decimal string: 2.9 is 2.9 %.',
  examples: ['2.9'],
});
export const wholeText = Type.String({
  pattern: '^(?:0|[1-9][0-9]{0,24})$',
  description: 'Whole number as text.',
});
export const taxRateText = Type.String({
  pattern: '^(?:0|1|0\\.[0-9]{1,6})$',
  description: 'Rate as a decimal fraction: 0.19 is 19 %.',
  examples: ['0.19'],
});
export const currency = Type.String({
  pattern: '^[A-Z]{3}$',
  description: 'ISO 4217 code.',
  examples: ['EUR'],
});
export const country = Type.String({
  pattern: '^[A-Z]{2}$',
  description: 'ISO 3166-1 alpha-2 code.',
  examples: ['DE'],
});
export const timeZone = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}$',
  maxLength: 64,
  description: 'IANA time zone.',
  examples: ['Europe/Berlin'],
});
export const locale = Type.String({
  pattern: '^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$',
  maxLength: 35,
  examples: ['de'],
});
export const timestamp = Type.String({
  // Days that exist, in the years 1970 to 2100; the pattern alone would take 31 February.
  format: 'date-time',
  pattern:
    '^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$',
  description: 'RFC 3339; answers are always in UTC.',
  examples: ['2026-11-01T00:00:00.000Z'],
});
export const month = Type.String({ pattern: '^[0-9]{4}-(?:0[1-9]|1[0-2])$', examples: ['2026-11'] });
export const email = Type.String({
  pattern: '^[^\\s@\\u0000-\\u001f\\u007f]{1,64}@[^\\s@\\u0000-\\u001f\\u007f]{1,255}$',
  maxLength: 320,
  examples: ['ada@example.com'],
});
export const webAddress = Type.String({
  pattern: '^https?://[^\\s\\u0000-\\u001f]{1,2000}$',
  maxLength: 2048,
});
export const slug = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$',
  examples: ['concierge'],
});
export const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const seats = Type.Integer({
  minimum: 1,
  maximum: 1_000_000,
  description: 'Units of a price by seats.',
});
export const period = obj({ start: timestamp, end: timestamp });

export const metadata = Type.Record(Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,40}$' }), text(500), {
  maxProperties: 50,
  additionalProperties: false,
  description: 'Up to 50 texts of your own.',
});
/** JSON of any shape, bounded where it is read. */
export const jsonObject = Type.Record(Type.String(), Type.Unknown());

export const customerRef = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  description: 'The id of a customer, or your own external id.',
  examples: ['acme'],
});
export const planRef = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[a-z0-9_-]+$',
  description: 'The key of a plan, or its id.',
  examples: ['professional-monthly'],
});

export const nothing = obj({});
export const cursor = Type.String({ minLength: 1, maxLength: 400, pattern: '^[A-Za-z0-9_.:~-]+$' });
export const paging = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, description: 'Rows of a page, 20 if left out.' }),
  ),
  starting_after: Type.Optional(cursor),
};

/** One page. `next_cursor` goes into `starting_after` of the next request; it is null on the last page. */
export function listOf<S extends TSchema>(item: S) {
  return obj({
    object: Type.Literal('list'),
    data: Type.Array(item),
    has_more: Type.Boolean(),
    next_cursor: nullable(cursor),
  });
}

export type Page<T> = { object: 'list'; data: T[]; has_more: boolean; next_cursor: string | null };
export type Timestamp = Static<typeof timestamp>;
