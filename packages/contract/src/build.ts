import { type TObject, type TProperties, type TSchema, Type } from 'typebox';
import { nothing, slug } from './common.ts';
import type { Access, AnswerKind, BodyKind } from './define-route.ts';
import type { ErrorCode } from './errors.ts';
import type { OperatorRole, Scope } from './scopes.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What an author of a route writes; {@link operatorRoute} and {@link memberRoute} fill in the rest. */
interface Draft {
  readonly kind: 'query' | 'command';
  readonly access?: Access;
  readonly scope?: Scope | null;
  readonly roles?: readonly OperatorRole[];
  readonly params?: TProperties;
  readonly query?: TSchema;
  readonly bodyKind?: BodyKind;
  readonly body?: TSchema;
  readonly contentTypes?: readonly string[];
  readonly answer?: AnswerKind;
  readonly response?: TSchema;
  readonly answerTypes?: readonly string[];
  readonly status?: 200 | 201 | 202 | 204;
  readonly errors?: readonly ErrorCode[];
  readonly idempotency?: 'required' | 'exempt';
  readonly summary: string;
  readonly example?: unknown;
}

type Given<D, K extends keyof Draft, Fallback> = K extends keyof D ? D[K] : Fallback;
type BodyOf<D> = D extends { body: infer B extends TSchema } ? B : null;
type ResponseOf<D> = D extends { response: infer R extends TSchema } ? R : null;
type ParamsOf<D, Base extends TProperties> = D extends { params: infer P extends TProperties }
  ? TObject<P & Base>
  : TObject<Base>;
type QueryOf<D> = D extends { query: infer Q extends TSchema } ? Q : typeof nothing;

/** The finished route, with the types that handlers and clients derive from. */
export interface Route<
  I extends string,
  D extends Draft,
  Who extends 'operator' | 'member',
  Base extends TProperties,
> {
  readonly id: I;
  readonly kind: D['kind'];
  readonly audience: Who;
  readonly access: Given<D, 'access', Who extends 'operator' ? 'key_or_session' : 'session'> & Access;
  readonly method: Method;
  readonly path: string;
  readonly scope: Scope | null;
  readonly roles: readonly OperatorRole[];
  readonly params: ParamsOf<D, Base>;
  readonly query: QueryOf<D>;
  readonly bodyKind: Given<D, 'bodyKind', BodyOf<D> extends null ? 'none' : 'json'> & BodyKind;
  readonly body: BodyOf<D>;
  readonly contentTypes: readonly string[];
  readonly answer: Given<D, 'answer', ResponseOf<D> extends null ? 'none' : 'json'> & AnswerKind;
  readonly response: ResponseOf<D>;
  readonly answerTypes: readonly string[];
  readonly status: 200 | 201 | 202 | 204;
  readonly errors: readonly ErrorCode[];
  readonly idempotency: 'required' | 'exempt';
  readonly summary: string;
  readonly example?: unknown;
}

const CONTENT_TYPES: Record<BodyKind, readonly string[]> = {
  none: [],
  json: ['application/json'],
  events: [
    'application/json',
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
    'application/x-ndjson',
  ],
  lines: ['application/x-ndjson'],
  multipart: ['multipart/form-data'],
};

type NoBase = Record<never, never>;
type SlugBase = { slug: typeof slug };

/** A route under `/v1`. It takes an API key or a session unless `access` says otherwise. */
export function operatorRoute<const I extends string, const D extends Draft>(
  id: I,
  address: `${Method} /${string}`,
  draft: D,
): Route<I, D, 'operator', NoBase> {
  return assemble(id, 'operator', 'key_or_session', '/v1', address, draft, {}) as unknown as Route<
    I,
    D,
    'operator',
    NoBase
  >;
}

/** A route of the portal of one seller, under `/p/{slug}/api/v1`. The cookie of a member opens it. */
export function memberRoute<const I extends string, const D extends Draft>(
  id: I,
  address: `${Method} /${string}`,
  draft: D,
): Route<I, D, 'member', SlugBase> {
  const base = { slug };
  return assemble(id, 'member', 'session', '/p/{slug}/api/v1', address, draft, base) as unknown as Route<
    I,
    D,
    'member',
    SlugBase
  >;
}

function assemble(
  id: string,
  audience: 'operator' | 'member',
  defaultAccess: Access,
  prefix: string,
  address: string,
  draft: Draft,
  base: TProperties,
) {
  const [method, path] = address.split(' ') as [Method, string];
  const access = draft.access ?? defaultAccess;
  const bodyKind = draft.bodyKind ?? (draft.body === undefined ? 'none' : 'json');
  const answer = draft.answer ?? (draft.response === undefined ? 'none' : 'json');
  return {
    id,
    kind: draft.kind,
    audience,
    access,
    method,
    path: `${prefix}${path}`,
    scope: draft.scope ?? null,
    roles: draft.roles ?? [],
    params: Type.Object({ ...base, ...draft.params }, { additionalProperties: false }),
    query: draft.query ?? nothing,
    bodyKind,
    body: draft.body ?? null,
    contentTypes: draft.contentTypes ?? CONTENT_TYPES[bodyKind],
    answer,
    response: draft.response ?? null,
    answerTypes: draft.answerTypes ?? (answer === 'json' ? ['application/json'] : []),
    status: draft.status ?? (answer === 'none' ? 204 : 200),
    errors: draft.errors ?? [],
    idempotency: draft.idempotency ?? (draft.kind === 'command' && method === 'POST' ? 'required' : 'exempt'),
    summary: draft.summary,
    ...(draft.example === undefined ? {} : { example: draft.example }),
  };
}

/** The same routes, keyed by their ids. */
export type ById<T extends readonly { readonly id: string }[]> = { readonly [R in T[number] as R['id']]: R };

export function byId<const T extends readonly { readonly id: string }[]>(routes: T): ById<T> {
  return Object.fromEntries(routes.map((route) => [route.id, route])) as ById<T>;
}
