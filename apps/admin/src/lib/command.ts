import { type Command, type Send, useIdempotent } from '@billhook/ui/command';
import { useQueryClient } from '@tanstack/react-query';
import { useScope } from './scope.tsx';

/** An offer is of the state before: asked for again after it was taken, it would be refused. */
function isOffer([, subject]: readonly unknown[]): boolean {
  return subject === 'action-preview' || subject === 'start-preview' || subject === 'correction-preview';
}

/** A change of business state. After a success all of the tenant is read anew. */
export function useCommand<Input, Output>(
  send: Send<Input, Output>,
  onDone?: (output: Output, input: Input) => void,
): Command<Input> {
  const { tenant } = useScope();
  const queryClient = useQueryClient();
  return useIdempotent(send, (output, input) => {
    void queryClient.invalidateQueries({
      queryKey: [tenant.id],
      predicate: ({ queryKey }) => !isOffer(queryKey),
    });
    onDone?.(output, input);
  });
}
