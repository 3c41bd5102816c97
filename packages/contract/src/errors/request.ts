import { passing, refusal } from './kind.ts';

/** Faults of the request itself, of sign-in and of the server. */
export const requestErrors = {
  'request.malformed': refusal(
    400,
    'The request cannot be read',
    'Send well-formed JSON in UTF-8, without U+0000 and lone surrogates.',
  ),
  'request.invalid': refusal(
    422,
    'The request has faults',
    'Each fault in `errors` points at a member; mend all of them and send it again.',
  ),
  'request.too_large': refusal(
    413,
    'The request is too large',
    'Send less at once: events go in batches of up to 1,000.',
  ),
  'request.unsupported_media_type': refusal(
    415,
    'This media type is not taken here',
    'Set Content-Type to one of those that the operation names.',
  ),
  'request.not_found': refusal(
    404,
    'There is nothing at this address',
    'Compare method and path with the API reference.',
  ),
  'request.method_not_allowed': refusal(
    405,
    'This method is not taken here',
    'The header Allow names the methods of this address.',
  ),
  'auth.required': refusal(
    401,
    'Sign in or send an API key',
    'Send `Authorization: Bearer sk_…` or sign in. A key may have been revoked or have run out.',
  ),
  'auth.forbidden': refusal(
    403,
    'This is not allowed to you',
    'The scope of the key or your role does not reach this far; ask an owner or admin.',
  ),
  'auth.origin_refused': refusal(
    403,
    'The request came from another site',
    'Call with a cookie only from the pages of this server.',
  ),
  'idempotency.key_missing': refusal(
    400,
    'The header Idempotency-Key is missing',
    'Send a value of your own that is unique for this action, such as a UUID.',
  ),
  'idempotency.key_reused': refusal(
    422,
    'This Idempotency-Key was used for something else',
    'Take a new key for a new action; repeat an old one only with the same request.',
  ),
  'idempotency.in_progress': passing(
    409,
    'The same request is still at work',
    'Wait a moment and send the same request with the same key again.',
  ),
  'rate.limited': passing(429, 'Too many requests', 'Wait as long as the header Retry-After says.'),
  'preview.stale': refusal(
    409,
    'The preview is out of date',
    'Something changed since the preview was made. Make a new one and confirm that.',
  ),
  'preview.refused': refusal(
    422,
    'This token cannot be taken',
    'It was made for something else, altered, or is too old. Make a new preview and confirm that.',
  ),
  'server.internal': passing(
    500,
    'Something went wrong on our side',
    'Nothing was changed. Try again with the same Idempotency-Key; if it stays, report the request id.',
  ),
  'server.unavailable': passing(503, 'Not available just now', 'Try again as the header Retry-After says.'),
  'server.conflict': passing(
    409,
    'Others changed the same thing at the same time',
    'Nothing was changed. Send the same request again.',
  ),
};
