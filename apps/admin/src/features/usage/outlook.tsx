import { counted, nounFor } from '@billhook/core/kernel/counted';
import type { UsageOutlook } from '@billhook/sdk/generated/types';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { formatPercent, formatQuantity } from '@billhook/ui/format';
import { formatDate } from '@billhook/ui/format-date';
import { LineChart } from '@billhook/ui/line-chart';
import { useLocale } from '@billhook/ui/locale';
import { Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Stat, StatRow } from '@billhook/ui/stat';
import { Status } from '@billhook/ui/status';

const MISSING: Readonly<Record<NonNullable<UsageOutlook['projectionMissing']>, string>> = {
  too_few_days: 'Seven full days of usage are needed; where days do not add up, a period more.',
  last_reading_counts: 'The last reading counts, and says nothing of the next one.',
};

function Figure({ value, unit, digits = 2 }: { value: string; unit: string; digits?: number }) {
  return <Quantity value={value} unit={unit} maximumFractionDigits={digits} className="[&>span]:text-base" />;
}

/** The running period of one meter: so far, at its end, beside the last one, and its unusual days. */
export function Outlook({ outlook }: { outlook: UsageOutlook }) {
  return (
    <Section title={outlook.meterName} description={<PeriodText {...outlook.period} />}>
      <div className="flex flex-col gap-4">
        <Figures outlook={outlook} />
        <Days outlook={outlook} />
        <UnusualDays outlook={outlook} />
      </div>
    </Section>
  );
}

function Figures({ outlook }: { outlook: UsageOutlook }) {
  const { quantity, unit, projection, projectionMissing, previous, eventCount } = outlook;
  const { locale } = useLocale();
  // What is expected is no more exact than what was measured.
  const maximumFractionDigits = quantity.includes('.') ? 2 : 0;
  const short = (value: string) => formatQuantity(value, locale, { maximumFractionDigits });
  const change = previous?.changePercent;
  return (
    <StatRow>
      <Stat
        label="So far"
        value={<Figure value={quantity} unit={unit} />}
        delta={
          change == null
            ? undefined
            : {
                text: formatPercent(Number(change) / 100, locale, { plus: true }),
                reading: 'neutral',
              }
        }
        note={
          change == null
            ? `${short(`${eventCount}`)} ${nounFor(eventCount, 'event')}`
            : 'on last period by now'
        }
      />
      <Stat
        label="At the end of the period"
        value={
          projection === null ? (
            '–'
          ) : (
            <Figure value={projection.expected} unit={unit} digits={maximumFractionDigits} />
          )
        }
        note={
          projection === null
            ? projectionMissing && MISSING[projectionMissing]
            : `${short(projection.low)} to ${short(projection.high)}, by ${projection.basis === 'days' ? `the mean of ${counted(projection.basisDays, 'day')}` : `${counted(projection.basisDays, 'earlier stretch', 'earlier stretches')} as long as this`}`
        }
      />
      <Stat
        label="Last period, by now"
        value={previous === null ? '–' : <Figure value={previous.quantityToDate} unit={unit} />}
      />
      <Stat
        label="Last period, whole"
        value={previous === null ? '–' : <Figure value={previous.quantity} unit={unit} />}
        note={previous === null ? undefined : <PeriodText {...previous.period} />}
      />
    </StatRow>
  );
}

function Days({ outlook: { days, unit, meterName } }: { outlook: UsageOutlook }) {
  const { locale, timeZone } = useLocale();
  if (days.length < 2) return <p className="text-muted">A chart shows each day once there are two.</p>;
  return (
    <LineChart
      title={unit === '' ? 'By day' : `By day, in ${unit}`}
      labels={days.map(({ start }) => formatDate(start, 'weekday', locale, timeZone))}
      series={[{ name: meterName, values: days.map(({ quantity }) => quantity) }]}
      format={(value) => formatQuantity(value, locale, { maximumFractionDigits: 2 })}
      height={180}
      note="Days of the customer’s time zone; the last one is today so far."
    />
  );
}

function UnusualDays({ outlook: { days, unit } }: { outlook: UsageOutlook }) {
  const flagged = days.filter(({ anomaly }) => anomaly !== null).toReversed();
  if (flagged.length === 0) return <p className="text-muted">No day is unlike the 28 days before it.</p>;
  return (
    <ul className="flex flex-col gap-1">
      {flagged.map(({ start, quantity, anomaly }) => (
        <li
          key={start}
          className="flex flex-wrap items-baseline gap-x-3"
          title={`Score ${anomaly?.score}, told above 3.5`}
        >
          <Status tone="attention">
            {anomaly?.kind === 'high' ? 'More than usual' : 'Less than usual'} on{' '}
            <DateText value={start} as="weekday" />
          </Status>
          <span className="text-sm text-muted">
            <Quantity value={quantity} unit={unit} maximumFractionDigits={2} />, usually{' '}
            <Quantity value={anomaly?.usual ?? '0'} unit={unit} maximumFractionDigits={2} />
          </span>
        </li>
      ))}
    </ul>
  );
}
