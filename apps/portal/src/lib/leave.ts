import type { Command } from '@billhook/ui/command';
import { useMutation } from '@tanstack/react-query';

/**
 * Opens a page of the payment provider. The button stays busy until the browser has left, so that nobody presses
 * it twice.
 */
export function useHostedPage<Input>(
  start: (input: Input) => Promise<{ url: string | null }>,
): Command<Input> {
  const mutation = useMutation({
    mutationFn: async (input: Input) => {
      const { url } = await start(input);
      if (url === null) throw new Error('The payment page has closed already.');
      location.assign(url);
    },
  });
  return {
    run: (input) => mutation.mutate(input),
    busy: mutation.isPending || mutation.isSuccess,
    error: mutation.error,
    reset: mutation.reset,
  };
}
