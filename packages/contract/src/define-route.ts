import type { Static, TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';
import type { OperatorRole, Scope } from './scopes.ts';

/** Who calls: the seller's side, or the customer's side. */
export type Audience = 'operator' | 'member';

/**
 * How the caller is known. `key_or_session`: an API key with the route's scope, or an operator with one of its roles.
 * `session`: a signed-in person only. `public`: nobody need be signed in.
 */
export type Access = 'key_or_session' | 'session' | 'public';

/**
 * How the body travels. `events` is one CloudEvent, a list of them or NDJSON, always handed on as a list. `lines` is
 * NDJSON of any length, handed on as it comes in.
 */
export type BodyKind = 'none' | 'json' | 'events' | 'lines' | 'multipart';

/** How the answer travels. A `raw` handler returns a {@link RawAnswer}; a `none` handler returns nothing (204). */
export type AnswerKind = 'json' | 'raw' | 'none';

/** One operation of the API: everything that the server, the client and the documents derive from. */
export interface RouteDefinition {
  /** Unique in all contracts; the operation id of the OpenAPI document. */
  readonly id: string;
  /** A command changes business state in one transaction; a query reads. */
  readonly kind: 'query' | 'command';
  readonly audience: Audience;
  readonly access: Access;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Whole path with parameters in braces. */
  readonly path: string;
  /** What an API key must be allowed; null where no key is accepted. */
  readonly scope: Scope | null;
  /** Operator roles that may call it; empty on member and public routes. */
  readonly roles: readonly OperatorRole[];
  readonly params: TSchema;
  /** Figures and booleans arrive as text and are read by the schema. */
  readonly query: TSchema;
  readonly bodyKind: BodyKind;
  /** Null exactly if `bodyKind` is `none`. For `multipart` the fields beside the file. */
  readonly body: TSchema | null;
  /** Media types that the request may have; empty without a body. */
  readonly contentTypes: readonly string[];
  readonly answer: AnswerKind;
  /** Null exactly if `answer` is not `json`. */
  readonly response: TSchema | null;
  /** Media types of a `raw` answer; `application/json` otherwise. */
  readonly answerTypes: readonly string[];
  /** Status of success. */
  readonly status: 200 | 201 | 202 | 204;
  /** Codes of its own; those that any route may answer with are in `errors.ts`. */
  readonly errors: readonly ErrorCode[];
  /** Whether the header `Idempotency-Key` must be sent. */
  readonly idempotency: 'required' | 'exempt';
  /** One sentence. */
  readonly summary: string;
  /** A body that the schema accepts, for documents and tests. */
  readonly example?: unknown;
}

/** A file, a stream or a text that is not JSON of the contract. */
export interface RawAnswer {
  readonly contentType: string;
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one file of a multipart request, named `file`. Its content may be read once. */
export interface UploadedFile {
  readonly fileName: string;
  readonly declaredContentType: string;
  readonly content: AsyncIterable<Uint8Array>;
}

type StaticOrEmpty<S> = S extends TSchema ? Static<S> : undefined;

/** What a handler of the route is given after validation. */
export interface RouteInput<R extends RouteDefinition> {
  readonly params: Static<R['params']>;
  readonly query: Static<R['query']>;
  readonly body: R['bodyKind'] extends 'multipart'
    ? StaticOrEmpty<R['body']> & { readonly file: UploadedFile }
    : R['bodyKind'] extends 'lines'
      ? AsyncIterable<Uint8Array>
      : StaticOrEmpty<R['body']>;
}

/** What a handler of the route returns. */
export type RouteOutput<R extends RouteDefinition> = R['answer'] extends 'raw'
  ? RawAnswer
  : R['response'] extends TSchema
    ? Static<R['response']>
    : undefined;
