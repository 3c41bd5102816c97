import { type Command, type Send, useIdempotent } from '@billhook/ui/command';
import { useQueryClient } from '@tanstack/react-query';
import { useVisit } from './portal.tsx';

/** An offer is of the state before: asked for again after it was taken, it would be refused. */
function isOffer([, subject]: readonly unknown[]): boolean {
  return subject === 'change-preview' || subject === 'quote';
}

/** A change of business state. After a success everything of the portal is read anew before the command is done. */
export function useCommand<Input, Output>(
  send: Send<Input, Output>,
  onDone?: (output: Output, input: Input) => void,
): Command<Input> {
  const { slug } = useVisit();
  const client = useQueryClient();
  return useIdempotent(send, async (output, input) => {
    await client.invalidateQueries({ queryKey: [slug], predicate: ({ queryKey }) => !isOffer(queryKey) });
    onDone?.(output, input);
  });
}
