import {
  type AnyRoute,
  createRootRoute,
  createRoute,
  type lazyRouteComponent,
  type RouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { parseSearch, type Search, stringifySearch } from './address.ts';

/** Screens by path. Each is a file of its own that is fetched when someone goes there. */
export type Screens = Readonly<Record<string, ReturnType<typeof lazyRouteComponent>>>;

export interface RootOptions {
  readonly component: RouteComponent;
  readonly notFound: RouteComponent;
  /** What stays in the address wherever one goes, so that an address can be handed on and tabs may differ. */
  readonly keep: string;
}

/** The route that all others hang below. */
export function rootRoute({ component, notFound, keep }: RootOptions) {
  return createRootRoute({
    component,
    notFoundComponent: notFound,
    validateSearch: (search: Record<string, unknown>): Search => search as Search,
    search: { middlewares: [retainSearchParams<Search>([keep])] },
  });
}

/** One route for each screen, below the same parent. */
export function routesOf<Parent extends AnyRoute>(parent: Parent, screens: Screens) {
  return Object.entries(screens).map(([path, component]) =>
    createRoute({ getParentRoute: () => parent, path, component }),
  );
}

/** What every router here has. Addresses are plain text, without JSON. */
export const ROUTER_OPTIONS = {
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
} as const;
