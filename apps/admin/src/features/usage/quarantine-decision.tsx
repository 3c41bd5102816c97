import { counted as countOf } from '@billhook/core/kernel/counted';
import type { QuarantinedEvent, QuarantineOutcome } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CodeBlock } from '@billhook/ui/code-block';
import { DateText } from '@billhook/ui/date-text';
import { Form, FormActions } from '@billhook/ui/form';
import { KeyValue } from '@billhook/ui/key-value';
import { Segmented } from '@billhook/ui/segmented';
import { Banner } from '@billhook/ui/status';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { type CountChoice, CountFields } from './count-fields.tsx';

export interface QuarantineDetailProps {
  readonly event: QuarantinedEvent;
  readonly onDone: () => void;
}

/** One event that waits, beside the event that counts under its id where that is another one. */
export function QuarantineDetail({ event, onDone }: QuarantineDetailProps) {
  const mayDecide = useMay(ROLES.staff);
  const { type, subject, time, data, conflictsWith } = event;
  return (
    <div className="flex flex-col gap-6">
      <div className={conflictsWith ? 'grid gap-4 sm:grid-cols-2' : undefined}>
        <Content label="Kept aside" content={{ type, subject, time, data }} />
        {conflictsWith ? (
          <Content
            label="Counts under this id"
            content={{
              type: conflictsWith.type,
              subject: conflictsWith.customer,
              time: conflictsWith.time,
              data: conflictsWith.data,
            }}
          />
        ) : null}
      </div>
      {event.resolution === null ? null : <Resolution event={event} />}
      {mayDecide && event.resolution === null ? (
        <QuarantineDecision events={[event]} onDone={onDone} />
      ) : null}
    </div>
  );
}

function Content({ label, content }: { label: string; content: object }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 text-sm font-medium">{label}</h3>
      <CodeBlock label={label} code={JSON.stringify(content, null, 2)} />
    </div>
  );
}

function Resolution({ event }: { event: QuarantinedEvent }) {
  return (
    <KeyValue
      items={[
        { label: 'Decision', value: event.resolution === 'counted' ? 'It counts' : 'It never counts' },
        ...(event.discardReason === null ? [] : [{ label: 'Reason', value: event.discardReason }]),
        ...(event.resolvedAt === null
          ? []
          : [{ label: 'When', value: <DateText value={event.resolvedAt} as="time" /> }]),
      ]}
    />
  );
}

type Choice = 'count' | 'discard';
type Wish = { reason: string };

/** Counts events or decides that they never count. */
export function QuarantineDecision({
  events,
  onDone,
}: {
  events: readonly QuarantinedEvent[];
  onDone: () => void;
}) {
  const { api } = useScope();
  const isConflict = events.every(({ reason }) => reason === 'id_conflict');
  const [choice, setChoice] = useState<Choice>(isConflict ? 'discard' : 'count');
  const [counted, setCounted] = useState<CountChoice>({ customer: null, meter: null });
  const [kept, setKept] = useState<readonly string[]>([]);
  const ids = events.map(({ id }) => id);
  const decide = useCommand(
    ({ reason }: Wish, options) =>
      choice === 'discard'
        ? api.quarantine.discard({ events: ids, reason: reason.trim() }, options)
        : api.quarantine.assignMany(
            {
              events: ids,
              ...(counted.customer ? { customer: counted.customer.value } : {}),
              ...(counted.meter ? { meter: counted.meter.value } : {}),
            },
            options,
          ),
    (outcome: QuarantineOutcome) => {
      const { done, kept } = countsOf(outcome);
      setKept(kept);
      if (done > 0)
        toast(done === 1 ? 'The event is dealt with.' : `${countOf(done, 'event')} are dealt with.`);
      if (kept.length === 0) onDone();
    },
  );
  return (
    <Form<Wish> onSubmit={(wish) => decide.run(wish)} {...formProblem(decide.error)}>
      <div>
        <Segmented<Choice>
          label="Decision"
          value={choice}
          onValueChange={setChoice}
          options={[
            { value: 'count', label: 'Count' },
            { value: 'discard', label: 'Discard' },
          ]}
        />
      </div>
      {choice === 'count' ? (
        <CountFields events={events} choice={counted} onChoose={setCounted} />
      ) : (
        <TextField name="reason" label="Reason" required maxLength={500} hint="Stays on record." />
      )}
      <StillWaiting reasons={kept} />
      <FormActions>
        <Button variant={choice === 'count' ? 'primary' : 'danger'} type="submit" busy={decide.busy}>
          {choice === 'count' ? 'Count' : 'Discard'}{' '}
          {events.length === 1 ? 'event' : countOf(events.length, 'event')}
        </Button>
      </FormActions>
    </Form>
  );
}

function countsOf({ results }: QuarantineOutcome): { done: number; kept: string[] } {
  const kept = results.filter(({ status }) => status === 'kept');
  return { done: results.length - kept.length, kept: kept.map(({ reason }) => reason ?? '') };
}

/** Why events still wait after a decision, each reason once. */
function StillWaiting({ reasons }: { reasons: readonly string[] }) {
  if (reasons.length === 0) return null;
  return (
    <Banner
      tone="problem"
      title={
        reasons.length === 1 ? 'The event still waits.' : `${countOf(reasons.length, 'event')} still wait.`
      }
    >
      {[...new Set(reasons)].join(' ')}
    </Banner>
  );
}
