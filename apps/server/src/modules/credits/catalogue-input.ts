import type { OperatorInput } from '@billhook/contract/routes';
import { type Decimal12, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { parseCurrency } from '@billhook/core/money/currency';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import type { FieldFault } from '../../platform/refuse.ts';
import type { allowanceDraft, costDraft, packDraft, typeDraft } from './catalogue-draft.ts';

/** What a catalogue file says of credits. A list that is left out stays as it is. */
export type CreditFile = NonNullable<OperatorInput<'putCatalogue'>['body']['credits']>;
type Input<List extends keyof CreditFile> = NonNullable<CreditFile[List]>[number];

/** One entry of a versioned list: what holds from a time on, or now. */
export type FileVersion<Draft> = { pointer: string; key: string; at: Instant | null; draft: Draft };

/** The file with its defaults filled in, in the form in which what is stored is compared with it. */
export type CreditFileRead = {
  types: readonly { pointer: string; draft: ReturnType<typeof typeDraft> }[];
  costs: readonly FileVersion<ReturnType<typeof costDraft>>[];
  packs: readonly { pointer: string; draft: ReturnType<typeof packDraft> }[];
  allowances: readonly FileVersion<ReturnType<typeof allowanceDraft>>[];
};

/** Reads one field after another and keeps every fault with its place in the file. */
class Reader {
  readonly faults: FieldFault[] = [];
  readonly pointer: string;

  constructor(pointer: string, faults: FieldFault[]) {
    this.pointer = pointer;
    this.faults = faults;
  }

  fault(field: string, detail: string, code = 'credits.invalid'): void {
    this.faults.push({ pointer: `${this.pointer}/${field}`, code, detail });
  }

  /** In the one form that figures are stored in: 0.50 is 0.5. */
  figure(field: string, text: string): string {
    const parsed = parseDecimal12(text);
    if (parsed.ok) return formatDecimal12(parsed.value);
    this.fault(field, parsed.refusal.detail);
    return '0';
  }

  positive(field: string, text: string): string {
    const figure = this.figure(field, text);
    if (figure === '0') this.fault(field, 'An amount of credits is more than zero.');
    return figure;
  }

  currency(text: string): string {
    const parsed = parseCurrency(text);
    if (!parsed.ok) this.fault('currency', parsed.refusal.detail);
    return text;
  }

  time(text: string | undefined): Instant | null {
    if (text === undefined) return null;
    const parsed = parseInstant(text);
    if (parsed.ok) return parsed.value;
    this.fault('effective_at', parsed.refusal.detail);
    return null;
  }
}

/** Every list of the file; faults go into the list that is given. */
export function readCreditFile(file: CreditFile, faults: FieldFault[]): CreditFileRead {
  const each = <T, R>(
    list: string,
    rows: readonly T[] | undefined,
    read: (row: T, reader: Reader) => R,
  ): R[] => (rows ?? []).map((row, index) => read(row, new Reader(`/credits/${list}/${index}`, faults)));
  return {
    types: each('types', file.types, readType),
    costs: each('costs', file.costs, readCost),
    packs: each('packs', file.packs, readPack),
    allowances: each('allowances', file.allowances, readAllowance),
  };
}

function readType(input: Input<'types'>, reader: Reader): CreditFileRead['types'][number] {
  const draft = {
    key: input.key,
    name: input.name,
    unit: input.unit ?? 'credits',
    currency: input.currency == null ? null : reader.currency(input.currency),
    promotions_first: input.promotions_first ?? false,
    return_days: input.return_days ?? null,
    low_at: input.low_at == null ? null : reader.positive('low_at', input.low_at),
  };
  return { pointer: reader.pointer, draft };
}

function readCost(input: Input<'costs'>, reader: Reader): CreditFileRead['costs'][number] {
  const draft = {
    credit_type: input.credit_type,
    per_unit: reader.figure('per_unit', input.per_unit),
    beyond: input.beyond ?? ('block' as const),
    overage_meter: input.overage_meter ?? null,
  };
  return { pointer: reader.pointer, key: input.feature, at: reader.time(input.effective_at), draft };
}

function readPack(input: Input<'packs'>, reader: Reader): CreditFileRead['packs'][number] {
  const draft = {
    key: input.key,
    name: input.name,
    credit_type: input.credit_type,
    amount: reader.positive('amount', input.amount),
    price: input.price,
    currency: reader.currency(input.currency),
    expires_after_days: input.expires_after_days ?? null,
  };
  return { pointer: reader.pointer, draft };
}

function readAllowance(input: Input<'allowances'>, reader: Reader): CreditFileRead['allowances'][number] {
  const draft = {
    amount: reader.figure('amount', input.amount),
    interval: input.interval ?? ('month' as const),
    priority: input.priority ?? 50,
    rollover_max: input.rollover_max == null ? null : reader.positive('rollover_max', input.rollover_max),
    rollover_periods: input.rollover_periods === undefined ? 0 : input.rollover_periods,
  };
  const key = `${input.plan}/${input.credit_type}`;
  return { pointer: reader.pointer, key, at: reader.time(input.effective_at), draft };
}

/** A figure that was read without a fault. */
export function figureOf(text: string): Decimal12 {
  const parsed = parseDecimal12(text);
  if (!parsed.ok) throw new Error('a figure was checked before');
  return parsed.value;
}
