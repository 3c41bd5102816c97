import type { EventDetail } from '@billhook/sdk/generated/types';
import type { SearchOption } from '@billhook/ui/search-select';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';
import { CustomerSearch } from '../../lib/customer-search.tsx';
import { InstantField } from '../../lib/instant-field.tsx';
import { useScope } from '../../lib/scope.tsx';
import { CorrectionForm, ReasonField } from './correction-form.tsx';

type Api = ReturnType<typeof useScope>['api'];
type VoidBody = Parameters<Api['events']['previewVoid']>[0];
type AmendBody = Parameters<Api['events']['previewAmend']>[0];

interface FormProps {
  readonly event: EventDetail;
  readonly onDone: () => void;
}

/** Takes an event out of what counts. */
export function VoidForm({ event, onDone }: FormProps) {
  const { api } = useScope();
  const [reason, setReason] = useState('');
  const wish: VoidBody | null =
    reason.trim() === '' ? null : { events: [{ source: event.source, id: event.id }], reason: reason.trim() };
  return (
    <CorrectionForm
      wish={wish}
      subject={`void ${event.source} ${event.id}`}
      preview={(body, options) => api.events.previewVoid(body, options)}
      confirm={(body, previewToken, options) => api.events.void({ ...body, previewToken }, options)}
      verb="Void the event"
      done="The event counts for nothing from now on."
      onDone={onDone}
      isEnd
    >
      <ReasonField value={reason} onChange={setReason} />
    </CorrectionForm>
  );
}

/** Gives an event another content under its id. */
export function AmendForm({ event, onDone }: FormProps) {
  const { api } = useScope();
  const [reason, setReason] = useState('');
  const [customer, setCustomer] = useState<SearchOption | null>({
    value: event.customer,
    label: event.customerName,
  });
  const [time, setTime] = useState<string>(event.time);
  const [text, setText] = useState(JSON.stringify(event.data, null, 2));
  const data = parse(text);
  const isWhole = reason.trim() !== '' && data !== undefined && !Number.isNaN(Date.parse(time));
  const wish: AmendBody | null =
    isWhole && customer !== null
      ? {
          event: { source: event.source, id: event.id },
          content: { type: event.type, subject: customer.value, time: new Date(time).toISOString(), data },
          reason: reason.trim(),
        }
      : null;
  return (
    <CorrectionForm
      wish={wish}
      subject={`amend ${event.source} ${event.id}`}
      preview={(body, options) => api.events.previewAmend(body, options)}
      confirm={(body, previewToken, options) => api.events.amend({ ...body, previewToken }, options)}
      verb="Amend the event"
      done="The event says something else from now on."
      onDone={onDone}
    >
      <CustomerSearch label="Customer" chosen={customer} onChoose={setCustomer} />
      <InstantField name="time" label="Time" value={time} onValueChange={setTime} />
      <TextField
        name="data"
        label="Data"
        mono
        lines={5}
        value={text}
        onValueChange={setText}
        hint={data === undefined ? 'This is no JSON object yet.' : 'A JSON object.'}
      />
      <ReasonField value={reason} onChange={setReason} />
    </CorrectionForm>
  );
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
