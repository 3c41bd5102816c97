import { checkPlan } from '@billhook/core/catalog/check-plan';
import { DEFAULT_PRICE_SHAPE, type PriceTerms, STANDARD_TAX_CODE } from '@billhook/core/catalog/price';
import type { PriceModel } from '@billhook/core/catalog/price-model';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { type CurrencyCode, isCurrencyCode } from '@billhook/core/money/currency';
import { formatRational } from '@billhook/core/money/rational';
import { rateReading } from '@billhook/core/rating/rate-reading';
import type { PriceReading, ValueQuantity } from '@billhook/core/rating/reading';
import { MONTHLY } from '@billhook/core/time/cadence';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { FaultList } from '../faults.ts';
import { type ModelInput, readDecimal, readModel } from '../model-input.ts';
import { presentRating } from '../present-rating.ts';
import { readTerms, type TermsInput } from '../price-terms.ts';
import { ratingPolicy } from '../rating-policy.ts';
import { publicPointer } from '../version-input.ts';

type ByValueInput = readonly { values: readonly string[]; quantity: string }[];

export type PricePreviewInput = {
  pricing: ModelInput;
  quantity: string;
  currency: string;
  terms?: TermsInput | undefined;
  measured?:
    | {
        amounts?: readonly string[] | undefined;
        by_value?: ByValueInput | undefined;
        peaks?: ByValueInput | undefined;
        prorated?: readonly { full: string; prorated: string }[] | undefined;
      }
    | undefined;
};

const INVALID = 'The price does not hold together.';

/** The largest amount that has a form in the API: fifteen digits. */
const MOST_MINOR = 999_999_999_999_999n;

/** What a quantity, or single events, cost under a price by the seller's rules, with every step. Refuses with `plan.invalid` and every fault. */
export function previewPrice({ tenant }: Pick<QueryCtx, 'tenant'>, input: PricePreviewInput) {
  const faults = new FaultList();
  const model = readModel(input.pricing, faults.below('/pricing'));
  const terms = readTerms(input.terms ?? {}, faults.below('/terms'));
  const reading = readReading(input, faults);
  const { currency } = input;
  if (!isCurrencyCode(currency)) {
    faults.add('/currency', 'currency.unknown', 'The currency is not an active ISO 4217 code.');
    return refuse('plan.invalid', INVALID, { faults: faults.all });
  }
  checkPrice(model, terms, currency, faults);
  if (faults.all.length > 0) return refuse('plan.invalid', INVALID, { faults: faults.all });
  const rating = rateReading({ model, terms }, reading, currency, ratingPolicy(tenant.settings));
  if (!rating.ok) {
    faults.add('/measured', rating.refusal.code, rating.refusal.detail);
    return refuse('plan.invalid', 'The price has no amount for this usage.', { faults: faults.all });
  }
  const { amountMinor, exactMinor, trace } = rating.value;
  if (amountMinor > MOST_MINOR || amountMinor < -MOST_MINOR) {
    faults.add('/quantity', 'amount.out_of_range', `The amount is beyond ${MOST_MINOR}.`);
    return refuse('plan.invalid', 'The price has no amount for this usage.', { faults: faults.all });
  }
  return {
    object: 'price_preview' as const,
    currency: currency as string,
    quantity: formatDecimal12(reading.quantity),
    amount: `${amountMinor}`,
    ...presentRating(trace),
    rounding: { exact: formatRational(exactMinor), mode: trace.rounding as string, amount: `${amountMinor}` },
  };
}

function readReading({ quantity, measured = {} }: PricePreviewInput, faults: FaultList): PriceReading {
  const byValue = (input: ByValueInput, at: string) =>
    input.map(
      (entry, index): ValueQuantity => ({
        values: entry.values,
        quantity: readDecimal(entry.quantity, `${at}/${index}/quantity`, faults),
      }),
    );
  const { amounts, by_value, peaks, prorated } = measured;
  return {
    quantity: readDecimal(quantity, '/quantity', faults),
    ...(amounts && {
      amounts: amounts.map((amount, index) => readDecimal(amount, `/measured/amounts/${index}`, faults)),
    }),
    ...(by_value && { byValue: byValue(by_value, '/measured/by_value') }),
    ...(peaks && { peaks: byValue(peaks, '/measured/peaks') }),
    ...(prorated && {
      prorated: prorated.map((event, index) => ({
        full: readDecimal(event.full, `/measured/prorated/${index}/full`, faults),
        prorated: readDecimal(event.prorated, `/measured/prorated/${index}/prorated`, faults),
      })),
    }),
  };
}

/** A price is checked as the only one of a plan; what it would count is not asked. */
function checkPrice(model: PriceModel, terms: PriceTerms, currency: CurrencyCode, faults: FaultList): void {
  const meter = {
    id: 'preview',
    key: 'preview',
    name: 'preview',
    eventType: 'preview',
    aggregation: 'count' as const,
    valueProperty: null,
    unitProperty: null,
  };
  const price = {
    ...DEFAULT_PRICE_SHAPE,
    id: 'preview',
    key: 'preview',
    name: 'preview',
    model,
    quantity:
      model.kind === 'flat' ? { kind: 'fixed' as const } : { kind: 'meter' as const, meterId: meter.id },
    timing: 'in_arrears' as const,
    cadence: MONTHLY,
    terms,
    taxCode: STANDARD_TAX_CODE,
  };
  const draft = { currency, trialDays: 0, prices: [price], entitlements: [] };
  for (const fault of checkPlan(draft, { meters: [meter], features: [] })) {
    faults.add(publicPointer(fault.pointer.replace('/prices/0', '')), fault.code, fault.detail);
  }
}
