import { BillhookError } from '@billhook/sdk/error';
import type { CorrectionPreview, EventDetail } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form } from '@billhook/ui/form';
import { useLater } from '@billhook/ui/later';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { CorrectionEffects } from './correction-effects.tsx';

type Api = ReturnType<typeof useScope>['api'];
type VoidBody = Parameters<Api['events']['previewVoid']>[0];
type AmendBody = Parameters<Api['events']['previewAmend']>[0];
type Options = Parameters<Api['events']['previewVoid']>[1];

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
  const [subject, setSubject] = useState<string>(event.customer);
  const [time, setTime] = useState<string>(event.time);
  const [text, setText] = useState(JSON.stringify(event.data, null, 2));
  const data = parse(text);
  const isWhole = reason.trim() !== '' && data !== undefined && !Number.isNaN(Date.parse(time));
  const wish: AmendBody | null = isWhole
    ? {
        event: { source: event.source, id: event.id },
        content: { type: event.type, subject: subject.trim(), time: new Date(time).toISOString(), data },
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
      <TextField
        name="subject"
        label="Customer"
        mono
        required
        value={subject}
        onValueChange={setSubject}
        hint="Customer id or external id."
      />
      <TextField
        name="time"
        label="Time"
        mono
        required
        value={time}
        onValueChange={setTime}
        hint="Such as 2026-01-31T12:00:00Z."
      />
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

function ReasonField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  return (
    <TextField
      name="reason"
      label="Reason"
      required
      maxLength={500}
      value={value}
      onValueChange={onChange}
      hint="Stays on record with the event."
    />
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

interface CorrectionFormProps<Body> {
  /** Null while something is missing. */
  readonly wish: Body | null;
  readonly subject: string;
  readonly preview: (body: Body, options: Options) => Promise<CorrectionPreview>;
  readonly confirm: (body: Body, token: string, options: Options) => Promise<unknown>;
  readonly verb: string;
  readonly done: string;
  readonly onDone: () => void;
  readonly isEnd?: boolean;
  readonly children: ReactNode;
}

/** A wish, what it changes of every invoice, and the button that does just that. */
function CorrectionForm<Body>(props: CorrectionFormProps<Body>) {
  const { wish, subject, children, verb } = props;
  const { tenant } = useScope();
  const wished = JSON.stringify(wish);
  const settled = useLater(wished, 300);
  const body = JSON.parse(settled) as Body | null;
  const preview = useQuery({
    queryKey: [tenant.id, 'correction-preview', subject, body],
    queryFn: body === null ? skipToken : ({ signal }) => props.preview(body, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const command = useCommand(
    (input: { wish: Body; token: string }, options) => props.confirm(input.wish, input.token, options),
    () => {
      toast(props.done);
      props.onDone();
    },
  );
  const stale = command.error instanceof BillhookError && command.error.code === 'preview.stale';
  const isBehind = preview.isPlaceholderData || settled !== wished;
  const isReady = wish !== null && preview.data !== undefined && !isBehind && !preview.error;
  return (
    <Form
      onSubmit={() => {
        if (wish !== null && preview.data) command.run({ wish, token: preview.data.token });
      }}
      {...formProblem(command.error)}
    >
      {children}
      {wish === null ? (
        <p className="text-muted">Say why, to see what it changes.</p>
      ) : preview.error ? (
        <ProblemState error={preview.error} onRetry={() => void preview.refetch()} compact />
      ) : (
        <CorrectionEffects preview={preview.data} stale={isBehind} />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={props.onDone}>Keep as it is</Button>
        {stale ? (
          <Button
            onClick={() => {
              command.reset();
              void preview.refetch();
            }}
          >
            Calculate again
          </Button>
        ) : null}
        <Button
          variant={props.isEnd ? 'danger' : 'primary'}
          type="submit"
          busy={command.busy}
          disabled={!isReady || stale}
        >
          {verb}
        </Button>
      </div>
    </Form>
  );
}
