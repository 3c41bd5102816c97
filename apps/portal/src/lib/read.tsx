import type { Portal } from '@billhook/sdk/portal';
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMembership, useVisit } from './portal.tsx';
import { ProblemState } from './problem.tsx';

export interface ReadOptions {
  readonly enabled?: boolean | undefined;
  /** Shows the answer before this one until the new one is there. */
  readonly keep?: boolean | undefined;
  readonly staleTimeMs?: number | undefined;
  readonly refetchMs?: number | false | undefined;
}

function settings({ enabled = true, keep, staleTimeMs, refetchMs }: ReadOptions) {
  return {
    enabled,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
    ...(staleTimeMs === undefined ? {} : { staleTime: staleTimeMs }),
    ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
  };
}

/** Reads something of the customer. `subject` names it, with everything that the answer depends on. */
export function useRead<Data>(
  subject: readonly unknown[],
  read: (api: Portal, signal: AbortSignal) => Promise<Data>,
  options: ReadOptions = {},
): UseQueryResult<Data> {
  const { slug, customer, api } = useMembership();
  return useQuery({
    queryKey: [slug, ...subject, customer.id],
    queryFn: ({ signal }) => read(api, signal),
    ...settings(options),
  });
}

/** Reads something that anybody may see. */
export function usePublicRead<Data>(
  subject: readonly unknown[],
  read: (api: Portal, signal: AbortSignal) => Promise<Data>,
  options: ReadOptions = {},
): UseQueryResult<Data> {
  const { slug, api } = useVisit();
  return useQuery({
    queryKey: [slug, ...subject],
    queryFn: ({ signal }) => read(api, signal),
    ...settings(options),
  });
}

export interface LoadedProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** Holds the place in the same shape. */
  readonly skeleton: ReactNode;
  readonly compact?: boolean | undefined;
  readonly children: (data: Data) => ReactNode;
}

/** What was read, or its place, or what went wrong with a way to try again. Old data stays when a new try fails. */
export function Loaded<Data>({ query, skeleton, compact, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return (
      <ProblemState
        error={query.error}
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
        compact={compact}
      />
    );
  }
  return (
    <div aria-busy="true">
      <span className="sr-only">Loading</span>
      {skeleton}
    </div>
  );
}
