import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { meterId } from '../ids.ts';
import { insertMeters } from '../repo.ts';
import type { StoredMeter } from '../types.ts';

export type MeterInput = {
  key: string;
  name: string;
  event_type: string;
  aggregation: 'count' | 'sum';
  value_property?: string | null | undefined;
  unit?: string | undefined;
};

/** What a quantity is called whose seller named no unit. */
export const DEFAULT_UNIT = 'units';

/** Adds a meter. Refuses with `meter.already_exists`, and with `request.invalid` for a sum without a property. */
export async function createMeter(ctx: CommandCtx, input: MeterInput): Promise<StoredMeter> {
  const meter = newMeter(ctx, input);
  const fault = meterFault(input);
  if (fault !== null) {
    refuse('request.invalid', fault, {
      faults: [{ pointer: '/value_property', code: 'meter.value_property', detail: fault }],
    });
  }
  const added = await insertMeters(ctx, [meter]);
  if (!added.has(meter.id)) {
    refuse('meter.already_exists', `The key ${input.key} belongs to another meter.`, {
      faults: [{ pointer: '/key', code: 'key.taken', detail: 'This key is taken.' }],
    });
  }
  ctx.emit({ type: 'meter.created', objectId: meter.id, payload: { key: meter.key } });
  ctx.audit({
    action: 'meter.create',
    objectKind: 'meter',
    objectId: meterId(meter.id),
    details: { ...input },
  });
  return meter;
}

/** What is wrong with the property a meter reads; null if nothing. */
export function meterFault(input: MeterInput): string | null {
  const property = input.value_property ?? null;
  if (input.aggregation === 'sum' && (property === null || property === '')) {
    return 'A sum names the property of the event that it adds up.';
  }
  if (input.aggregation === 'count' && property !== null) return 'A count reads no property; leave it out.';
  return null;
}

export function newMeter(ctx: CommandCtx, input: MeterInput): StoredMeter {
  return {
    id: ctx.newId(),
    key: input.key,
    name: input.name,
    eventType: input.event_type,
    aggregation: input.aggregation,
    valueProperty: input.value_property ?? null,
    unit: input.unit ?? DEFAULT_UNIT,
    archivedAt: null,
    createdAt: ctx.now,
  };
}
