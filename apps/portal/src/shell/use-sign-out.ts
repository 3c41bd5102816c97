import { toast } from '@billhook/ui/toast';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useGo } from '../lib/address.ts';
import { useVisit } from '../lib/portal.tsx';
import { tell } from '../lib/problem.tsx';
import { signOut } from '../lib/sign-in.ts';

/** Ends the session here, and forgets everything that was read in it. */
export function useSignOut(): { readonly run: () => void; readonly busy: boolean } {
  const { slug, base } = useVisit();
  const client = useQueryClient();
  const go = useGo();
  const mutation = useMutation({
    mutationFn: () => signOut(slug),
    onSuccess() {
      go(`${base}/sign-in`, { replace: true });
      client.removeQueries({ queryKey: [slug], predicate: ({ queryKey }) => queryKey[1] !== 'session' });
      void client.invalidateQueries({ queryKey: [slug, 'session'] });
    },
    onError(error) {
      const { title, detail } = tell(error);
      toast('You are still signed in', { tone: 'problem', detail: `${title}. ${detail}` });
    },
  });
  return { run: () => mutation.mutate(), busy: mutation.isPending };
}
