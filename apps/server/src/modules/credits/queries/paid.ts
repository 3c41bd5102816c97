import type { QueryCtx } from '../../../platform/context.ts';
import type { Payment } from '../book.ts';
import { creditTypes } from '../catalogue-repo.ts';
import { consumptionsOfUsage } from '../consumption-repo.ts';
import { presentPaid } from '../present.ts';
import { entriesOfConsumption } from '../repo.ts';

type UsageKey = { customerId: string; source: string; eventId: string };

/** What paid for events before, as the wire has it, in their order; null where credits paid for nothing of the feature. */
export async function paidBefore(ctx: QueryCtx, keys: readonly (UsageKey & { featureId: string })[]) {
  const stored = await consumptionsOfUsage(ctx, keys);
  if (stored.length === 0) return keys.map(() => null);
  const types = new Map((await creditTypes(ctx)).map((type) => [type.id, type]));
  const payments = await Promise.all(
    stored.map(async (consumption) => {
      const entries = await entriesOfConsumption(ctx, consumption.id);
      return { consumption, parts: entries.filter(({ kind }) => kind === 'consumed') };
    }),
  );
  return keys.map((key) =>
    presentPaid(
      payments.filter(
        ({ consumption }) =>
          consumption.customerId === key.customerId &&
          consumption.usageSource === key.source &&
          consumption.eventId === key.eventId &&
          consumption.featureId === key.featureId,
      ),
      types,
    ),
  );
}

/** What pays for events now, as the wire has it. */
export async function paidNow(ctx: QueryCtx, payments: readonly Payment[]) {
  if (payments.length === 0) return [];
  const types = new Map((await creditTypes(ctx)).map((type) => [type.id, type]));
  return payments.map((payment) => presentPaid([payment], types));
}
