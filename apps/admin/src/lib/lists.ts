import type { Page } from '@billhook/sdk/call';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useScope } from './scope.tsx';

interface PageRequest {
  readonly limit: number;
  readonly startingAfter?: string;
}

/** A list that is read page by page with the server's cursor. */
export interface CursorList<Row> {
  readonly rows: readonly Row[];
  readonly loading: boolean;
  readonly error: Error | null;
  readonly retrying: boolean;
  readonly retry: () => void;
  readonly loadMore: (() => void) | undefined;
  readonly loadingMore: boolean;
}

const PAGE_ROWS = 50;

export function useCursorList<Row>(
  key: readonly unknown[],
  load: (page: PageRequest, signal: AbortSignal) => Promise<Page<Row>>,
  { refetchMs }: { refetchMs?: number | ((rows: readonly Row[]) => number | false) } = {},
): CursorList<Row> {
  const { tenant } = useScope();
  const query = useInfiniteQuery({
    queryKey: [tenant.id, ...key],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      load({ limit: PAGE_ROWS, ...(pageParam === '' ? {} : { startingAfter: pageParam }) }, signal),
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      typeof refetchMs === 'function'
        ? refetchMs(state.data?.pages.flatMap((page) => page.data) ?? [])
        : (refetchMs ?? false),
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.data) ?? [],
    loading: query.isPending,
    error: query.data === undefined ? query.error : null,
    retrying: query.isFetching,
    retry: () => void query.refetch(),
    loadMore: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    loadingMore: query.isFetchingNextPage,
  };
}
