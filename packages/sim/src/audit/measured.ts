import type { SentEvent } from '../sent-events.ts';

/** What the receipts say was used in a stretch of time, in every form that a price asks for; twelve places. */
export interface Measured {
  readonly quantity: bigint;
  readonly count: bigint;
  readonly amounts: readonly bigint[];
  readonly sums: ReadonlyMap<string, bigint>;
  readonly peaks: ReadonlyMap<string, bigint>;
  readonly moves: readonly { readonly full: bigint; readonly prorated: bigint }[];
}

/** The events that one customer got a receipt for, by meter, in order of time. */
export type Receipts = Map<string, SentEvent[]>;

const METER_OF_TYPE: Readonly<Record<string, string>> = {
  call: 'meter_calls',
  transfer: 'meter_bytes',
  sale: 'meter_sales',
  request: 'meter_requests',
  level: 'meter_levels',
  member: 'meter_members',
};

/** The meter that counts it, if any does. */
export function keepReceipt(receipts: Receipts, event: SentEvent): string | undefined {
  const meterId = METER_OF_TYPE[event.type];
  if (meterId === undefined) return undefined;
  const list = receipts.get(meterId) ?? [];
  receipts.set(meterId, list);
  let place = list.length;
  while (place > 0 && (list[place - 1]?.time ?? 0) > event.time) place -= 1;
  list.splice(place, 0, event);
  return meterId;
}

/** Twelve places of a decimal text. */
export function decimalOf(event: SentEvent): bigint {
  if (event.type === 'call') return 10n ** 12n;
  const [units = '0', places = ''] = event.value.replace('-', '').split('.');
  const value = BigInt(units + places.padEnd(12, '0'));
  return event.value.startsWith('-') ? -value : value;
}

export function measure(receipts: Receipts, meterId: string, start: number, end: number): Measured {
  const list = receipts.get(meterId) ?? [];
  const sums = new Map<string, bigint>();
  const peaks = new Map<string, bigint>();
  const amounts: bigint[] = [];
  const moves: { full: bigint; prorated: bigint }[] = [];
  let quantity = 0n;
  for (let at = list.length - 1; at >= 0 && (list[at]?.time ?? 0) >= start; at -= 1) {
    const event = list[at] as SentEvent;
    if (event.time >= end) continue;
    const value = decimalOf(event);
    quantity += value;
    amounts.unshift(value);
    const share = (value * BigInt(end - event.time)) / BigInt(end - start);
    moves.unshift({ full: value, prorated: share });
    sums.set(event.label, (sums.get(event.label) ?? 0n) + value);
    const peak = peaks.get(event.label);
    if (peak === undefined || value > peak) peaks.set(event.label, value);
  }
  return { quantity, count: BigInt(amounts.length), amounts, sums, peaks, moves };
}
