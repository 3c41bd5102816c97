import type { FeedEvent } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { EmptyState } from '@billhook/ui/empty-state';
import { BareLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Status } from '@billhook/ui/status';
import { Activity } from 'lucide-react';
import { ProblemState } from '../../lib/problem.tsx';
import { eventTone, eventWord, objectHref } from '../../lib/words.ts';
import { useFeed } from './queries.ts';

const SHOWN = 14;

/** What happens in the business, as it happens. */
export function LiveFeed() {
  const feed = useFeed(SHOWN);
  return (
    <Section title="What happens" description="Newest first, by itself.">
      {feed.data ? (
        feed.data.data.length === 0 ? (
          <EmptyState
            icon={Activity}
            title="Nothing has happened yet."
            command={{
              label: 'Command that creates a customer',
              code: `curl ${location.origin}/v1/customers -H "Authorization: Bearer $BILLHOOK_API_KEY" -H "Idempotency-Key: first" -H "Content-Type: application/json" -d '{"name":"Acme","external_id":"acme"}'`,
            }}
          >
            Create a customer; it shows up here at once.
          </EmptyState>
        ) : (
          <EventList events={feed.data.data} />
        )
      ) : feed.error ? (
        <ProblemState
          error={feed.error}
          onRetry={() => void feed.refetch()}
          retrying={feed.isFetching}
          compact
        />
      ) : (
        <FeedSkeleton />
      )}
    </Section>
  );
}

function FeedSkeleton() {
  return (
    <div aria-busy="true">
      {Array.from({ length: SHOWN }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity but their place.
        <div key={row} className="flex h-12 items-center border-b border-line">
          <Skeleton className="h-4 w-3/4" />
        </div>
      ))}
    </div>
  );
}

/** The amount of an event, where its data names one. */
function EventAmount({ data }: { data: FeedEvent['data'] }) {
  const amount = data.due ?? data.total ?? data.amount ?? data.total_minor ?? data.amount_minor;
  const { currency } = data;
  if (typeof amount !== 'string' || !/^-?\d+$/.test(amount) || typeof currency !== 'string') return null;
  return <Money amountMinor={amount} currency={currency} />;
}

export function EventList({
  events,
  showCustomer = true,
}: {
  events: readonly FeedEvent[];
  showCustomer?: boolean;
}) {
  return (
    <ol aria-live="off">
      {events.map((event) => {
        const href = objectHref(event.objectId, event.customer);
        const body = (
          <>
            <span className="flex items-baseline justify-between gap-3">
              <Status tone={eventTone(event.type)}>{eventWord(event.type)}</Status>
              <span className="shrink-0">
                <EventAmount data={event.data} />
              </span>
            </span>
            <span className="flex items-baseline justify-between gap-3 ps-3.5 text-sm text-faint">
              <span className="truncate">{showCustomer ? event.customerName : event.objectId}</span>
              <span className="num shrink-0">
                <DateText value={event.occurredAt} as="time" />
              </span>
            </span>
          </>
        );
        return (
          <li key={event.id} className="border-b border-line last:border-b-0">
            {href ? (
              <BareLink href={href} className="ring-inside block rounded-[4px] px-1 py-1.5 hover:bg-hover">
                {body}
              </BareLink>
            ) : (
              <div className="px-1 py-1.5">{body}</div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
