import type { InvoiceLine, LineExplanation } from '@billhook/sdk/generated/types';
import { Calculation } from '@billhook/ui/calculation';
import { PeriodText } from '@billhook/ui/date-text';
import { exactText, explanationSteps } from '@billhook/ui/explanation-steps';
import { currencyDecimals, formatQuantity } from '@billhook/ui/format';
import { KeyValue, type KeyValueItem } from '@billhook/ui/key-value';
import { useLocale } from '@billhook/ui/locale';
import { measureWords } from '@billhook/ui/measure-words';
import { Money, Quantity } from '@billhook/ui/money';
import { unitPriceText } from '@billhook/ui/unit-price';
import { RULES } from './line-words.ts';

type Tier = LineExplanation['tiers'][number];

function TierRow({ tier, line }: { tier: Tier; line: InvoiceLine }) {
  const { locale } = useLocale();
  const from = formatQuantity(tier.from, locale);
  const range = tier.upTo === null ? `above ${from}` : `${from} to ${formatQuantity(tier.upTo, locale)}`;
  const per = tier.per === '1' ? '' : ` per ${formatQuantity(tier.per, locale)}`;
  return (
    <li className="flex flex-wrap justify-between gap-x-4">
      <span>
        <span className="text-faint">
          {tier.label === null ? '' : `${tier.label}, `}
          {range}:{' '}
        </span>
        {tier.quantity.includes('/') ? (
          tier.quantity.replace('/', ' ÷ ')
        ) : (
          <Quantity value={tier.quantity} unit={line.unit} />
        )}{' '}
        {/^0(?:\.0+)?$/.test(tier.unitAmount)
          ? 'included'
          : `× ${unitPriceText(tier.unitAmount, line.currency, locale)}${per}`}
        {tier.flatAmount === '0' ? null : (
          <>
            {' '}
            + <Money amountMinor={tier.flatAmount} currency={line.currency} />
          </>
        )}
      </span>
      <span className="num">
        = {exactText(tier.exact, currencyDecimals(line.currency))} {line.currency}
      </span>
    </li>
  );
}

function factsOf(line: InvoiceLine, locale: string): KeyValueItem[] {
  const { explanation } = line;
  const { price, readings, period } = explanation;
  return [
    ...(price
      ? [
          {
            label: 'Price',
            value:
              price.name === price.planName
                ? price.planName
                : `“${price.name}” of the plan ${price.planName}`,
          },
        ]
      : []),
    {
      label: 'For',
      value: <PeriodText start={period.start} end={period.end} timeZone={explanation.timeZone} />,
    },
    ...(readings
      ? [
          {
            label: 'Counted',
            value: `${readings.meterName}, from ${formatQuantity(`${readings.eventCount}`, locale)} ${readings.eventCount === 1 ? 'event' : 'events'} in the period${readings.measure === null ? '' : `, ${measureWords(readings, locale)}`}`,
          },
        ]
      : []),
  ];
}

/** How the amount of a line came to be: the rule, the tiers, what was counted, the rounding. */
export function LineExplanationText({ line }: { line: InvoiceLine }) {
  const { locale } = useLocale();
  const { rule, tiers } = line.explanation;
  const { before, after } = explanationSteps(line.explanation, {
    currency: line.currency,
    unit: line.unit,
    locale,
  });
  return (
    <div className="flex flex-col gap-3">
      <p>{RULES[rule]}</p>
      <Calculation label="From what was counted to what is charged" steps={before} />
      {tiers.length > 0 ? (
        <ul className="flex flex-col gap-1">
          {tiers.map((tier) => (
            <TierRow key={`${tier.label}/${tier.unit}/${tier.from}`} tier={tier} line={line} />
          ))}
        </ul>
      ) : null}
      <Calculation label="From the prices to the amount" steps={after} />
      <KeyValue items={factsOf(line, locale)} />
    </div>
  );
}
