import { passing, refusal } from './kind.ts';

/** What guards payments: the block list, velocity, inbound messages, reconciliation. */
export const paymentCareErrors = {
  'payment.blocked': refusal(
    403,
    'No payment is taken here',
    'Nothing was charged. The seller decides whom payments are taken from; ask them.',
  ),
  'payment.too_many_tries': passing(
    429,
    'Too many tries to pay',
    'Nothing was charged by this one. Wait as long as retry_after says, then try once.',
  ),
  'block.not_found': refusal(404, 'There is no such block', 'List the block list.'),
  'block.exists': refusal(409, 'This is blocked already', 'Nothing more needs to be done.'),
  'block.value': refusal(422, 'This cannot be blocked', 'The detail says what it should look like.'),
  'provider_event.not_found': refusal(404, 'There is no such message', 'List the messages of the provider.'),
  'provider_event.not_replayable': refusal(
    409,
    'This message cannot be read again',
    'It is of another mode, of another account, or no message of a provider, which reading it again cannot change.',
  ),
  'payout.not_found': refusal(404, 'There is no such payout', 'List the payouts.'),
  'secret.not_found': refusal(404, 'There is no such secret', 'List how old the secrets are.'),
};
