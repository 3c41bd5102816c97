import { BillhookError } from '@billhook/sdk/error';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useVisit } from './portal.tsx';

/** An offer is of the state before: asked for again after it was taken, it would be refused. */
function isOffer([, subject]: readonly unknown[]): boolean {
  return subject === 'change-preview' || subject === 'quote';
}

export interface Command<Input> {
  readonly run: (input: Input) => void;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly reset: () => void;
}

/**
 * A change of business state. The idempotency key is made before the first click and kept while no answer came, so
 * that a second click cannot do the work twice. After a success everything of the portal is read anew.
 */
export function useCommand<Input, Output>(
  send: (input: Input, options: { idempotencyKey: string }) => Promise<Output>,
  onDone?: (output: Output, input: Input) => void,
): Command<Input> {
  const { slug } = useVisit();
  const client = useQueryClient();
  const key = useRef(crypto.randomUUID());
  const mutation = useMutation({
    mutationFn: (input: Input) => send(input, { idempotencyKey: key.current }),
    async onSuccess(output, input) {
      key.current = crypto.randomUUID();
      await client.invalidateQueries({ queryKey: [slug], predicate: ({ queryKey }) => !isOffer(queryKey) });
      onDone?.(output, input);
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
