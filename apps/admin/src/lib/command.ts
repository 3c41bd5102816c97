import { type Command, type Send, useIdempotent } from '@billhook/ui/command';
import { useQueryClient } from '@tanstack/react-query';
import { useScope } from './scope.tsx';

/** Offers are of the state before: asked for again after they were taken, they would be refused. */
const OFFERS: ReadonlySet<unknown> = new Set([
  'action-preview',
  'start-preview',
  'stripe-preview',
  'correction-preview',
  'debit-preview',
  'match-preview',
]);

const isOffer = ([, subject]: readonly unknown[]) => OFFERS.has(subject);

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
