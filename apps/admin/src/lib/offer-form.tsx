import { BillhookError } from '@billhook/sdk/error';
import { Button } from '@billhook/ui/button';
import type { Command } from '@billhook/ui/command';
import { Form } from '@billhook/ui/form';
import { useLater } from '@billhook/ui/later';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formProblem, ProblemState } from './problem.tsx';

/** A wish that rests for a moment: one that is still being typed asks for no offer yet. */
export function useSettled<Wish>(wish: Wish | null, delayMs: number) {
  const wished = JSON.stringify(wish);
  const settled = useLater(wished, delayMs);
  return { settled: JSON.parse(settled) as Wish | null, isTyping: settled !== wished };
}

export interface OfferFormProps<Wish, Preview extends { token: string }> {
  /** Null while something is missing. */
  readonly wish: Wish | null;
  readonly isTyping: boolean;
  readonly preview: UseQueryResult<Preview>;
  readonly command: Command<{ wish: Wish; token: string }>;
  readonly fields: ReactNode;
  /** What the wish changes; `isBehind` while the figures are of the wish before. */
  readonly effects: (preview: Preview | undefined, isBehind: boolean) => ReactNode;
  /** What to do so that there is an offer. */
  readonly missing: string;
  readonly verb: string;
  readonly isEnd?: boolean | undefined;
  readonly onCancel: () => void;
}

/** A wish, what it changes, and the button that does just that or nothing. */
export function OfferForm<Wish, Preview extends { token: string }>(props: OfferFormProps<Wish, Preview>) {
  const { wish, preview, command } = props;
  const isBehind = preview.isPlaceholderData || props.isTyping;
  const isStale = command.error instanceof BillhookError && command.error.code === 'preview.stale';
  const isReady = wish !== null && preview.data !== undefined && !isBehind && !preview.error;
  return (
    <Form
      onSubmit={() => {
        if (wish !== null && preview.data) command.run({ wish, token: preview.data.token });
      }}
      {...formProblem(command.error)}
    >
      {props.fields}
      {wish === null ? (
        <p className="text-muted">{props.missing}</p>
      ) : preview.error ? (
        <ProblemState error={preview.error} onRetry={() => void preview.refetch()} compact />
      ) : (
        props.effects(preview.data, isBehind)
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={props.onCancel}>Keep as it is</Button>
        {isStale ? (
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
          disabled={!isReady || isStale}
        >
          {props.verb}
        </Button>
      </div>
    </Form>
  );
}
