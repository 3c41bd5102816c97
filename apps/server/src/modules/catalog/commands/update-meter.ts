import type { LateUsage } from '@billhook/core/usage/late-policy';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { meterId } from '../ids.ts';
import { allMeters, updateMeterRow } from '../repo.ts';
import type { StoredMeter } from '../types.ts';

/** What may change of a meter. What it measures never does: usage was counted by it. */
export type MeterPatch = {
  name?: string | undefined;
  unit?: string | undefined;
  /** Null for the setting of the seller. */
  late_usage?: LateUsage | null | undefined;
  archived?: boolean | undefined;
};

export async function updateMeter(ctx: CommandCtx, id: string, patch: MeterPatch): Promise<StoredMeter> {
  const found = (await allMeters(ctx)).find((meter) => meter.id === id);
  const before = found ?? refuse('meter.not_found', 'There is no such meter.');
  const after: StoredMeter = {
    ...before,
    name: patch.name ?? before.name,
    unit: patch.unit ?? before.unit,
    lateUsage: patch.late_usage === undefined ? before.lateUsage : patch.late_usage,
    archivedAt:
      patch.archived === undefined
        ? before.archivedAt
        : patch.archived
          ? (before.archivedAt ?? ctx.now)
          : null,
  };
  await updateMeterRow(ctx, after);
  ctx.audit({ action: 'meter.update', objectKind: 'meter', objectId: meterId(id), details: { ...patch } });
  return after;
}
