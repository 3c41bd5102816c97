import type { EventDetail } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CodeBlock } from '@billhook/ui/code-block';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { Quantity } from '@billhook/ui/money';
import { Segmented } from '@billhook/ui/segmented';
import { SkeletonText } from '@billhook/ui/skeleton';
import { Status } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { AmendForm, VoidForm } from './correction-forms.tsx';

export interface EventKey {
  readonly source: string;
  readonly id: string;
}

export interface EventSheetProps {
  /** Undefined while none is shown. */
  readonly event: EventKey | undefined;
  readonly onClose: () => void;
}

/** One event: what it says, what it counts for, what was made of it, and what may be made of it. */
export function EventSheet({ event, onClose }: EventSheetProps) {
  return (
    <SideSheet
      open={event !== undefined}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={event ? `Event ${event.id}` : 'Event'}
      description={event ? `From ${event.source}` : undefined}
      width="lg"
    >
      {event ? <EventPage key={`${event.source} ${event.id}`} event={event} onClose={onClose} /> : null}
    </SideSheet>
  );
}

function EventPage({ event, onClose }: { event: EventKey; onClose: () => void }) {
  const { api, tenant } = useScope();
  const found = useQuery({
    queryKey: [tenant.id, 'event', event.source, event.id],
    queryFn: ({ signal }) => api.events.get(event, { signal }),
  });
  if (found.error) return <ProblemState error={found.error} onRetry={() => void found.refetch()} compact />;
  if (!found.data) return <SkeletonText lines={8} />;
  return <EventFacts event={found.data} onClose={onClose} />;
}

type Mode = 'look' | 'amend' | 'void';

function EventFacts({ event, onClose }: { event: EventDetail; onClose: () => void }) {
  const mayCorrect = useMay(ROLES.money);
  const [mode, setMode] = useState<Mode>('look');
  const isCounted = event.status === 'counted';
  return (
    <div className="flex flex-col gap-6">
      <KeyValue items={factsOf(event)} />
      <CodeBlock label="Data" code={JSON.stringify(event.data, null, 2)} />
      <History event={event} />
      {mayCorrect ? (
        <div>
          <Segmented<Mode>
            label="What to do"
            value={mode}
            onValueChange={setMode}
            options={[
              { value: 'look', label: 'As it is' },
              { value: 'amend', label: 'Amend' },
              ...(isCounted ? [{ value: 'void' as const, label: 'Void' }] : []),
            ]}
          />
        </div>
      ) : null}
      {mode === 'amend' ? <AmendForm event={event} onDone={onClose} /> : null}
      {mode === 'void' ? <VoidForm event={event} onDone={onClose} /> : null}
      {mode === 'look' ? (
        <div className="flex justify-end">
          <Button onClick={onClose}>Close</Button>
        </div>
      ) : null}
    </div>
  );
}

function factsOf(event: EventDetail) {
  const isLate = event.countedAt !== event.time;
  return [
    {
      label: 'Counts',
      value: (
        <Status tone={event.status === 'counted' ? 'ok' : 'neutral'}>
          {event.status === 'counted' ? 'Yes' : 'No, it was voided'}
        </Status>
      ),
    },
    {
      label: 'Customer',
      value: <TextLink href={`/customers/${event.customer}`}>{event.customerName}</TextLink>,
    },
    { label: 'Type', value: event.type },
    { label: 'Happened', value: <DateText value={event.time} as="time" /> },
    ...(isLate ? [{ label: 'Counts from', value: <DateText value={event.countedAt} as="time" /> }] : []),
    ...event.readings.map(({ meterName, quantity }) => ({
      label: meterName,
      value: <Quantity value={quantity} />,
    })),
    { label: 'Event id', value: <CopyText text={event.id} /> },
  ];
}

const KINDS: Readonly<Record<EventDetail['history'][number]['kind'], string>> = {
  void: 'Voided',
  amend: 'Amended',
  backfill: 'Filled in',
  late: 'Came after its bill',
};

function History({ event }: { event: EventDetail }) {
  if (event.history.length === 0) return null;
  return (
    <div>
      <h3 className="mb-2 font-medium">What was made of it</h3>
      <ol className="flex flex-col gap-3">
        {event.history.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what happened never changes its place.
          <li key={index} className="border-b border-line pb-3">
            <p className="flex flex-wrap justify-between gap-x-4">
              <span>{KINDS[entry.kind]}</span>
              <DateText value={entry.at} as="time" className="text-muted" />
            </p>
            <p className="text-sm text-muted">{entry.reason}</p>
            {entry.data && entry.kind !== 'late' ? (
              <p className="break-all font-mono text-sm">It said {JSON.stringify(entry.data)}</p>
            ) : null}
          </li>
        ))}
      </ol>
    </div>
  );
}
