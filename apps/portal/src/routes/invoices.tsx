import type { InvoiceStatus } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import { Segmented } from '@billhook/ui/segmented';
import { useInfiniteQuery } from '@tanstack/react-query';
import { FileText, SearchX } from 'lucide-react';
import { InvoiceTable } from '../features/invoices/invoice-table.tsx';
import { OpenRequests } from '../features/invoices/open-requests.tsx';
import { OtherDocuments } from '../features/invoices/other-documents.tsx';
import { Unpaid } from '../features/invoices/unpaid.tsx';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { ProblemState } from '../lib/problem.tsx';

const PAGE_ROWS = 25;
type Filter = 'all' | Extract<InvoiceStatus, 'open' | 'paid'>;

function useInvoices(filter: Filter) {
  const { slug, customer, api } = useMembership();
  return useInfiniteQuery({
    queryKey: [slug, 'invoices', filter, customer.id],
    queryFn: ({ pageParam, signal }) =>
      api.invoices.list(
        {
          limit: PAGE_ROWS,
          ...(pageParam === null ? {} : { startingAfter: pageParam }),
          ...(filter === 'all' ? {} : { status: filter }),
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

export function InvoicesScreen() {
  const { session } = useMembership();
  usePageTitle('Invoices', session.seller.name);
  const [search, setSearch] = useFilters();
  const filter: Filter = search.status === 'open' || search.status === 'paid' ? search.status : 'all';
  const query = useInvoices(filter);
  const clear = () => setSearch({ status: undefined });
  return (
    <>
      <PageHeader
        title="Invoices"
        actions={
          <Segmented<Filter>
            label="Which invoices"
            size="sm"
            value={filter}
            onValueChange={(status) => setSearch({ status: status === 'all' ? undefined : status })}
            options={[
              { value: 'all', label: 'All' },
              { value: 'open', label: 'Open' },
              { value: 'paid', label: 'Paid' },
            ]}
          />
        }
      />
      <OpenRequests />
      <Unpaid />
      <InvoiceTable
        label="Invoices"
        invoices={query.data?.pages.flatMap(({ data }) => data) ?? []}
        loading={query.isPending}
        onLoadMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        loadingMore={query.isFetchingNextPage}
        error={
          query.error && !query.data ? (
            <ProblemState
              error={query.error}
              onRetry={() => void query.refetch()}
              retrying={query.isFetching}
            />
          ) : undefined
        }
        empty={filter === 'all' ? <None /> : <NoneOfThese filter={filter} onClear={clear} />}
      />
      <OtherDocuments />
    </>
  );
}

function None() {
  return (
    <EmptyState icon={FileText} title="No invoice yet">
      The first one comes when your plan is billed, here and by mail.
    </EmptyState>
  );
}

function NoneOfThese({ filter, onClear }: { filter: Filter; onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title={filter === 'open' ? 'Everything is paid' : 'No invoice is paid yet'}
      action={<Button onClick={onClear}>Show all invoices</Button>}
    />
  );
}
