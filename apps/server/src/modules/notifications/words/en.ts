/** The sentences that facts of mails are made of, in English; every other language has the same names. */
export const en = {
  for_invoice: 'It is for invoice {number}.',
  still_to_pay: '{amount} of it is still to be paid.',
  overpaid:
    '{amount} was more than was due. It is your credit: it pays open invoices and lowers your next ones, or we send it back if you ask us.',
  no_retry: 'We will not try again by ourselves. Please pay with another card.',
  retry_on: 'We try again on {date}. You can pay earlier with another card.',
  less_to_pay: '{amount} less is to be paid of this invoice.',
  goes_back: '{amount} goes back to the payment method you paid with.',
  pays_others: '{amount} pays your other open invoices and then lowers your next ones.',
  held_for_you: 'It is a deposit. It is held for you until it is applied or sent back.',
  lowers_invoices: 'It is credit of yours as soon as it is paid: it lowers your next invoices.',
  pay_any_time: 'You can pay it at any time.',
  limit_access: 'If it stays unpaid, your access is limited on {date}.',
  suspend_access: 'If it stays unpaid, your access is suspended on {date}.',
  cancel: 'If it stays unpaid, your subscription ends on {date}.',
  insufficient_funds: 'there was not enough money on the card.',
  expired_card: 'the card has expired.',
  incorrect_cvc: 'the security code was not right.',
  authentication_required: 'your bank wants you to confirm the payment.',
  declined: 'your bank declined the card.',
};
