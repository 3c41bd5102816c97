import { meterFault as faultOfShape } from '@billhook/core/catalog/check-meter';
import type { MeterAggregation } from '@billhook/core/catalog/meter';
import type { LateUsage } from '@billhook/core/usage/late-policy';
import type { CommandCtx } from '../../../platform/context.ts';
import { type FieldFault, refuse } from '../../../platform/refuse.ts';
import { meterId } from '../ids.ts';
import { type MeterTermsInput, readTerms } from '../meter-terms.ts';
import { insertMeters } from '../repo.ts';
import type { StoredMeter } from '../types.ts';

export type MeterInput = {
  key: string;
  name: string;
  event_type: string;
  aggregation: MeterAggregation;
  value_property?: string | null | undefined;
  unit_property?: string | null | undefined;
  unit?: string | undefined;
  late_usage?: LateUsage | null | undefined;
} & MeterTermsInput;

/** What a quantity is called whose seller named no unit. */
export const DEFAULT_UNIT = 'units';

/** Adds a meter. Refuses with `meter.already_exists`, and with `request.invalid` where its properties do not fit. */
export async function createMeter(ctx: CommandCtx, input: MeterInput): Promise<StoredMeter> {
  const meter = newMeter(ctx, input);
  const fault = meterFault(input);
  if (fault !== null) refuse('request.invalid', fault.detail, { faults: [fault] });
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

/** What is wrong with the properties that a meter reads; null if nothing. */
export function meterFault(input: MeterInput): FieldFault | null {
  const fault = faultOfShape({
    aggregation: input.aggregation,
    valueProperty: input.value_property ?? null,
    unitProperty: input.unit_property ?? null,
    terms: readTerms(input),
  });
  if (fault === null) return null;
  const { member } = fault;
  const property = member === 'value' || member === 'unit' ? `${member}_property` : member;
  return { pointer: `/${property}`, code: `meter.${property}`, detail: fault.detail };
}

export function newMeter(ctx: CommandCtx, input: MeterInput): StoredMeter {
  return {
    id: ctx.newId(),
    key: input.key,
    name: input.name,
    eventType: input.event_type,
    aggregation: input.aggregation,
    valueProperty: input.value_property ?? null,
    unitProperty: input.unit_property ?? null,
    terms: readTerms(input),
    unit: input.unit ?? DEFAULT_UNIT,
    lateUsage: input.late_usage ?? null,
    burnsCredits: false,
    archivedAt: null,
    createdAt: ctx.now,
  };
}
