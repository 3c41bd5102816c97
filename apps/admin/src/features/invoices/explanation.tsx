import type { LineExplanation } from '@billhook/sdk/generated/types';
import { CopyText } from '@billhook/ui/copy-text';
import { PeriodText } from '@billhook/ui/date-text';
import { currencyDecimals, formatMoney, formatQuantity, minorToDecimal } from '@billhook/ui/format';
import { KeyValue, type KeyValueItem } from '@billhook/ui/key-value';
import { useLocale } from '@billhook/ui/locale';
import { Money, Quantity } from '@billhook/ui/money';

const RULES: Readonly<Record<LineExplanation['rule'], string>> = {
  flat_fee: 'A fixed price for the period',
  seats: 'A price for each seat',
  metered_usage: 'A price for what was used',
  unused_time: 'Credit for time that was paid and not used',
  one_off: 'A single charge',
  minimum_commitment: 'What the period lacks of its minimum commitment',
  spend_cap: 'What the period exceeds its spend cap by',
};

const ROUNDING: Readonly<Record<string, string>> = {
  half_away_from_zero: 'half a unit is rounded away from zero',
  half_even: 'half a unit is rounded to the even digit',
  up: 'rounded up',
  down: 'rounded down',
};

type TierStep = LineExplanation['tiers'][number];

/** The smallest amount of a currency, in which exact figures are told: `0.01 EUR`. */
function smallest(currency: string): string {
  return `${minorToDecimal('1', currencyDecimals(currency))} ${currency}`;
}

/** `58065/100` stays as it is: it is the exact figure before rounding. */
function exactText(exact: string, currency: string): string {
  return `${exact.replace('-', '−').replace('/', ' ÷ ')} × ${smallest(currency)}`;
}

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
  return (
    <div className="flex flex-col gap-3">
      <KeyValue items={factsOf(explanation, currency, unit, locale)} />
      {explanation.tiers.length > 0 ? (
        <TierTable tiers={explanation.tiers} currency={currency} unit={unit} />
      ) : null}
    </div>
  );
}

function factsOf(
  explanation: LineExplanation,
  currency: string,
  unit: string,
  locale: string,
): KeyValueItem[] {
  const { price, period, readings, proration, rounding, zoneRules, timeZone } = explanation;
  return [
    { label: 'Rule', value: RULES[explanation.rule] },
    ...(price
      ? [{ label: 'Price', value: `${price.key} of ${price.planKey}, version ${price.planVersion}` }]
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
                {readings.eventCount === 1 ? 'event' : 'events'} of the meter {readings.meterKey}
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
    ...(proration
      ? [
          {
            label: 'Share of period',
            value: <ShareText numerator={proration.numerator} denominator={proration.denominator} />,
          },
        ]
      : []),
    {
      label: 'Calculation',
      value: (
        <>
          {exactText(rounding.exact, currency)} → {formatMoney(rounding.amount, currency, locale).full}
          {rounding.exact.includes('/') ? (
            <span className="text-faint">
              , {ROUNDING[rounding.mode] ?? rounding.mode.replaceAll('_', ' ')}
            </span>
          ) : null}
        </>
      ),
    },
  ];
}

function ShareText({ numerator, denominator }: { numerator: string; denominator: string }) {
  const { locale } = useLocale();
  return (
    <span className="num">
      {formatQuantity(numerator, locale)} ÷ {formatQuantity(denominator, locale)}
    </span>
  );
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
          <th className="py-1 text-end font-medium text-muted">In {smallest(currency)}</th>
        </tr>
      </thead>
      <tbody>
        {tiers.map((tier) => (
          <tr key={tier.from} className="border-t border-line">
            <td className="py-1 pe-3">
              {formatQuantity(tier.from, locale)} –{' '}
              {tier.upTo === null ? '∞' : formatQuantity(tier.upTo, locale)}
            </td>
            <td className="py-1 pe-3 text-end">{formatQuantity(tier.quantity, locale)}</td>
            <td className="py-1 pe-3 text-end">
              {formatQuantity(tier.unitAmount, locale)} {currency}
              <span className="text-faint">
                {' '}
                / {tier.per === '1' ? '' : `${formatQuantity(tier.per, locale)} `}
                {unit || 'unit'}
              </span>
              {tier.flatAmount === '0' ? null : (
                <>
                  {' + '}
                  <Money amountMinor={tier.flatAmount} currency={currency} />
                </>
              )}
            </td>
            <td className="py-1 text-end">{tier.exact.replace('/', ' ÷ ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
