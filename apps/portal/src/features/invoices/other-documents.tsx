import type { CustomerDocument } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemBox } from '../../lib/problem.tsx';

const LETTERS: Readonly<Record<number, string>> = {
  1: 'Payment reminder',
  2: 'Second reminder',
  3: 'Last notice',
};

function nameOf({ kind, level }: CustomerDocument): string {
  if (kind === 'pro_forma') return 'Pro-forma invoice';
  if (kind === 'statement') return 'Statement of account';
  return LETTERS[level ?? 1] ?? 'Payment reminder';
}

/** Pro-forma invoices, statements and letters, each to take along; nothing where there are none. */
export function OtherDocuments() {
  const { slug, customer, api } = useMembership();
  const query = useInfiniteQuery({
    queryKey: [slug, 'documents', customer.id],
    queryFn: ({ pageParam, signal }) =>
      api.documents.list(
        { limit: 10, ...(pageParam === null ? {} : { startingAfter: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const save = useMutation({
    mutationFn: async ({ id, number }: CustomerDocument) => {
      const url = URL.createObjectURL(await (await api.documents.pdf(id)).blob());
      const link = document.createElement('a');
      link.href = url;
      link.download = `${number}.pdf`;
      link.click();
      URL.revokeObjectURL(url);
    },
  });
  const rows = query.data?.pages.flatMap(({ data }) => data) ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title="Other documents" className="no-print mt-10">
      <ProblemBox error={save.error} />
      <ul>
        {rows.map((row) => (
          <li key={row.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-2">
            <span className="min-w-40 font-medium">{nameOf(row)}</span>
            <span className="num text-muted">{row.number}</span>
            <span className="min-w-0 grow text-muted">
              <DateText value={row.issuedAt} />
            </span>
            <Money amountMinor={row.total} currency={row.currency} />
            <Button icon={Download} aria-label={`PDF of ${row.number}`} onClick={() => save.mutate(row)}>
              PDF
            </Button>
          </li>
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button onClick={() => void query.fetchNextPage()} busy={query.isFetchingNextPage}>
          Show more
        </Button>
      ) : null}
    </Section>
  );
}
