import type { LineExplanation } from '@billhook/sdk/generated/types';
import { Calculation } from '@billhook/ui/calculation';
import { CopyText } from '@billhook/ui/copy-text';
import { PeriodText } from '@billhook/ui/date-text';
import { exactText, explanationSteps } from '@billhook/ui/explanation-steps';
import { currencyDecimals, formatQuantity } from '@billhook/ui/format';
import { KeyValue, type KeyValueItem } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { useLocale } from '@billhook/ui/locale';
import { measureWords } from '@billhook/ui/measure-words';
import { Money, Quantity } from '@billhook/ui/money';

const RULES: Readonly<Record<LineExplanation['rule'], string>> = {
  flat_fee: 'A fixed price for the period',
  seats: 'A price for each seat',
  metered_usage: 'A price for what was used',
  unused_time: 'Credit for time that was paid and not used',
  one_off: 'A single charge',
  computed_at_stripe: 'Computed at Stripe',
  minimum_commitment: 'What the period lacks of its minimum commitment',
  spend_cap: 'What the period exceeds its spend cap by',
};

type TierStep = LineExplanation['tiers'][number];

const isFree = (unitAmount: string) => /^0(?:\.0+)?$/.test(unitAmount);

/** Everything that is needed to compute the amount by hand. */
export function Explanation({
  explanation,
  currency,
  unit,
}: {
  explanation: LineExplanation;
  currency: string;
  unit: string;
}) {
  const { locale } = useLocale();
  const { before, after } = explanationSteps(explanation, { currency, unit, locale });
  return (
    <div className="flex flex-col gap-3">
      <KeyValue items={factsOf(explanation, unit, locale)} />
      <Calculation label="What happened to the quantity" steps={before} />
      {explanation.tiers.length > 0 ? (
        <TierTable tiers={explanation.tiers} currency={currency} unit={unit} />
      ) : null}
      <Calculation label="What happened to the amount" steps={after} />
    </div>
  );
}

function factsOf(explanation: LineExplanation, unit: string, locale: string): KeyValueItem[] {
  const { price, period, readings, basis, model, zoneRules, timeZone, proration } = explanation;
  return [
    { label: 'Rule', value: RULES[explanation.rule] },
    ...(price
      ? [
          {
            label: 'Price',
            value: `“${price.name}” of ${price.planName}, version ${price.planVersion}${model ? `, ${model.replaceAll('_', ' ')}` : ''}`,
          },
        ]
      : []),
    {
      label: 'Billing period',
      value: (
        <>
          <PeriodText start={period.start} end={period.end} timeZone={timeZone} />
          <span className="text-faint">
            {' '}
            {timeZone}
            {zoneRules ? `, zone data ${zoneRules}` : ''}
          </span>
        </>
      ),
    },
    ...(readings
      ? [
          {
            label: 'Measured',
            value: (
              <>
                <Quantity value={explanation.quantity} unit={unit} /> from{' '}
                <Quantity value={String(readings.eventCount)} />{' '}
                {readings.eventCount === 1 ? 'event' : 'events'} of {readings.meterName}
                {readings.lateCount === 0 ? null : `, ${lateText(readings.lateCount)}`}
                {readings.measure === null ? null : `, ${measureWords(readings, locale)}`}
                {readings.digest ? (
                  <span className="block">
                    <CopyText text={readings.digest} shown={`digest ${readings.digest.slice(0, 16)}…`} />
                  </span>
                ) : null}
              </>
            ),
          },
        ]
      : []),
    ...(proration === null
      ? []
      : [{ label: 'Exact share', value: `${proration.numerator} ÷ ${proration.denominator}` }]),
    ...(basis?.kind === 'charge' && basis.invoice !== null
      ? [
          {
            label: 'Takes back',
            value: <TextLink href={`/invoices/${basis.invoice}`}>{basis.invoiceNumber}</TextLink>,
          },
        ]
      : []),
  ];
}

function lateText(count: number): string {
  return `of which ${count} came after an earlier bill`;
}

/** A decimal, or a fraction that twelve places do not hold. */
function quantityText(text: string, locale: string): string {
  return text.includes('/') ? text.replace('/', ' ÷ ') : formatQuantity(text, locale);
}

function TierTable({
  tiers,
  currency,
  unit,
}: {
  tiers: readonly TierStep[];
  currency: string;
  unit: string;
}) {
  const { locale } = useLocale();
  const head = 'py-1 pe-3 font-medium text-muted';
  return (
    <table className="num w-full">
      <caption className="sr-only">The price, tier by tier</caption>
      <thead>
        <tr>
          <th className={`${head} text-start`}>Tier</th>
          <th className={`${head} text-end`}>Quantity</th>
          <th className={`${head} text-end`}>Price</th>
          <th className="py-1 text-end font-medium text-muted">Amount</th>
        </tr>
      </thead>
      <tbody>
        {tiers.map((tier) => (
          <tr key={`${tier.label}/${tier.unit}/${tier.from}`} className="border-t border-line">
            <td className="py-1 pe-3">
              {tier.label === null ? null : <span className="block">{tier.label}</span>}
              {tier.upTo === null
                ? `above ${formatQuantity(tier.from, locale)}`
                : `${formatQuantity(tier.from, locale)} – ${formatQuantity(tier.upTo, locale)}`}
            </td>
            <td className="py-1 pe-3 text-end">{quantityText(tier.quantity, locale)}</td>
            <td className="py-1 pe-3 text-end">
              {isFree(tier.unitAmount) ? (
                'included'
              ) : (
                <>
                  {formatQuantity(tier.unitAmount, locale)} {currency}
                  <span className="text-faint">
                    {' '}
                    per {tier.per === '1' ? '' : `${formatQuantity(tier.per, locale)} `}
                    {unit || 'unit'}
                  </span>
                </>
              )}
              {tier.flatAmount === '0' ? null : (
                <>
                  {' + '}
                  <Money amountMinor={tier.flatAmount} currency={currency} />
                </>
              )}
            </td>
            <td className="py-1 text-end">{exactText(tier.exact, currencyDecimals(currency))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
