import { type Search, stringifySearch } from '@billhook/ui/address';
import { useRouterState } from '@tanstack/react-router';

/** A path of this app with its query: `/p/acme/checkout?plan=pro`. */
export function hrefOf(path: string, search: Search): string {
  return `${path}${stringifySearch(search)}`;
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
