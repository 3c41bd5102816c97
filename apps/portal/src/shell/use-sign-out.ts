import { toast } from '@billhook/ui/toast';
import { useMutation } from '@tanstack/react-query';
import { useVisit } from '../lib/portal.tsx';
import { tell } from '../lib/problem.tsx';
import { signOut } from '../lib/sign-in.ts';

/** Ends the session. The page is loaded anew, so that nothing that was read in it stays in memory. */
export function useSignOut(): { readonly run: () => void; readonly busy: boolean } {
  const { slug, base } = useVisit();
  const mutation = useMutation({
    mutationFn: () => signOut(slug),
    onSuccess: () => location.assign(`${base}/sign-in`),
    onError(error) {
      const { title, detail } = tell(error);
      toast('You are still signed in', { tone: 'problem', detail: `${title}. ${detail}` });
    },
  });
  return { run: () => mutation.mutate(), busy: mutation.isPending || mutation.isSuccess };
}
