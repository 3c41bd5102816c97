import { UNIT_ROUNDINGS } from '../catalog/price.ts';
import { PRICE_MODEL_KINDS } from '../catalog/price-model.ts';
import { DECIMAL12_SCALE, DECIMAL12_ZERO, type Decimal12, parseDecimal12 } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { type CurrencyCode, isCurrencyCode } from '../money/currency.ts';
import { parseRational, RATIONAL_ZERO, type Rational } from '../money/rational.ts';
import { ROUNDING_MODES } from '../money/round.ts';
import type { AmountStep, QuantityStep, RatingTrace, TierSlice } from './trace.ts';

/**
 * Reads a trace that `traceJson` wrote, from a document that anyone may have edited. Refusal: `trace.malformed`, with
 * the pointer of the first member that cannot be read.
 */
export function parseTrace(document: unknown): Result<RatingTrace> {
  const faults: string[] = [];
  const at = new Member(document, '', faults);
  const currency = at.get('currency').text();
  if (!isCurrencyCode(currency)) faults.push('/currency');
  const trace: RatingTrace = {
    model: at.get('model').oneOf(PRICE_MODEL_KINDS),
    currency: currency as CurrencyCode,
    quantity: at.get('quantity').decimal(),
    quantitySteps: at.get('quantity_steps').list(quantityStep),
    slices: at.get('slices').list(slice),
    amountSteps: at.get('amount_steps').list(amountStep),
    exactMinor: at.get('exact_minor').fraction(),
    rounding: at.get('rounding').oneOf(ROUNDING_MODES),
    amountMinor: at.get('amount_minor').whole(),
  };
  const [pointer] = faults;
  return pointer === undefined
    ? ok(trace)
    : refuse('trace.malformed', `The explanation cannot be read at ${pointer}.`, { pointer });
}

const SLICE_UNITS = ['units', 'packages', 'blocks', 'events', 'money'] as const;

function slice(at: Member): TierSlice {
  const per = at.get('per').whole();
  if (per < 1n) at.get('per').fail();
  return {
    label: at.get('label').orNull((label) => label.text()),
    unit: at.get('unit').oneOf(SLICE_UNITS),
    from: at.get('from').decimal(),
    upTo: at.get('up_to').orNull((upTo) => upTo.decimal()),
    quantity: at.get('quantity').units(),
    unitPrice: at.get('unit_price').decimal(),
    per,
    flatMinor: at.get('flat_minor').whole(),
    capMinor: at.get('cap_minor').orNull((cap) => cap.fraction()),
    exactMinor: at.get('exact_minor').fraction(),
  };
}

const QUANTITY_STEPS = [
  'conversion',
  'included_units',
  'packages',
  'earlier_units',
  'billed_before',
] as const;

function quantityStep(at: Member): QuantityStep {
  const step = at.get('step').oneOf(QUANTITY_STEPS);
  const ends = { from: at.get('from').units(), to: at.get('to').units() };
  if (step === 'packages') return { step, size: at.get('size').positive(), ...ends };
  if (step !== 'conversion') return { step, units: at.get('units').units(), ...ends };
  const from = at.get('conversion');
  const places = from.get('places').number();
  if (!Number.isInteger(places) || places < 0 || places > 12) from.get('places').fail();
  const conversion = {
    operation: from.get('operation').oneOf(['multiply', 'divide'] as const),
    factor: from.get('factor').positive(),
    rounding: from.get('rounding').oneOf(UNIT_ROUNDINGS),
    places: Number.isInteger(places) && places >= 0 && places <= 12 ? places : 0,
  };
  return { step, conversion, ...ends };
}

const AMOUNT_STEPS = ['flat_fee', 'not_yet_due', 'discount', 'maximum', 'minimum'] as const;

function amountStep(at: Member): AmountStep {
  const step = at.get('step').oneOf(AMOUNT_STEPS);
  const ends = { from: at.get('from').fraction(), to: at.get('to').fraction() };
  switch (step) {
    case 'flat_fee':
      return { step, amountMinor: at.get('amount_minor').whole(), ...ends };
    case 'not_yet_due':
      return { step, ...ends };
    case 'discount':
      return { step, percent: at.get('percent').decimal(), ...ends };
    default: {
      const boundMinor = at.get('bound_minor').whole();
      return { step, boundMinor, billedBeforeMinor: at.get('billed_before_minor').whole(), ...ends };
    }
  }
}

/** One member of a document of unknown shape. What cannot be read notes its pointer and counts as zero. */
class Member {
  private readonly value: unknown;
  private readonly pointer: string;
  private readonly faults: string[];

  constructor(value: unknown, pointer: string, faults: string[]) {
    this.value = value;
    this.pointer = pointer;
    this.faults = faults;
  }

  fail(): void {
    this.faults.push(this.pointer);
  }

  get(name: string): Member {
    const { value } = this;
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    const below = isObject ? (value as Record<string, unknown>)[name] : undefined;
    return new Member(below, `${this.pointer}/${name}`, this.faults);
  }

  list<T>(read: (entry: Member) => T): readonly T[] {
    if (!Array.isArray(this.value)) {
      this.fail();
      return [];
    }
    return this.value.map((entry, index) => read(new Member(entry, `${this.pointer}/${index}`, this.faults)));
  }

  orNull<T>(read: (member: Member) => T): T | null {
    return this.value === null ? null : read(this);
  }

  text(): string {
    if (typeof this.value === 'string' && this.value.length <= 1000) return this.value;
    this.fail();
    return '';
  }

  number(): number {
    if (typeof this.value === 'number') return this.value;
    this.fail();
    return 0;
  }

  oneOf<T extends string>(known: readonly T[]): T {
    const found = known.find((candidate) => candidate === this.value);
    if (found !== undefined) return found;
    this.fail();
    return known[0] as T;
  }

  whole(): bigint {
    const text = this.text();
    if (/^-?(?:0|[1-9][0-9]{0,99})$/.test(text)) return BigInt(text);
    this.fail();
    return 0n;
  }

  decimal(): Decimal12 {
    const value = parseDecimal12(this.text());
    if (value.ok) return value.value;
    this.fail();
    return DECIMAL12_ZERO;
  }

  positive(): Decimal12 {
    const value = this.decimal();
    if (value <= 0n) this.fail();
    return value > 0n ? value : (1n as Decimal12);
  }

  fraction(): Rational {
    const value = parseRational(this.text());
    if (value.ok) return value.value;
    this.fail();
    return RATIONAL_ZERO;
  }

  /** A number of units: a decimal or a fraction. */
  units(): Rational {
    const text = this.text();
    const decimal = parseDecimal12(text);
    if (decimal.ok) return { numerator: decimal.value, denominator: DECIMAL12_SCALE };
    return this.fraction();
  }
}
