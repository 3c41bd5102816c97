/** Body of an error as Stripe's API shapes it, inside `{ error: ... }`. */
export interface ErrorBody {
  readonly type: 'card_error' | 'invalid_request_error' | 'idempotency_error' | 'api_error';
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
  readonly decline_code?: string;
  readonly charge?: string;
  readonly payment_intent?: object;
  readonly setup_intent?: object;
  readonly payment_method?: object;
  readonly doc_url?: string;
}

/**
 * A refusal that is answered in Stripe's shape. When `keepsChanges` is set, what the request changed so far
 * stays (a declined charge is a fact), and the answer is stored under the idempotency key.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly keepsChanges: boolean;

  constructor(status: number, body: ErrorBody, keepsChanges = false) {
    super(body.message);
    this.status = status;
    this.body = body.code === undefined ? body : { ...body, doc_url: docUrl(body.code) };
    this.keepsChanges = keepsChanges;
  }
}

/** A request that cannot be understood or carried out: status 400. */
export function invalid(
  message: string,
  more: { readonly code?: string; readonly param?: string } = {},
): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...more });
}

/** An id that names nothing: 404 where the path names it, 400 where a parameter does. */
export function missing(what: string, id: string, param: string, status: 400 | 404 = 400): ApiError {
  return new ApiError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${what}: '${id}'`,
    param,
  });
}

function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}
