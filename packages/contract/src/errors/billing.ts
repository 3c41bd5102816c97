import { passing, refusal } from './kind.ts';

/** Invoices, payments, checkout. */
export const billingErrors = {
  'invoice.not_found': refusal(404, 'There is no such invoice', 'List the invoices.'),
  'ledger.month_not_over': refusal(
    409,
    'The month cannot be closed',
    'A month of the books closes when it is over and the books had begun by then.',
  ),
  'ledger.range_invalid': refusal(
    422,
    'These months cannot be shown',
    'Ask for at most 60 months, the first before the last.',
  ),
  'invoice.not_open': refusal(
    409,
    'The invoice is not open',
    'Only an open invoice can be paid, collected or voided.',
  ),
  'invoice.billed_at_stripe': refusal(
    409,
    'Stripe computes and collects this invoice',
    'Do it at Stripe; what becomes of it shows here.',
  ),
  'invoice.has_payments': refusal(409, 'The invoice has payments', 'Refund them first.'),
  'invoice.collection_running': refusal(
    409,
    'A payment of this invoice is under way',
    'Wait for its outcome, so that nothing is charged twice.',
  ),
  'invoice.has_credit_notes': refusal(
    409,
    'A part of the invoice is credited',
    'Credit the rest as well instead of voiding it.',
  ),
  'invoice.has_debit_notes': refusal(
    409,
    'A debit note raises the invoice',
    'Void the debit note first, or credit both.',
  ),
  'debit_note.invoice_not_issued': refusal(
    409,
    'This invoice cannot be raised',
    'Only an invoice that is not void can be raised by a debit note.',
  ),
  'debit_note.line_unknown': refusal(
    422,
    'A line is not on this invoice',
    'Name lines of the invoice that the debit note raises.',
  ),
  'debit_note.not_reissued': refusal(
    409,
    'A debit note is not issued again',
    'Void it and write another, or let the next invoice bill what it claimed.',
  ),
  'invoice.not_comparable': refusal(
    422,
    'These invoices cannot be compared',
    'Name another invoice of the same customer in the same currency.',
  ),
  'document.not_found': refusal(404, 'There is no such document', 'List the documents.'),
  'document.taken_away': refusal(
    410,
    'The document was taken away',
    'Its customer was erased and the years for which it had to be kept are over. Its number and amounts are still listed.',
  ),
  'document.nothing_to_bill': refusal(
    409,
    'Nothing is to be billed',
    'Name a subscription that will be billed again.',
  ),
  'document.nothing_overdue': refusal(
    409,
    'Nothing is overdue',
    'Wait until an invoice is past its due date.',
  ),
  'credit_note.not_found': refusal(404, 'There is no such credit note', 'List the credit notes.'),
  'credit_note.invoice_not_issued': refusal(
    409,
    'This invoice cannot be credited',
    'Only an invoice that is not void can be credited.',
  ),
  'credit_note.line_unknown': refusal(
    422,
    'A line is not on this invoice, or named twice',
    'Name each line of the invoice once at most.',
  ),
  'credit_note.exceeds': refusal(
    422,
    'The credit is more than what is left',
    'Credit at most what was invoiced less what was credited and refunded before.',
  ),
  'credit_note.nothing_left': refusal(409, 'Nothing is left to credit', 'It was credited before.'),
  'credit_note.not_settled': refusal(
    422,
    'The credit cannot be settled this way',
    'Let it become credit of the customer: more is credited than is open, or than was paid by card.',
  ),
  'invoice_line.not_found': refusal(
    404,
    'There is no such invoice line',
    'The lines are listed with their invoice.',
  ),
  'document.no_address': refusal(
    409,
    'The customer has no mail address',
    'Give the customer a mail address, or download the document and send it otherwise.',
  ),
  'invoice_line.not_metered': refusal(
    409,
    'The line rests on no usage',
    'Only lines whose price counts a meter have usage by day. The explanation says what this one rests on.',
  ),
  'payment.not_found': refusal(404, 'There is no such payment', 'List the payments.'),
  'payment.not_refundable': refusal(
    409,
    'This payment cannot be refunded',
    'Only a payment that succeeded can be given back.',
  ),
  'payment.refund_exceeds': refusal(
    422,
    'The refund is more than what is left',
    'Refund at most what was paid less earlier refunds.',
  ),
  'payment.refund_needs_approval': refusal(
    409,
    'This refund needs a second person',
    'Ask for approval; another person of the team decides on it.',
  ),
  'payment.disputed': refusal(
    409,
    'The bank took this payment back',
    'Answer the dispute. While the money is out, or once it is lost, nothing is refunded as well.',
  ),
  'dispute.not_found': refusal(404, 'There is no such dispute', 'List the disputes.'),
  'dispute.closed': refusal(409, 'This dispute has been decided', 'Nothing more can be handed in.'),
  'dispute.answered': refusal(
    409,
    'This dispute has been answered',
    'An answer is handed in once; wait for the decision of the bank.',
  ),
  'dispute.deadline_passed': refusal(
    409,
    'The deadline has passed',
    'The bank takes no answer any more; wait for its decision.',
  ),
  'dispute.files_not_taken': refusal(
    422,
    'These files cannot go with the answer',
    'Send PDF, PNG or JPEG of this customer, one of a kind, together at most 4.5 MB.',
  ),
  'payment.no_receipt': refusal(
    409,
    'There is no receipt of this',
    'Only a payment that succeeded has a receipt.',
  ),
  'payment.deposit_held': refusal(
    409,
    'This payment is held as a deposit',
    'Send the deposit back, or apply it; then what is left can be refunded.',
  ),
  'payment_request.not_found': refusal(404, 'There is no such payment request', 'List the requests.'),
  'payment_request.not_open': refusal(
    409,
    'This payment request is not open',
    'It was paid or taken back. Make a new one.',
  ),
  'payment_request.collecting': refusal(
    409,
    'A payment for this is under way',
    'A page or a charge is open. Wait for it to end; an open page ends within a day.',
  ),
  'deposit.exceeds_held': refusal(
    422,
    'This is more than is held',
    'Apply or send back at most what is held of the deposit.',
  ),
  'approval.not_found': refusal(404, 'There is no such request', 'List the requests.'),
  'approval.closed': refusal(409, 'This request is closed', 'It was decided or has run out. Ask again.'),
  'approval.own_request': refusal(
    403,
    'Nobody approves their own request',
    'Ask a colleague with the role finance, admin or owner.',
  ),
  'approval.already_waiting': refusal(
    409,
    'A request about this waits already',
    'Have it decided first, or take it back.',
  ),
  'payment_method.not_found': refusal(
    404,
    'There is no such payment method',
    'List the payment methods of the customer.',
  ),
  'payment_method.is_default': refusal(
    409,
    'The default cannot be its own backup',
    'Choose another payment method, or make another one the default first.',
  ),
  'payment_method.in_use': refusal(
    409,
    'The payment method is needed',
    'The last method of a running subscription cannot be removed. Add another one first.',
  ),
  'payment_method.refused': refusal(
    422,
    'The payment provider does not know this method',
    'Use the id of a method that belongs to the account of this tenant.',
  ),
  'provider.not_configured': refusal(
    409,
    'No payment provider is set up',
    'Put the keys of the provider into the settings.',
  ),
  'provider.keys_refused': refusal(
    422,
    'The payment provider does not take these keys',
    'Copy client id, secret and webhook id of the same app at the provider, for the same mode.',
  ),
  'provider.endpoint_missing': refusal(
    409,
    'No webhook endpoint at the provider has this address',
    'Add an endpoint with the address that GET /v1/payment_provider names, then try again.',
  ),
  'provider.not_allowed': refusal(
    409,
    'The key may not do this at the provider',
    'Give the restricted key write access to webhook endpoints, or add the events in the dashboard of the provider.',
  ),
  'provider.unavailable': passing(
    503,
    'The payment provider does not answer',
    'Nothing was charged by this request. Try again with the same Idempotency-Key.',
  ),
  'checkout.not_found': refusal(404, 'There is no such checkout', 'Start a new one.'),
  'checkout.superseded': refusal(
    409,
    'Another payment page took the place of this one',
    'Use the page that was asked for last, or ask again.',
  ),
};
