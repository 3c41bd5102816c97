import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** What an address says besides its path: filters, a tab, a plan that was chosen. Everything there is text. */
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

/** An address of an app with its query, in the two parts that the router wants. */
export function splitHref(href: string): { to: string; search: Record<string, string> } {
  const at = href.indexOf('?');
  return at < 0
    ? { to: href, search: {} }
    : { to: href.slice(0, at), search: parseSearch(href.slice(at + 1)) };
}

/** A parameter of the path, such as the id of the customer shown. */
export function usePathParam(name: string): string {
  const params = useParams({ strict: false }) as Record<string, string | undefined>;
  return params[name] ?? '';
}

/** What the address says, and a way to change some of it. An empty value takes a member away. */
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

/** Goes to an address of the app, such as `/invoices?status=open`. */
export function useGo(): (href: string, how?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (href: string, { replace = false }: { replace?: boolean } = {}) => {
      const { to, search } = splitHref(href);
      void navigate({ to, search: search as never, replace });
    },
    [navigate],
  );
}
