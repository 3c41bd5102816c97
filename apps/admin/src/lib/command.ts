import { BillhookError } from '@billhook/sdk/error';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useScope } from './scope.tsx';

export interface Command<Input> {
  readonly run: (input: Input) => void;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly reset: () => void;
}

/**
 * A change of business state. The idempotency key is made before the first click and kept while no answer came, so
 * that a second click on the same dialog cannot do the work twice. After a success all of the tenant is read anew.
 */
export function useCommand<Input, Output>(
  send: (input: Input, options: { idempotencyKey: string }) => Promise<Output>,
  onDone?: (output: Output, input: Input) => void,
): Command<Input> {
  const { tenant } = useScope();
  const queryClient = useQueryClient();
  const key = useRef(crypto.randomUUID());
  const mutation = useMutation({
    mutationFn: (input: Input) => send(input, { idempotencyKey: key.current }),
    onSuccess(output, input) {
      key.current = crypto.randomUUID();
      void queryClient.invalidateQueries({ queryKey: [tenant.id] });
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
