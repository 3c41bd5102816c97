import { type ErrorKind, refusal } from './kind.ts';

/** Credits: what they are counted in, what is held, spent, given back and bought. */
export const creditErrors = {
  'credit_type.not_found': refusal(404, 'There is no such credit type', 'List the credit types.'),
  'credit_type.already_exists': refusal(
    409,
    'The key belongs to another credit type',
    'Choose another key, or use the one that is there.',
  ),
  'credit_pack.not_found': refusal(404, 'There is no such pack on sale', 'List the credit packs.'),
  'credit_pack.already_exists': refusal(
    409,
    'The key belongs to another pack',
    'Choose another key, or use the one that is there.',
  ),
  'credit_grant.not_found': refusal(404, 'There is no such grant', 'Get the credits of the customer.'),
  'credit_consumption.not_found': refusal(
    404,
    'There is no such consumption',
    'Look it up in the history of the customer.',
  ),
  'credits.invalid': refusal(
    422,
    'This does not hold together',
    'The faults name each field and say what it may hold. Nothing was changed.',
  ),
  'credits.insufficient': refusal(
    402,
    'There are not enough credits',
    'Buy or grant more. Nothing was spent; the problem says what is available.',
  ),
  'credits.nothing_left': refusal(
    409,
    'Nothing is left of the grant',
    'It was spent, has expired or was taken back; the history says which.',
  ),
  'credits.refund_exceeds': refusal(
    422,
    'More would be given back than was spent',
    'The problem says how much can still be given back.',
  ),
  'credits.event_conflict': refusal(
    409,
    'The event id was used for something else',
    'Repeat an event with the very same content, or give another id.',
  ),
  'credits.no_cost': refusal(
    409,
    'The feature costs no credits now',
    'Set what it costs, or name the credit type and the amount.',
  ),
  'credits.no_subscription': refusal(
    409,
    'There is no subscription to charge the purchase on',
    'Credits are charged beside a subscription in the currency of the pack, also one that has ended. Start one; a plan without a price is enough.',
  ),
} satisfies Record<string, ErrorKind>;
