import { counted } from '@billhook/core/kernel/counted';
import type { FeedEvent } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { BareLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import { ChevronRight } from 'lucide-react';
import { eventTone, eventWord, objectHref } from '../../lib/words.ts';
import { useClock } from '../clock/queries.ts';
import { eventDetail } from './event-detail.ts';

/** Events that are told in one row: mostly one, or warnings that came in a row. */
type Row = readonly [FeedEvent, ...FeedEvent[]];

/** Warnings about usage come in crowds; those that follow each other are one row. */
export function inRows(events: readonly FeedEvent[]): Row[] {
  const rows: [FeedEvent, ...FeedEvent[]][] = [];
  for (const event of events) {
    const last = rows.at(-1);
    if (last && event.type === 'usage.threshold_reached' && last[0].type === event.type) last.push(event);
    else rows.push([event]);
  }
  return rows;
}

export function EventList({ rows, showCustomer = true }: { rows: readonly Row[]; showCustomer?: boolean }) {
  return (
    <ol aria-live="off">
      {rows.map(([event, ...others]) => (
        <li key={event.id} className="border-b border-line last:border-b-0">
          {others.length === 0 ? (
            <EventRow event={event} showCustomer={showCustomer} />
          ) : (
            <Crowd events={[event, ...others]} showCustomer={showCustomer} />
          )}
        </li>
      ))}
    </ol>
  );
}

function EventRow({ event, showCustomer }: { event: FeedEvent; showCustomer: boolean }) {
  const href = objectHref(event.objectId, event.customer);
  const about = eventDetail(event);
  const body = (
    <>
      <span className="flex items-baseline justify-between gap-3">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="shrink-0">
            <Status tone={eventTone(event.type)}>{eventWord(event.type)}</Status>
          </span>
          {showCustomer ? <Aside text={about} /> : null}
        </span>
        <span className="shrink-0">
          <EventAmount event={event} />
        </span>
      </span>
      <SecondLine
        text={showCustomer ? (event.customerName ?? '') : about}
        at={event.occurredAt}
        watched={showCustomer}
      />
    </>
  );
  return href ? (
    <BareLink href={href} className="ring-inside block rounded-[4px] px-1 py-1.5 hover:bg-hover">
      {body}
    </BareLink>
  ) : (
    <div className="px-1 py-1.5">{body}</div>
  );
}

/** What has room beside the rest; where it has not, the whole of it shows on hover. */
function Aside({ text }: { text: string }) {
  return (
    <span className="truncate text-sm text-faint" title={text}>
      {text}
    </span>
  );
}

/** Where people watch, when it was is told from now; in a history, by its date. */
function SecondLine({ text, at, watched }: { text: string; at: string; watched: boolean }) {
  const now = useClock().data?.now;
  return (
    <span className="flex items-baseline justify-between gap-3 ps-3.5 text-sm text-faint">
      <Aside text={text} />
      <span className="num shrink-0">
        {now === undefined || !watched ? (
          <DateText value={at} as="time" />
        ) : (
          <DateText value={at} as="relative" now={now} />
        )}
      </span>
    </span>
  );
}

/** The amount of an event, where its data names one. What goes back to the customer is negative. */
function EventAmount({ event: { type, data } }: { event: FeedEvent }) {
  const { currency, amount_minor: amount } = data;
  if (typeof amount !== 'string' || !/^-?\d+$/.test(amount) || typeof currency !== 'string') return null;
  const out = type === 'payment.refunded' || type === 'invoice.voided';
  return <Money amountMinor={out && amount !== '0' ? `-${amount}` : amount} currency={currency} />;
}

/** Several warnings in one row, which opens to show each. */
function Crowd({ events, showCustomer }: { events: Row; showCustomer: boolean }) {
  const [first] = events;
  const names = [...new Set(events.map(({ customerName }) => customerName).filter((name) => name !== null))];
  const who =
    names.length > 2 ? `${names[0]} and ${counted(names.length - 1, 'more customer')}` : names.join(' and ');
  return (
    <details className="group/crowd">
      <summary className="ring-inside block cursor-pointer list-none rounded-[4px] px-1 py-1.5 hover:bg-hover">
        <span className="flex items-center justify-between gap-3">
          <Status tone={eventTone(first.type)}>
            {eventWord(first.type)}, {counted(events.length, 'time')}
          </Status>
          <ChevronRight
            aria-hidden="true"
            size={14}
            className="shrink-0 text-faint group-open/crowd:rotate-90"
          />
        </span>
        <SecondLine
          text={showCustomer ? who : events.map((event) => eventDetail(event)).join(', ')}
          at={first.occurredAt}
          watched={showCustomer}
        />
      </summary>
      <ol className="ms-3.5 border-s border-line ps-2">
        {events.map((event) => (
          <li key={event.id}>
            <EventRow event={event} showCustomer={showCustomer} />
          </li>
        ))}
      </ol>
    </details>
  );
}
