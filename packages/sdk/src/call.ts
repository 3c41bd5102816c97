/** One request as the generated methods describe it, still in camel case. */
export interface CallRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly answer: 'json' | 'list' | 'raw' | 'none';
  /** True if an idempotency key belongs to it. */
  readonly keyed: boolean;
  /** True if it may be sent again when it is not known whether it arrived. */
  readonly repeatable: boolean;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: object | undefined;
  readonly bodyKind?: 'json' | 'events' | 'lines' | 'multipart';
  readonly body?: unknown;
}

export interface RequestOptions {
  /** A key of your own for a command, if you want to repeat it from another process. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Id of the tenant, for operators that are signed in. */
  readonly tenant?: string;
  /** Id of the customer, for members that belong to several. */
  readonly customer?: string;
  /** Id of the last server-sent event that was read, so that a stream goes on after it. */
  readonly lastEventId?: string;
}

/** A file for a multipart request. */
export interface FileToUpload {
  readonly file: Blob;
  readonly fileName: string;
}

export interface Page<T> {
  readonly object: 'list';
  readonly data: T[];
  readonly hasMore: boolean;
  readonly nextCursor: string | null;
}

/** Await it for one page, or loop over it with `for await` for all of them. */
export type List<T> = Promise<Page<T>> & AsyncIterable<T>;

/** Sends a request; what it returns is told by the generated signature of the method. */
export type Call = <T>(request: CallRequest, options?: RequestOptions) => T;
