import { EmptyState } from '@billhook/ui/empty-state';
import { Section } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Activity } from 'lucide-react';
import { createCustomer } from '../../lib/first-steps.ts';
import { KeyNote } from '../../lib/key-note.tsx';
import { ProblemState } from '../../lib/problem.tsx';
import { EventList, inRows } from './event-list.tsx';
import { useFeed } from './queries.ts';

/** So many are read that, with repeated warnings in one row, the list is full. */
const READ = 60;
const SHOWN = 14;

/** What happens in the business, as it happens. */
export function LiveFeed() {
  const feed = useFeed(READ);
  return (
    <Section title="Activity" description="Newest first. New events appear by themselves.">
      {feed.data ? (
        feed.data.data.length === 0 ? (
          <EmptyState
            icon={Activity}
            title="Nothing has happened yet."
            command={createCustomer(location.origin)}
          >
            Create a customer; it shows up here at once. <KeyNote />
          </EmptyState>
        ) : (
          <EventList rows={inRows(feed.data.data).slice(0, SHOWN)} />
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
