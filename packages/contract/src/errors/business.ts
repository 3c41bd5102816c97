import { refusal } from './kind.ts';

/** Customers, catalogue, subscriptions, usage, entitlements, the clock. */
export const businessErrors = {
  'customer.not_found': refusal(
    404,
    'There is no such customer',
    'Give the id of a customer of this tenant, or your external id.',
  ),
  'customer.already_exists': refusal(
    409,
    'This external id is taken',
    'Find the customer by it, or choose another one.',
  ),
  'customer.currency_fixed': refusal(
    409,
    'The currency cannot change any more',
    'A customer with subscriptions, invoices or credit keeps its currency. Make another customer.',
  ),
  'customer.texts_not_stopped': refusal(
    409,
    'Texts are not stopped',
    'Nothing is to be lifted: look at the number of the customer.',
  ),
  'customer.parked': refusal(
    409,
    'Billing of this customer is on hold',
    'A safety bound tripped. Look at the open case and close it first.',
  ),
  'tax_certificate.not_found': refusal(
    404,
    'There is no such certificate',
    'List the certificates of the customer.',
  ),
  'tax_certificate.decided': refusal(
    409,
    'This was decided already',
    'Only one that waits is accepted or refused, and only one that was accepted is withdrawn. Look at its state.',
  ),
  'tax_certificate.too_many': refusal(
    409,
    'Enough certificates wait to be checked',
    'Wait until the seller has looked at those that were given.',
  ),
  'case.not_found': refusal(404, 'There is no such case', 'List the cases.'),
  'case.already_closed': refusal(409, 'The case is closed already', 'Nothing is left to do.'),
  'meter.not_found': refusal(404, 'There is no such meter', 'List the meters.'),
  'meter.already_exists': refusal(409, 'This key is taken', 'Choose another key.'),
  'feature.not_found': refusal(404, 'There is no such feature', 'List the features.'),
  'feature.already_exists': refusal(409, 'This key is taken', 'Choose another key.'),
  'feature.not_metered': refusal(
    422,
    'This feature has no meter',
    'Usage can be tracked for metered features only.',
  ),
  'feature.not_consumable': refusal(
    422,
    'Units of this feature cannot be taken one by one',
    'Consume and reserve need a meter that counts, adds up or keeps a level, and an event that it counts and that other meters of its type can read.',
  ),
  'reservation.not_found': refusal(404, 'There is no such reservation', 'Reserve first.'),
  'reservation.expired': refusal(
    409,
    'The reservation has expired',
    'Its units were given back. Count the usage with track, or reserve again.',
  ),
  'reservation.exceeded': refusal(
    422,
    'The reservation does not hold as much',
    'Settle and keep at most what is held.',
  ),
  'right.invalid': refusal(
    422,
    'The right does not fit its feature',
    'Each fault in `errors` says what is wrong. A grant gives and ends after it begins; an override may also take.',
  ),
  'override.not_found': refusal(404, 'There is no such override', 'List the overrides of the customer.'),
  'override.already_removed': refusal(409, 'The override was removed before', 'Nothing is left to do.'),
  'right_grant.not_found': refusal(404, 'There is no such grant', 'List the grants of the customer.'),
  'right_grant.ended': refusal(409, 'The grant has ended', 'Nothing of it is left to take back.'),
  'entitlement.subject_required': refusal(
    422,
    'Name the member or device',
    'The feature is counted for each member or device. Send its id as `subject`.',
  ),
  'plan.not_found': refusal(404, 'There is no such plan', 'List the plans.'),
  'plan.already_exists': refusal(409, 'This key is taken', 'Choose another key.'),
  'plan.archived': refusal(409, 'The plan is archived', 'Choose a plan that is on sale.'),
  'plan.invalid': refusal(
    422,
    'The plan does not hold together',
    'Each fault in `errors` says what is wrong with prices or entitlements.',
  ),
  'plan.not_at_stripe': refusal(
    409,
    'No price at Stripe stands for this plan',
    'Make the catalogue the same on both sides first.',
  ),
  'plan.currency_mismatch': refusal(
    422,
    'Plan and customer have different currencies',
    'Choose a plan in the currency of the customer.',
  ),
  'catalogue.invalid': refusal(
    422,
    'The catalogue does not hold together',
    'Each fault in `errors` points into the file. Nothing was changed.',
  ),
  'catalogue.fixed_field': refusal(
    409,
    'Something published cannot change',
    'Meters keep type and aggregation, features their kind, packs what they sell for how much. Make a new one with another key.',
  ),
  'coupon.not_found': refusal(404, 'There is no such coupon', 'List the coupons.'),
  'coupon.already_exists': refusal(409, 'This key is taken', 'Choose another key.'),
  'coupon.invalid': refusal(
    422,
    'The coupon does not hold together',
    'Each fault in `errors` says what is wrong with it.',
  ),
  'coupon.not_redeemable': refusal(
    409,
    'This coupon cannot be used here',
    'It has ended, was used as often as it may be, or is not for this plan, currency or customer; `reason` says which.',
  ),
  'discount.not_found': refusal(
    404,
    'There is no such discount that still runs',
    'Get the subscription and look at its discounts.',
  ),
  'add_on.not_found': refusal(
    404,
    'There is no such add-on',
    'List the plans of the kinds add_on and one_off.',
  ),
  'add_on.not_available': refusal(
    409,
    'This add-on cannot be taken here',
    'It is not offered with this plan or in this currency, or is taken already; `reason` says which.',
  ),
  'add_on.not_added': refusal(
    404,
    'The subscription does not have this add-on',
    'Get the subscription and look at its add-ons.',
  ),
  'subscription.not_found': refusal(
    404,
    'There is no such subscription',
    'List the subscriptions of the customer.',
  ),
  'subscription.already_exists': refusal(
    409,
    'The customer has this subscription already',
    'Change the running subscription instead.',
  ),
  'subscription.not_changeable': refusal(
    409,
    'The subscription cannot change this way',
    'Its state forbids it; the detail says which.',
  ),
  'subscription.not_at_stripe': refusal(
    409,
    'Stripe does not compute this subscription',
    'Change it here; what it costs is billed here.',
  ),
  'subscription.change_under_way': refusal(
    409,
    'A change of this subscription is under way at Stripe',
    'Wait for its outcome, then ask again.',
  ),
  'subscription.already_canceled': refusal(409, 'The subscription is canceled', 'Start a new one.'),
  'subscription.nothing_scheduled': refusal(
    409,
    'Nothing is scheduled',
    'There is no change or cancellation ahead that could be undone.',
  ),
  'subscription.step_not_found': refusal(
    404,
    'Nothing with this id lies ahead',
    'It may have happened or been undone already. Get the subscription and look at its schedule.',
  ),
  'subscription.paused': refusal(409, 'The subscription is paused', 'Resume it first.'),
  'subscription.not_paused': refusal(409, 'The subscription is not paused', 'Nothing needs to be resumed.'),
  'subscription.not_pausable': refusal(
    409,
    'The subscription cannot be paused now',
    'Only an active subscription can be paused, once. Undo a pause that lies ahead first.',
  ),
  'subscription.trial_over': refusal(
    409,
    'There is no running trial',
    'A trial can be moved only while it runs.',
  ),
  'plan_version.not_found': refusal(
    404,
    'There is no such version of the plan',
    'List the versions of the plan.',
  ),
  'subscription.payment_method_missing': refusal(
    409,
    'There is no payment method',
    'Add a card first, or collect manually.',
  ),
  'billing.refused': refusal(
    409,
    'This cannot be billed',
    'Nothing was changed; the detail says which rule or bound stands against it.',
  ),
  'event.not_found': refusal(
    404,
    'There is no such event',
    'List the events; source and id together name one.',
  ),
  'stream.not_found': refusal(404, 'There is no such stream', 'Open a new stream and send every line.'),
  'stream.out_of_step': refusal(
    409,
    'The stream goes on at another line',
    'Read the receipt and send the lines after `lines_taken`.',
  ),
  'usage_archive.not_found': refusal(404, 'There is no such archive', 'List the archives of usage.'),
  'quarantine.not_found': refusal(404, 'There is no such quarantined event', 'List the quarantine.'),
  'quarantine.already_resolved': refusal(409, 'The event was dealt with before', 'Nothing needs to be done.'),
  'entitlement.limit_reached': refusal(
    402,
    'The limit of the plan is reached',
    'Move to a larger plan, or wait until the limit resets.',
  ),
  'entitlement.window_exhausted': refusal(
    429,
    'The limit of this window is reached',
    'Wait as long as the header Retry-After says.',
  ),
  'clock.not_movable': refusal(
    409,
    'This clock cannot be moved',
    'Only the clock of a sandbox moves, only forward, and at most five years at a time.',
  ),
  'clock.not_moving': refusal(409, 'The clock is not moving', 'Nothing needs to be done.'),
  'clock.moving': refusal(
    409,
    'The clock is moving',
    'Wait until it has arrived; GET /v1/clock shows the progress.',
  ),
};
