import type { CorrectionPreview } from '@billhook/sdk/generated/types';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCommand } from '../../lib/command.ts';
import { OfferForm, useSettled } from '../../lib/offer-form.tsx';
import { useScope } from '../../lib/scope.tsx';
import { CorrectionEffects } from './correction-effects.tsx';

type Api = ReturnType<typeof useScope>['api'];
type Options = Parameters<Api['events']['previewVoid']>[1];

export interface CorrectionFormProps<Body> {
  /** Null while something is missing. */
  readonly wish: Body | null;
  readonly subject: string;
  readonly preview: (body: Body, options: Options) => Promise<CorrectionPreview>;
  readonly confirm: (body: Body, token: string, options: Options) => Promise<unknown>;
  readonly missing?: string;
  readonly verb: string;
  readonly done: string;
  readonly onDone: () => void;
  readonly isEnd?: boolean;
  readonly children: ReactNode;
}

/** A wish, what it changes of every invoice, and the button that does just that. */
export function CorrectionForm<Body>(props: CorrectionFormProps<Body>) {
  const { wish, subject, children, verb, isEnd, missing = 'Say why, to see what it changes.' } = props;
  const { tenant } = useScope();
  const { settled: body, isTyping } = useSettled(wish, 300);
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
  return (
    <OfferForm
      {...{ wish, isTyping, preview, command, missing, verb, isEnd }}
      fields={children}
      effects={(found, isBehind) => <CorrectionEffects preview={found} stale={isBehind} />}
      onCancel={props.onDone}
    />
  );
}

export function ReasonField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
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
