/** One fault of a request, as PayPal lists them. */
export interface Detail {
  readonly issue: string;
  readonly description: string;
  readonly field?: string;
  readonly value?: string;
  readonly location?: 'body' | 'path' | 'query';
}

/**
 * A refusal that is answered in PayPal's shape. When `keepsChanges` is set, what the request changed so far stays, and
 * the answer is stored under the request id.
 */
export class PayPalError extends Error {
  readonly status: number;
  readonly errorName: string;
  readonly details: readonly Detail[];
  readonly keepsChanges: boolean;

  constructor(
    status: number,
    errorName: string,
    message: string,
    details: readonly Detail[] = [],
    keepsChanges = false,
  ) {
    super(message);
    this.status = status;
    this.errorName = errorName;
    this.details = details;
    this.keepsChanges = keepsChanges;
  }
}

/** A request that cannot be understood: 400. */
export function invalid(field: string, issue: string, description: string): PayPalError {
  return new PayPalError(
    400,
    'INVALID_REQUEST',
    'Request is not well-formed, syntactically incorrect, or violates schema.',
    [{ field, issue, description, location: 'body' }],
  );
}

/** A request that is understood but cannot be carried out: 422. */
export function unprocessable(issue: string, description: string, keepsChanges = false): PayPalError {
  return new PayPalError(
    422,
    'UNPROCESSABLE_ENTITY',
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
    [{ issue, description }],
    keepsChanges,
  );
}

/** An id in the path that names nothing: 404. */
export function notFound(): PayPalError {
  return new PayPalError(404, 'RESOURCE_NOT_FOUND', 'The specified resource does not exist.', [
    {
      issue: 'INVALID_RESOURCE_ID',
      description: 'Specified resource ID does not exist. Please check the resource ID and try again.',
    },
  ]);
}

const REFUSALS: Readonly<Record<string, string>> = {
  INSTRUMENT_DECLINED:
    'The instrument presented was either declined by the processor or bank, or it cannot be used for this payment.',
  PAYER_CANNOT_PAY: 'Combination of payer and payee settings mean that this buyer cannot pay this seller.',
  PAYER_ACCOUNT_LOCKED_OR_CLOSED: 'The payer account cannot be used for this transaction.',
  PAYER_ACCOUNT_RESTRICTED: 'The payer account is restricted.',
  PAYEE_ACCOUNT_RESTRICTED: 'The merchant account is restricted.',
  TRANSACTION_REFUSED: 'The request was refused.',
};

/** A charge that is refused, with the words of its kind. */
export function refusedCharge(issue: string): PayPalError {
  return unprocessable(issue, REFUSALS[issue] ?? 'The payment was refused.', true);
}
