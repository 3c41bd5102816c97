import type { Route } from './call.ts';

/** The route of a method and a path, with the part of the path that it names `:id`. Earlier routes come first. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly route: Route; readonly id: string } | undefined {
  const parts = path.split('/');
  for (const route of routes) {
    const pattern = route.path.split('/');
    if (route.method !== method || pattern.length !== parts.length) continue;
    if (pattern.every((part, index) => part.startsWith(':') || part === parts[index])) {
      return { route, id: parts[pattern.indexOf(':id')] ?? '' };
    }
  }
  return undefined;
}
