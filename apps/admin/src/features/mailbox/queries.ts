import type { MailboxRow } from '@billhook/sdk/generated/types';
import { useQuery } from '@tanstack/react-query';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';

export function useMails(to: string | undefined) {
  const { api } = useScope();
  return useCursorList<MailboxRow>(
    ['mails', to ?? ''],
    (page, signal) => api.mailbox.list({ ...page, to: to || undefined }, { signal }),
    { refetchMs: 5_000 },
  );
}

export function useMail(id: string | undefined) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'mail', id],
    queryFn: ({ signal }) => api.mailbox.get(id ?? '', { signal }),
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
