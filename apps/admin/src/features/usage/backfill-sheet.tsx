import { RadioGroup } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import type { SearchOption } from '@billhook/ui/search-select';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';
import { CustomerSearch } from '../../lib/customer-search.tsx';
import { InstantField } from '../../lib/instant-field.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useMeters } from '../catalog/queries.ts';
import { readPastedEvents } from './backfill-lines.ts';
import { CorrectionForm, ReasonField } from './correction-form.tsx';

type Api = ReturnType<typeof useScope>['api'];
type BackfillBody = Parameters<Api['events']['previewBackfill']>[0];
type Mode = BackfillBody['mode'];

export interface BackfillSheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Fills a stretch of one customer's usage in, after every invoice that it changes was shown. */
export function BackfillSheet({ open, onClose }: BackfillSheetProps) {
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="Fill usage in?"
      description="Events of one customer in one stretch of time. Invoices that were issued stay as they are."
      width="lg"
    >
      {open ? <BackfillForm onDone={onClose} /> : null}
    </SideSheet>
  );
}

const EMPTY = { type: '', from: '', to: '', events: '', reason: '' };
type Typed = typeof EMPTY & { customer: SearchOption | null };

function BackfillForm({ onDone }: { onDone: () => void }) {
  const { api } = useScope();
  const [typed, setTyped] = useState<Typed>({ ...EMPTY, customer: null });
  const [mode, setMode] = useState<Mode>('add');
  const change = (patch: Partial<Typed>) => setTyped((before) => ({ ...before, ...patch }));
  return (
    <CorrectionForm
      wish={wishOf(typed, mode)}
      subject="backfill"
      preview={(body, options) => api.events.previewBackfill(body, options)}
      confirm={(body, previewToken, options) => api.events.backfill({ ...body, previewToken }, options)}
      missing="Say whose usage, when, what happened and why, to see what it changes."
      verb={mode === 'add' ? 'Add the events' : 'Replace the events'}
      done="The usage is filled in."
      onDone={onDone}
      isEnd={mode === 'replace'}
    >
      <StretchFields typed={typed} change={change} />
      <RadioGroup<Mode>
        label="What is there already"
        value={mode}
        onValueChange={setMode}
        options={[
          { value: 'add', label: 'Stays', detail: 'The events come on top of it.' },
          {
            value: 'replace',
            label: 'Gives way',
            detail: 'Events of this stretch that are not in the list count for nothing from now on.',
          },
        ]}
      />
      <TextField
        name="events"
        label="Events"
        mono
        lines={6}
        value={typed.events}
        onValueChange={(events) => change({ events })}
        hint={eventsHint(typed.events)}
      />
      <ReasonField value={typed.reason} onChange={(reason) => change({ reason })} />
    </CorrectionForm>
  );
}

function eventsHint(text: string): string {
  const pasted = readPastedEvents(text);
  if ('fault' in pasted) return pasted.fault;
  const { length } = pasted.events;
  return length === 0
    ? 'CloudEvents, one JSON object a line.'
    : `${length} ${length === 1 ? 'event' : 'events'}.`;
}

/** Whose usage, of which kind, from when to when. */
function StretchFields({ typed, change }: { typed: Typed; change: (patch: Partial<Typed>) => void }) {
  const types = [...new Set(useMeters().data?.data.map(({ eventType }) => eventType))];
  const moment = (name: 'from' | 'to', label: string, hint?: string) => (
    <InstantField
      {...{ name, label, hint }}
      value={typed[name]}
      onValueChange={(value) => change({ [name]: value })}
    />
  );
  return (
    <>
      <CustomerSearch
        label="Customer"
        chosen={typed.customer}
        onChoose={(customer) => change({ customer })}
      />
      <Select
        label="Event type"
        required
        options={types.map((value) => ({ value, label: value }))}
        value={typed.type || null}
        onValueChange={(type) => change({ type })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        {moment('from', 'From')}
        {moment('to', 'Up to', 'The first moment after it.')}
      </div>
    </>
  );
}

/** Null while something is missing. Nothing in the list is a wish only where it takes the place of what is there. */
function wishOf(typed: Typed, mode: Mode): BackfillBody | null {
  const reason = typed.reason.trim();
  const [from, to] = [Date.parse(typed.from), Date.parse(typed.to)];
  const pasted = readPastedEvents(typed.events);
  if (typed.customer === null || reason === '' || typed.type === '' || !(from < to) || 'fault' in pasted)
    return null;
  if (mode === 'add' && pasted.events.length === 0) return null;
  const stretch = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return {
    customer: typed.customer.value,
    type: typed.type,
    ...stretch,
    mode,
    events: [...pasted.events],
    reason,
  };
}
