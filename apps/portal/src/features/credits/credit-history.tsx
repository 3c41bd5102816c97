import type { CreditEntry } from '@billhook/sdk/generated/types';
import { CreditAmount } from '@billhook/ui/credit-amount';
import { creditDecimals } from '@billhook/ui/credit-figures';
import { creditEntryWords } from '@billhook/ui/credit-words';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import type { Column } from '@billhook/ui/table-model';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemState } from '../../lib/problem.tsx';

const PAGE_ROWS = 25;

function columnsFor(rows: readonly CreditEntry[]): Column<CreditEntry>[] {
  const decimals = creditDecimals(
    rows.map(({ amount, creditType }) => ({ value: amount, type: creditType })),
  );
  return [
    {
      key: 'what',
      header: 'What',
      fill: true,
      cell: (entry) => {
        const { happened, about } = creditEntryWords(entry);
        return (
          <span className="flex min-w-0 flex-wrap gap-x-2">
            {happened} <span className="text-faint">{about}</span>
          </span>
        );
      },
    },
    {
      key: 'amount',
      header: 'Amount',
      numeric: true,
      cell: ({ amount, creditType }) => (
        <CreditAmount value={amount} type={creditType} decimals={decimals(creditType)} />
      ),
    },
    { key: 'at', header: 'When', cell: ({ at }) => <DateText value={at} as="time" /> },
  ];
}

/** What happened to the credits, newest first. */
export function CreditHistory() {
  const { slug, customer, api } = useMembership();
  const history = useInfiniteQuery({
    queryKey: [slug, 'credit-history', customer.id],
    queryFn: ({ pageParam, signal }) =>
      api.credits.history(
        { limit: PAGE_ROWS, ...(pageParam === null ? {} : { startingAfter: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const rows = history.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <DataTable
      label="History of credits"
      columns={columnsFor(rows)}
      rows={rows}
      loading={history.isPending}
      loadingRows={4}
      rowKey={({ id }) => id}
      onLoadMore={history.hasNextPage ? () => void history.fetchNextPage() : undefined}
      loadingMore={history.isFetchingNextPage}
      error={
        history.error && !history.data ? (
          <ProblemState error={history.error} onRetry={() => void history.refetch()} compact />
        ) : undefined
      }
      empty={<p className="py-4 text-muted">Nothing has happened yet.</p>}
    />
  );
}
