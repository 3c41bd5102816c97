import { counted } from '@billhook/core/kernel/counted';
import type { MemberUsage } from '@billhook/sdk/generated/types';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { formatBytes, formatQuantity } from '@billhook/ui/format';
import { formatDate } from '@billhook/ui/format-date';
import { LineChart } from '@billhook/ui/line-chart';
import { useLocale } from '@billhook/ui/locale';
import { Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Stat, StatRow } from '@billhook/ui/stat';
import { Fragment } from 'react';
import { useVisit } from '../../lib/portal.tsx';
import { againstLimit } from './amounts.ts';

/** Fractions of bytes are not drawn; every other unit is written as it is. */
function writer(unit: string, locale: string): (value: string) => string {
  return (value) =>
    unit === 'bytes' ? formatBytes(value.split('.')[0] ?? '0', locale) : formatQuantity(value, locale);
}

/** Beside a big number the unit keeps the size of text. */
function Big({ value, unit }: { value: string; unit: string }) {
  return <Quantity value={value} unit={unit} className="[&>span]:text-base" />;
}

/** One meter over the running period: what is used, included and beyond, and each day. */
export function MeterDetail({ usage }: { usage: MemberUsage }) {
  const { locale } = useLocale();
  const { beyond, left } = againstLimit(usage.quantity, usage.limit);
  const { unit, projection } = usage;
  const write = writer(unit, locale);
  return (
    <Section
      title={usage.meterName}
      description={
        <>
          <PeriodText {...usage.period} />, starts anew on{' '}
          <DateText value={usage.period.end} as="weekday-time" />
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <StatRow>
          <Stat
            label="Used"
            value={<Big value={usage.quantity} unit={unit} />}
            note={
              usage.eventCount === 1 ? '1 event' : `${formatQuantity(`${usage.eventCount}`, locale)} events`
            }
          />
          <Stat
            label={includedIn(usage)}
            value={usage.limit === null ? 'No limit' : <Big value={usage.limit} unit={unit} />}
            note={
              beyond !== null && beyond !== '0' ? (
                <>
                  <Quantity value={beyond} unit={unit} /> beyond
                </>
              ) : left === null ? undefined : (
                <>
                  <Quantity value={left} unit={unit} /> left
                </>
              )
            }
          />
          <Stat
            label="At the end"
            value={projection === null ? '–' : <Big value={projection.expected} unit={unit} />}
            note={
              projection === null
                ? undefined
                : `${write(projection.low)} to ${write(projection.high)}, if it goes on like ${projection.basis === 'days' ? `the last ${counted(projection.basisDays, 'day')}` : 'before'}`
            }
          />
          <Stat label="Period before" value={<Big value={usage.previousQuantity} unit={unit} />} />
        </StatRow>
        <EachPlan usage={usage} />
        <Days usage={usage} write={write} />
      </div>
    </Section>
  );
}

/** Of several plans, in which: another may include more or less. */
function includedIn({ limits, limitOf }: MemberUsage): string {
  const plan =
    limits.length < 2 ? null : limits.find(({ subscription }) => subscription === limitOf)?.planName;
  return plan == null ? 'Included' : `Included in ${plan}`;
}

/** Several plans count the same use, each against what it includes. */
function EachPlan({ usage: { limits, unit } }: { usage: MemberUsage }) {
  if (limits.length < 2) return null;
  return (
    <p className="text-muted">
      Each of your plans counts all of it:{' '}
      {limits.map(({ subscription, planName, limit }, index) => (
        <Fragment key={subscription ?? index}>
          {index === 0 ? null : ', '}
          {planName ?? 'What was granted to you'} includes{' '}
          {limit === null ? 'all you use' : <Quantity value={limit} unit={unit} />}
        </Fragment>
      ))}
      .
    </p>
  );
}

/** How much each day was, once there is anything to draw. */
function Days({ usage, write }: { usage: MemberUsage; write: (value: string) => string }) {
  const { locale, timeZone } = useLocale();
  const { session } = useVisit();
  // Days to come have no value yet; a line at zero would claim one.
  const points = usage.points.filter(({ start }) => start <= session.seller.now);
  if (points.every(({ quantity }) => quantity === '0'))
    return (
      <p className="text-muted">Nothing was used in this period yet. What you use shows here day by day.</p>
    );
  if (points.length < 2)
    return <p className="text-muted">The first day is running. From tomorrow on, a chart shows each day.</p>;
  return (
    <LineChart
      title="By day"
      labels={points.map(({ start }) => formatDate(start, 'weekday', locale, timeZone))}
      series={[{ name: usage.meterName, values: points.map(({ quantity }) => quantity) }]}
      format={write}
      height={180}
    />
  );
}
