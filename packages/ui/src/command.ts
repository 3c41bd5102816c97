import { BillhookError } from '@billhook/sdk/error';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';

export interface Command<Input> {
  readonly run: (input: Input) => void;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly reset: () => void;
}

/** Sends a change; the key says to the server that a second one is the same. */
export type Send<Input, Output> = (input: Input, options: { idempotencyKey: string }) => Promise<Output>;

/**
 * A change of business state. The idempotency key is made before the first click and kept while no answer came, so
 * that a second click cannot do the work twice. The command is busy until `onDone` is through.
 */
export function useIdempotent<Input, Output>(
  send: Send<Input, Output>,
  onDone: (output: Output, input: Input) => void | Promise<void>,
): Command<Input> {
  const key = useRef(crypto.randomUUID());
  const mutation = useMutation({
    mutationFn: (input: Input) => send(input, { idempotencyKey: key.current }),
    onSuccess(output, input) {
      key.current = crypto.randomUUID();
      return onDone(output, input);
    },
    onError(error) {
      if (error instanceof BillhookError) key.current = crypto.randomUUID();
    },
  });
  return {
    run: (input) => mutation.mutate(input),
    busy: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  };
}
