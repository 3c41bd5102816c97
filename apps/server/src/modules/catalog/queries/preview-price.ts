import { checkPlan } from '@billhook/core/catalog/check-plan';
import { STANDARD_TAX_CODE } from '@billhook/core/catalog/price';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { isCurrencyCode } from '@billhook/core/money/currency';
import { formatRational } from '@billhook/core/money/rational';
import { rateQuantity } from '@billhook/core/rating/rate';
import { MONTHLY } from '@billhook/core/time/cadence';
import { refuse } from '../../../platform/refuse.ts';
import { FaultList } from '../faults.ts';
import { type ModelInput, readDecimal, readModel } from '../model-input.ts';
import { publicPointer } from '../version-input.ts';

export type PricePreviewInput = { pricing: ModelInput; quantity: string; currency: string };

/** What a quantity costs under a price, with every step. Refuses with `plan.invalid` and every fault. */
export function previewPrice(input: PricePreviewInput) {
  const faults = new FaultList();
  const model = readModel(input.pricing, faults.below('/pricing'));
  const quantity = readDecimal(input.quantity, '/quantity', faults);
  if (!isCurrencyCode(input.currency)) {
    faults.add('/currency', 'currency.unknown', 'The currency is not an active ISO 4217 code.');
    return refuse('plan.invalid', 'The price does not hold together.', { faults: faults.all });
  }
  checkModel(model, input.currency, faults);
  if (faults.all.length > 0)
    return refuse('plan.invalid', 'The price does not hold together.', { faults: faults.all });
  const { amountMinor, exactMinor, trace } = rateQuantity(model, quantity, input.currency);
  return {
    object: 'price_preview' as const,
    currency: input.currency as string,
    quantity: formatDecimal12(quantity),
    amount: `${amountMinor}`,
    tiers: trace.slices.map((slice) => ({
      from: formatDecimal12(slice.from),
      up_to: slice.upTo === null ? null : formatDecimal12(slice.upTo),
      quantity: formatDecimal12(slice.quantity),
      unit_amount: formatDecimal12(slice.unitPrice),
      per: `${slice.per}`,
      flat_amount: `${slice.flatMinor}`,
      exact: formatRational(slice.exactMinor),
    })),
    rounding: { exact: formatRational(exactMinor), mode: trace.rounding as string, amount: `${amountMinor}` },
  };
}

/** A model is checked as the only price of a plan. */
function checkModel(
  model: ReturnType<typeof readModel>,
  currency: Parameters<typeof rateQuantity>[2],
  faults: FaultList,
) {
  const price = {
    id: 'preview',
    key: 'preview',
    name: 'preview',
    model,
    quantity: { kind: model.kind === 'flat' ? 'fixed' : 'seats' } as const,
    timing: 'in_advance' as const,
    cadence: MONTHLY,
    taxCode: STANDARD_TAX_CODE,
  };
  const draft = { currency, trialDays: 0, prices: [price], entitlements: [] };
  for (const fault of checkPlan(draft, { meters: [], features: [] })) {
    faults.add(publicPointer(fault.pointer.replace('/prices/0', '')), fault.code, fault.detail);
  }
}
