import type { RouteDefinition } from '@billhook/contract/define-route';
import type { OperatorRole, Scope } from '@billhook/contract/scopes';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import type { RateLimiter } from './limits.ts';

export type KeyPrincipal = { kind: 'api_key'; id: string; tenantId: number; scopes: readonly Scope[] };
export type OperatorPrincipal = { kind: 'operator'; id: string; tenantId: number; role: OperatorRole };
export type MemberPrincipal = { kind: 'member'; id: string; tenantId: number };
/** Nobody: a public route. The tenant is the one that the path names, if any. */
export type OpenPrincipal = { kind: 'open'; tenantId: number | null };
export type Principal = KeyPrincipal | OperatorPrincipal | MemberPrincipal | OpenPrincipal;

/** What authentication needs to know of people and keys; implemented by identity and customers. */
export type Directory = {
  /** The key, unless it is unknown, revoked or expired. */
  findKey(token: string): Promise<KeyPrincipal | undefined>;
  /** The same as far as it is remembered, without waiting. */
  knownKey(token: string): KeyPrincipal | undefined;
  /** What the key was when it was last looked up; only for handlers whose transaction sees that it stands. */
  recallKey(token: string): KeyPrincipal | undefined;
  /** The signed-in operator, and the tenant chosen among theirs. Refuses a tenant that is not theirs. */
  findOperator(headers: Headers, tenant: string | undefined): Promise<OperatorPrincipal | undefined>;
  findMember(slug: string, headers: Headers): Promise<MemberPrincipal | undefined>;
  /** The tenant of a portal's address. */
  findSlug(slug: string): Promise<number | undefined>;
  /** Names the first thing that looks like a key in a text. */
  mentionsKey(text: string): boolean;
};

export type AuthenticateDeps = { directory: Directory; limiter: RateLimiter; ownOrigin: () => string };

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Headers in the form that the fetch API has. */
export function fetchHeaders(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) headers.append(name, one);
  }
  return headers;
}

/** Finds out who asks and whether they may. @throws Refusal with 400, 401, 403, 404 or 429 */
export async function authenticate(
  deps: AuthenticateDeps,
  route: RouteDefinition,
  request: FastifyRequest,
): Promise<Principal> {
  if (deps.directory.mentionsKey(request.url)) {
    refuse(
      'request.malformed',
      'An API key was sent in the address, where it ends up in logs. Revoke it and send the new one in the Authorization header.',
    );
  }
  const principal =
    route.audience === 'member' ? await member(deps, route, request) : await operator(deps, route, request);
  permit(route, principal);
  return principal;
}

async function operator(
  deps: AuthenticateDeps,
  route: RouteDefinition,
  request: FastifyRequest,
): Promise<Principal> {
  if (route.access === 'public') return { kind: 'open', tenantId: null };
  const authorization = request.headers.authorization;
  if (authorization !== undefined) return byKey(deps, authorization, request.ip);
  if (request.headers.cookie === undefined) return unknown(deps, request.ip);
  checkOrigin(deps, request);
  const found = await deps.directory.findOperator(fetchHeaders(request), chosenTenant(request));
  return found ?? unknown(deps, request.ip);
}

/** The token of the header, if it has the form of one. */
export const bearerToken = (authorization: string) =>
  /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1];

async function byKey(deps: AuthenticateDeps, authorization: string, ip: string): Promise<Principal> {
  const token = bearerToken(authorization);
  const found = token === undefined ? undefined : await deps.directory.findKey(token);
  return found ?? unknown(deps, ip);
}

/** A page cannot set headers on a link or an event stream, so reading routes take the tenant from the query too. */
function chosenTenant(request: FastifyRequest): string | undefined {
  const header = request.headers['billhook-tenant'];
  if (typeof header === 'string') return header;
  if (!SAFE_METHODS.has(request.method)) return undefined;
  const { tenant } = request.query as { tenant?: unknown };
  return typeof tenant === 'string' ? tenant : undefined;
}

async function member(
  deps: AuthenticateDeps,
  route: RouteDefinition,
  request: FastifyRequest,
): Promise<Principal> {
  const { slug } = request.params as { slug?: string };
  const tenantId = slug === undefined ? undefined : await deps.directory.findSlug(slug);
  if (slug === undefined || tenantId === undefined)
    refuse('tenant.not_found', 'There is no portal at this address.');
  const isOpen = route.access === 'public';
  // A public page knows its signed-in reader too, and greets a visitor otherwise.
  const found = request.headers.cookie === undefined ? undefined : await signedInMember(deps, slug, request);
  if (found !== undefined) return found;
  return isOpen ? { kind: 'open', tenantId } : unknown(deps, request.ip);
}

async function signedInMember(deps: AuthenticateDeps, slug: string, request: FastifyRequest) {
  checkOrigin(deps, request);
  return deps.directory.findMember(slug, fetchHeaders(request));
}

/** Only what fails counts: many people may stand behind one address, and who has a valid key is never kept out. */
export function unknown(deps: Pick<AuthenticateDeps, 'limiter'>, ip: string): never {
  deps.limiter.take('refused', ip);
  refuse('auth.required', 'The request carries no valid key or session.');
}

/**
 * A browser sends cookies along with what other sites make it send. A change is taken only from a page of this
 * server: the browser says so in Origin or Sec-Fetch-Site, and neither can be set by a page.
 */
export function checkOrigin(deps: Pick<AuthenticateDeps, 'ownOrigin'>, request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  const { origin } = request.headers;
  const isOwn =
    origin === undefined
      ? request.headers['sec-fetch-site'] === 'same-origin'
      : origin === deps.ownOrigin() || origin === `${request.protocol}://${request.host}`;
  if (!isOwn)
    refuse('auth.origin_refused', 'With a cookie, changes are taken only from the pages of this server.');
}

export function permit(route: RouteDefinition, principal: Principal): void {
  if (principal.kind === 'api_key') {
    if (route.access !== 'key_or_session' || route.scope === null) {
      refuse('auth.forbidden', 'This operation needs a signed-in person; API keys cannot call it.');
    }
    if (!principal.scopes.includes(route.scope)) {
      refuse('auth.forbidden', `The key lacks the scope ${route.scope}.`, {
        facts: { required_scope: route.scope },
      });
    }
  }
  if (principal.kind === 'operator' && !route.roles.includes(principal.role)) {
    refuse('auth.forbidden', `The role ${principal.role} may not do this.`, {
      facts: { required_roles: route.roles },
    });
  }
}

export function actorOf(principal: Principal): Actor {
  return principal.kind === 'open'
    ? { kind: 'system', id: 'public' }
    : { kind: principal.kind, id: principal.id };
}

/** Name of the caller for limits and idempotency. */
export function callerName(principal: Principal, ip: string): string {
  if (principal.kind === 'open') return `open:${ip}`;
  const known = names.get(principal);
  if (known !== undefined) return known;
  const name = `${principal.kind}:${principal.id}`;
  names.set(principal, name);
  return name;
}

/** Principals of keys are remembered, and a text that is made anew is read whole before anything is found under it. */
const names = new WeakMap<Principal, string>();
