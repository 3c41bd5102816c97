import { refusal } from './kind.ts';

/** Transfers, statements and money that came otherwise. */
export const bankingErrors = {
  'bank_account.not_found': refusal(404, 'There is no such bank account', 'List the bank accounts.'),
  'bank_account.exists': refusal(
    409,
    'The bank account is there already',
    'An IBAN is in use once for each currency. Take the other one out of use first.',
  ),
  'transfer.not_available': refusal(
    409,
    'This invoice cannot be paid by transfer now',
    'There must be something to pay, a bank account in its currency, and no other payment under way.',
  ),
  'bank_statement.not_read': refusal(
    422,
    'The statement could not be read',
    'Upload camt.053 as XML, or CSV as the mapping of the account says. Nothing of the file was taken.',
  ),
  'bank_statement.wrong_account': refusal(
    422,
    'The statement is of another account',
    'Upload it to the account whose IBAN it names.',
  ),
  'bank_line.not_found': refusal(404, 'There is no such movement', 'List the movements.'),
  'bank_line.state': refusal(
    409,
    'The movement does not stand where this can be done',
    'Look at it again: somebody may have decided on it meanwhile.',
  ),
  'allocation.refused': refusal(
    422,
    'The money cannot be placed this way',
    'The parts add up to what came, and none is more than is left to pay.',
  ),
  'received_payment.future': refusal(
    422,
    'The day has not come yet',
    'Name the day on which the money came.',
  ),
  'payment.not_reversible': refusal(
    409,
    'This payment cannot be taken back',
    'Only a transfer or a payment recorded by hand can, as long as nothing of it was given back or spent.',
  ),
  'refund.not_found': refusal(404, 'There is no such refund', 'List the refunds to transfer.'),
  'refund.not_open': refusal(409, 'The refund is decided already', 'Look at it again.'),
  'refund.nothing_to_transfer': refusal(
    409,
    'There is nothing to transfer from this account',
    'A refund must wait in its currency, and the account that it goes to must be known. Give it under Bank, To transfer.',
  ),
};
