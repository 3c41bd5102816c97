import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Filters and tabs as they stand in the address. Everything there is text. */
export type Search = Readonly<Record<string, string | undefined>>;

/** Reads `?q=acme&status=open`. Numbers stay text, so that an external id such as `007` is not changed. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') params.set(name, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** A parameter of the path, such as the id of the customer shown. */
export function usePathParam(name: string): string {
  const params = useParams({ strict: false }) as Record<string, string | undefined>;
  return params[name] ?? '';
}

/** The filters in the address, and a way to change some of them. An empty value takes a filter away. */
export function useFilters(): readonly [Search, (patch: Search, how?: { replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = useCallback(
    (patch: Search, { replace = true }: { replace?: boolean } = {}) => {
      void navigate({
        to: '.',
        search: ((before: Search) => ({ ...before, ...patch })) as never,
        replace,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [search, change];
}

/** Goes to an address of this app such as `/customers/cus_…?tab=usage`. The tenant in the address stays. */
export function useGo(): (href: string) => void {
  const navigate = useNavigate();
  return useCallback(
    (href: string) => {
      const { to, search } = splitHref(href);
      void navigate({ to, search: search as never });
    },
    [navigate],
  );
}

export function splitHref(href: string): { to: string; search: Record<string, string> } {
  const [to = '/', query = ''] = href.split('?');
  return { to, search: parseSearch(query) };
}
