import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { lockCustomer } from '../../customers/api.ts';
import { creditPacks } from '../catalogue-repo.ts';
import { fault } from '../figures.ts';
import { creditTypeId } from '../ids.ts';
import { reloadsOf, saveReload } from '../purchase-repo.ts';
import type { StoredCreditType, StoredPack } from '../types.ts';

export type ReloadInput = {
  customerId: string;
  type: StoredCreditType;
  enabled: boolean;
  threshold: Decimal12;
  pack: StoredPack;
  monthlyMaximumMinor: bigint | null;
};

/**
 * Says when credits are bought by themselves. Whoever says so again lifts a suspension: failures are forgotten. Refusal:
 * `credits.invalid` for a pack of another type or a maximum that buys nothing.
 */
export async function setReload(ctx: CommandCtx, input: ReloadInput): Promise<void> {
  const { customerId, type, pack, monthlyMaximumMinor } = input;
  await lockCustomer(ctx, customerId);
  if (pack.creditTypeId !== type.id) fault('/pack', `The pack ${pack.key} holds other credits.`);
  if (monthlyMaximumMinor !== null && monthlyMaximumMinor < pack.priceMinor)
    fault('/monthly_maximum', `One reload costs ${pack.priceMinor}; the maximum is not below that.`);
  const { priceMinor } = pack;
  const settings = { enabled: input.enabled, threshold: input.threshold, priceMinor, monthlyMaximumMinor };
  const reload = { ...settings, customerId, creditTypeId: type.id, packId: pack.id };
  await saveReload(ctx, { ...reload, failureCount: 0, suspendedAt: null });
  ctx.audit({
    action: 'credits.set_reload',
    objectKind: 'credit_type',
    objectId: creditTypeId(type.id),
    details: { enabled: input.enabled, pack: pack.key },
  });
}

/** By key. Ends with `credit_pack.not_found`, also for one that is off sale and not the customer's choice already. */
export async function packOnSale(
  ctx: CommandCtx,
  key: string,
  customerId: string | null,
): Promise<StoredPack> {
  const pack = (await creditPacks(ctx)).find((one) => one.key === key);
  const reloads = customerId === null ? [] : await reloadsOf(ctx, customerId);
  const isOwn = reloads.some(({ packId }) => packId === pack?.id);
  if (pack === undefined || (pack.archivedAt !== null && !isOwn))
    return refuse('credit_pack.not_found', `There is no pack ${key} on sale.`);
  return pack;
}
