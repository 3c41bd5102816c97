import { useNavigate, useParams, useRouterState, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** What an address says besides its path: filters, a plan that was chosen. Everything there is text. */
export type Search = Readonly<Record<string, string | undefined>>;

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

/** A path of this app with its query: `/p/acme/checkout?plan=pro`. */
export function hrefOf(path: string, search: Search): string {
  return `${path}${stringifySearch(search)}`;
}

export function splitHref(href: string): { to: string; search: Record<string, string> } {
  const at = href.indexOf('?');
  return at < 0
    ? { to: href, search: {} }
    : { to: href.slice(0, at), search: parseSearch(href.slice(at + 1)) };
}

/** A parameter of the path, such as the slug of the seller. */
export function usePathParam(name: string): string {
  const params = useParams({ strict: false }) as Record<string, string | undefined>;
  return params[name] ?? '';
}

/** What the address says, and a way to change some of it. An empty value takes a member away. */
export function useFilters(): readonly [Search, (patch: Search) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = useCallback(
    (patch: Search) => {
      void navigate({
        to: '.',
        search: ((before: Search) => ({ ...before, ...patch })) as never,
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [search, change];
}

/** Goes to an address of this app such as `/p/acme/invoices?status=open`. */
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

/** Path and query of the page shown, to come back to it. */
export function useHere(): string {
  return useRouterState({ select: (state) => `${state.location.pathname}${state.location.searchStr}` });
}

/** Where to go after signing in. Only a path of the same portal is followed, so that no link leads elsewhere. */
export function safeNext(next: string | undefined, slug: string): string {
  const home = `/p/${slug}`;
  if (next === undefined || next.includes('\\')) return home;
  return next === home || next.startsWith(`${home}/`) || next.startsWith(`${home}?`) ? next : home;
}
