import type { Command } from '@billhook/ui/command';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useVisit } from './portal.tsx';

/** An act that changes who is signed in: everything that was read before is read anew. */
export function useAccount<Input>(
  act: (input: Input) => Promise<unknown>,
  onDone?: () => void,
): Command<Input> {
  const { slug } = useVisit();
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: act,
    async onSuccess() {
      client.removeQueries({ queryKey: [slug], predicate: ({ queryKey }) => queryKey[1] !== 'session' });
      await client.invalidateQueries({ queryKey: [slug, 'session'] });
      onDone?.();
    },
  });
  return {
    run: (input) => mutation.mutate(input),
    busy: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  };
}
