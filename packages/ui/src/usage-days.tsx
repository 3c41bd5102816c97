import type { LineUsage } from '@billhook/sdk/generated/types';
import type { ReactNode } from 'react';
import { DateText } from './date-text.tsx';
import { Quantity } from './money.tsx';

type Day = LineUsage['days'][number];

export interface UsageDaysProps {
  readonly usage: LineUsage;
  /** Where the events of a day are, for who may see them. */
  readonly linkOf?: ((day: Day, text: ReactNode) => ReactNode) | undefined;
}

/** The days that a line rests on, and on how many events each. */
export function UsageDays({ usage, linkOf }: UsageDaysProps) {
  const { days, unit, timeZone } = usage;
  if (days.length === 0) return <p className="text-muted">Nothing was used.</p>;
  const events = (day: Day) => {
    const text = `${day.eventCount} ${day.eventCount === 1 ? 'event' : 'events'}`;
    return linkOf === undefined ? text : linkOf(day, text);
  };
  return (
    <>
      <table className="num w-full">
        <caption className="sr-only">{usage.meterName}, by day</caption>
        <thead className="sr-only">
          <tr>
            <th>Day</th>
            <th>Quantity</th>
            <th>Events</th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.start} className="border-b border-line">
              <td className="py-1 pe-3 whitespace-nowrap">
                <DateText value={day.start} as="date" timeZone={timeZone} />
              </td>
              <td className="py-1 ps-3 text-end">
                <Quantity value={day.quantity} unit={unit} maximumFractionDigits={6} />
              </td>
              <td className="py-1 ps-3 text-end whitespace-nowrap text-muted">{events(day)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {usage.hasLater ? (
        <p className="mt-2 text-muted">
          Usage that came in since the invoice was issued is in these days and not on the invoice.
        </p>
      ) : null}
    </>
  );
}
