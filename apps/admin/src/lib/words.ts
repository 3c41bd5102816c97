import type {
  InvoiceStatus,
  OperatorRole,
  Payment,
  Price,
  SubscriptionStatus,
} from '@billhook/sdk/generated/types';
import type { Tone } from '@billhook/ui/status';

interface Said {
  readonly tone: Tone;
  readonly word: string;
}

export const SUBSCRIPTION_STATUS: Readonly<Record<SubscriptionStatus, Said>> = {
  scheduled: { tone: 'info', word: 'Scheduled' },
  trialing: { tone: 'info', word: 'Trial' },
  active: { tone: 'ok', word: 'Active' },
  past_due: { tone: 'problem', word: 'Past due' },
  paused: { tone: 'attention', word: 'Paused' },
  canceled: { tone: 'neutral', word: 'Canceled' },
};

export const INVOICE_STATUS: Readonly<Record<InvoiceStatus, Said>> = {
  open: { tone: 'attention', word: 'Open' },
  paid: { tone: 'ok', word: 'Paid' },
  void: { tone: 'neutral', word: 'Void' },
  uncollectible: { tone: 'problem', word: 'Uncollectible' },
};

export const PAYMENT_STATUS: Readonly<Record<Payment['status'], Said>> = {
  created: { tone: 'info', word: 'Planned' },
  sending: { tone: 'info', word: 'Under way' },
  requires_action: { tone: 'attention', word: 'Customer must confirm' },
  processing: { tone: 'info', word: 'Under way' },
  unknown: { tone: 'attention', word: 'Being looked up' },
  succeeded: { tone: 'ok', word: 'Succeeded' },
  failed: { tone: 'problem', word: 'Failed' },
  canceled: { tone: 'neutral', word: 'Canceled' },
  reversed: { tone: 'neutral', word: 'Taken back' },
};

export const ROLE_WORDS: Readonly<Record<OperatorRole, { word: string; may: string }>> = {
  owner: { word: 'Owner', may: 'Everything, including the roles of others' },
  admin: { word: 'Admin', may: 'Everything except the roles of others' },
  finance: { word: 'Finance', may: 'Invoices, refunds, customers' },
  support: { word: 'Support', may: 'Customers and subscriptions' },
  developer: { word: 'Developer', may: 'Catalogue, API keys, clock' },
  viewer: { word: 'Viewer', may: 'Sees everything, changes nothing' },
};

const INTERVALS: Readonly<Record<Price['cadence']['interval'], readonly [string, string]>> = {
  day: ['day', 'days'],
  week: ['week', 'weeks'],
  month: ['month', 'months'],
  quarter: ['quarter', 'quarters'],
  half_year: ['half year', 'half years'],
  year: ['year', 'years'],
};

/** `month`, `3 months`. */
export function cadenceText({ interval, count }: Price['cadence']): string {
  const [one, many] = INTERVALS[interval];
  return count === 1 ? one : `${count} ${many}`;
}

/** `invoice.issued` of the feed and `invoice.void` of the audit log, as people say it. */
const EVENTS: Readonly<Record<string, string>> = {
  'customer.created': 'Customer created',
  'customer.updated': 'Customer changed',
  'plan.published': 'Plan version published',
  'subscription.started': 'Subscription started',
  'subscription.activated': 'Subscription active',
  'subscription.changed': 'Plan changed',
  'subscription.change_scheduled': 'Change scheduled',
  'subscription.past_due': 'Subscription past due',
  'subscription.canceled': 'Subscription canceled',
  'subscription.cancel_scheduled': 'Cancellation scheduled',
  'subscription.trial_ending': 'Trial ends soon',
  'invoice.issued': 'Invoice issued',
  'invoice.paid': 'Invoice paid',
  'invoice.voided': 'Invoice voided',
  'credit_note.issued': 'Credit note issued',
  'credit_note.voided': 'Credit note taken back',
  'payment.succeeded': 'Payment succeeded',
  'payment.failed': 'Payment failed',
  'payment.refunded': 'Payment refunded',
  'payment.reversed': 'Payment taken back',
  'refund.requested': 'Refund requested',
  'refund.failed': 'Refund failed',
  'refund.returned': 'Refund came back',
  'payment_method.added': 'Payment method added',
  'payment_method.made_default': 'Payment method is charged first',
  'access.changed': 'Access changed',
  'dunning.step_taken': 'Step of a campaign taken',
  'dunning.recovered': 'Unpaid invoice recovered',
  'entitlement.override_set': 'Right agreed on',
  'entitlement.override_removed': 'Agreed right removed',
  'entitlement.granted': 'Right given for a time',
  'entitlement.grant_revoked': 'Given right taken back',
  'entitlement.grant_started': 'Given right began',
  'entitlement.grant_ended': 'Given right ended',
  'usage.threshold_reached': 'Usage near its limit',
  'credits.granted': 'Credits granted',
  'credits.revoked': 'Credits taken back',
  'credits.refunded': 'Credits given back',
  'credits.expired': 'Credits expired',
  'credits.low': 'Credits run low',
  'credits.used_up': 'Credits used up',
  'feature.cost_set': 'Cost in credits set',
  'credits.purchase_started': 'Credits bought',
  'credits.purchase_failed': 'Credits not paid',
  'credits.reload_failed': 'Automatic reload failed',
  'customer.parked': 'Billing waits for staff',
  'customer.released': 'Billing goes on',
  'customer.erased': 'Customer erased',
  'feature.created': 'Feature created',
  'meter.created': 'Meter created',
  'plan.updated': 'Plan changed',
  'tax_certificate.submitted': 'Certificate of exemption given',
  'tax_certificate.submit': 'Certificate of exemption given',
  'tax_certificate.accepted': 'Certificate of exemption accepted',
  'tax_certificate.accept': 'Certificate of exemption accepted',
  'tax_certificate.refused': 'Certificate of exemption refused',
  'tax_certificate.refuse': 'Certificate of exemption refused',
  'tax_certificate.withdrawn': 'Certificate of exemption withdrawn',
  'tax_certificate.withdraw': 'Certificate of exemption withdrawn',
  'tax_certificate.expiring': 'Certificate of exemption runs out soon',
  'tax_certificate.expired': 'Certificate of exemption has run out',
  'payment_method.removed': 'Payment method removed',
  'payment_method.expiring': 'Card runs out soon',
  'payment_method.set_backup': 'Backup method chosen',
  'payment.backup_tried': 'Backup method tried',
  'subscription.updated': 'Subscription changed',
  'checkout.completed': 'Checkout completed',
  'case.aged': 'Staff told of a case that is a day old',
  'case.opened': 'Case opened for staff',
  'case.closed': 'Case closed',
  'case.close': 'Case closed',
  'subscription.stripe_change_asked': 'Stripe asked for a change',
  'subscription.stripe_change_confirmed': 'Change confirmed by Stripe',
  'subscription.ask_stripe': 'Stripe asked for a change',
  'subscription.recovered': 'Subscription active again',
  'subscription.start': 'Subscription started',
  'subscription.change': 'Plan changed',
  'subscription.cancel': 'Cancellation requested',
  'subscription.undo': 'Scheduled change undone',
  'subscription.step_undone': 'Scheduled change undone',
  'subscription.cancel_undone': 'Cancellation undone',
  'subscription.seats': 'Seats changed',
  'subscription.seats_changed': 'Seats changed',
  'subscription.price': 'Price agreed',
  'subscription.price_overridden': 'Price agreed',
  'subscription.renewal': 'Renewal switched',
  'subscription.renewal_off': 'Renewal switched off',
  'subscription.renewal_on': 'Renewal switched on',
  'subscription.pause': 'Pause asked for',
  'subscription.pause_scheduled': 'Pause scheduled',
  'subscription.paused': 'Subscription paused',
  'subscription.resume': 'Resumption asked for',
  'subscription.resume_scheduled': 'Resumption scheduled',
  'subscription.resumed': 'Subscription resumed',
  'subscription.trial': 'End of trial moved',
  'subscription.trial_moved': 'End of trial moved',
  'subscription.discount': 'Coupon given',
  'subscription.discounted': 'Coupon given',
  'subscription.end_discount': 'Discount ended',
  'subscription.discount_ended': 'Discount ended',
  'subscription.add_on': 'Add-on taken',
  'subscription.add_on_added': 'Add-on taken',
  'subscription.add_on_quantity': 'Add-on changed',
  'subscription.add_on_changed': 'Add-on changed',
  'subscription.end_add_on': 'Add-on ended',
  'subscription.add_on_ended': 'Add-on ended',
  'subscription.charge': 'Charged once',
  'subscription.charged': 'Charged once',
  'coupon.create': 'Coupon created',
  'coupon.update': 'Coupon changed',
  'subscription.migrate': 'Moved to another version of the plan',
  'subscription.renewed': 'Subscription renewed',
  'subscription.threshold': 'Billing threshold set',
  'credit.granted': 'Credit granted',
  'bill_run.batch': 'Many customers billed',
  'credit_note.create': 'Credit note issued',
  'debit_note.create': 'Debit note issued',
  'document.issue': 'Document issued',
  'document.send': 'Document sent by mail',
  'credit_type.create': 'Credit type created',
  'credit_cost.set': 'Cost in credits set',
  'credit_pack.create': 'Credits put on sale',
  'credit_pack.update': 'Credits on sale changed',
  'credit_allowance.set': 'Credits of a plan set',
  'credits.buy': 'Credits bought',
  'credits.grant': 'Credits granted',
  'credits.refund': 'Credits given back',
  'credits.revoke': 'Credits taken back',
  'credits.return': 'Credits taken back with their price',
  'credits.restore': 'Credits given back after a failed refund',
  'credits.set_low_mark': 'Mark of low credits set',
  'credits.set_reload': 'Automatic reload set',
  'entitlement.grant': 'Right given for a time',
  'entitlement.override': 'Right agreed on',
  'entitlement.remove_override': 'Agreed right removed',
  'entitlement.revoke': 'Given right taken back',
  'ledger.close_month': 'Month of the books closed',
  'customer.create': 'Customer created',
  'customer.phone_set': 'Number for texts set',
  'customer.phone_removed': 'Number for texts removed',
  'customer.texts_stopped': 'Texts stopped by the customer',
  'customer.texts_started': 'Texts started again by the customer',
  'customer.text_stop_lifted': 'Stop of texts lifted by staff',
  'customer.texts_unusable': 'Number cannot be texted',
  'customer.update': 'Customer changed',
  'customer.keep_evidence': 'Evidence of the customer’s country kept',
  'plan.create': 'Plan created',
  'plan.update': 'Plan changed',
  'plan.limit_access': 'What stays while access is limited was chosen',
  'dunning_campaign.create': 'Campaign begun',
  'dunning_campaign.update': 'Campaign changed',
  'dunning_campaign.publish': 'Campaign published',
  'dunning_run.pause': 'Campaign held back for an invoice',
  'dunning_run.resume': 'Campaign goes on for an invoice',
  'dunning_run.skip': 'Step of a campaign skipped',
  'dunning_run.stop': 'Campaign stopped for an invoice',
  'plan.publish': 'Plan version published',
  'feature.create': 'Feature created',
  'feature.update': 'Feature changed',
  'meter.create': 'Meter created',
  'meter.update': 'Meter changed',
  'catalogue.push': 'Catalogue uploaded',
  'usage.assign': 'Quarantined event assigned',
  'usage.discard': 'Quarantined event discarded',
  'usage.archive': 'Usage archived',
  'import.create': 'Import begun with its dry run',
  'import.run': 'Import carried out',
  'import.cancel': 'Import stopped',
  'import.done': 'Import done',
  'delivery.resend': 'Document sent again',
  'export.create': 'Export begun',
  'customer.erase': 'Customer erased',
  'erasure.request': 'Erasure asked for',
  'erasure.approve': 'Erasure approved',
  'erasure.cancel': 'Erasure withdrawn',
  'documents.take_away': 'Documents taken away after their years',
  'legal_hold.place': 'Legal hold placed',
  'legal_hold.release': 'Legal hold released',
  'privacy_settings.update': 'Privacy settings changed',
  'export.cancel': 'Export stopped',
  'export.link': 'Link to an export made',
  'export.download': 'Export fetched',
  'accounting_settings.update': 'Accounting settings changed',
  'usage.void': 'Usage voided',
  'usage.amend': 'Usage amended',
  'usage.backfill': 'Usage filled in',
  'invoice.collect': 'Collection started',
  'invoice.void': 'Invoice voided',
  'payment.refund': 'Refund requested',
  'payment.record': 'Payment recorded by hand',
  'payment.reverse': 'Payment taken back',
  'refund.account': 'Account for a refund given',
  'refund.settle': 'Transfer of a refund decided on',
  'refund.return': 'Refund came back',
  'bank_account.create': 'Bank account added',
  'bank_account.update': 'Bank account changed',
  'bank_line.matched': 'Bank movement booked',
  'bank_line.unmatched': 'Bank movement taken back',
  'bank_line.ignored': 'Bank movement left aside',
  'receipt.issue': 'Receipt issued',
  'payment_request.created': 'Payment asked for',
  'payment_request.create': 'Payment asked for',
  'payment_request.cancel': 'Payment request taken back',
  'payment_request.paid': 'Asked payment received',
  'deposit.applied': 'Deposit applied',
  'deposit.refunded': 'Deposit sent back',
  'dispute.answer': 'Dispute answered',
  'dispute.opened': 'Payment disputed',
  'dispute.updated': 'Dispute moved on',
  'dispute.closed': 'Dispute decided',
  'dispute.deadline_near': 'Dispute waits for an answer',
  'approval.requested': 'Second person asked',
  'approval.approved': 'Request approved',
  'approval.declined': 'Request declined',
  'payment_method.attach': 'Payment method added',
  'payment_method.make_default': 'Default payment method changed',
  'payment_method.remove': 'Payment method removed',
  'provider_event.replay': 'Message of the provider read again',
  'payment_block.create': 'Put on the block list',
  'payment_block.remove': 'Taken off the block list',
  'payment_try.refused': 'Try to pay refused',
  'payment_try.flagged': 'Try to pay looks odd',
  'risk_rules.set': 'Rules for tries changed',
  'rotation_policy.set': 'Age of secrets changed',
  'secret_expiry.set': 'End of a secret entered',
  'secret.due_soon': 'Secret to be replaced soon',
  'secret.overdue': 'Secret should have been replaced',
  'provider_account.put': 'Payment provider connected',
  'provider_account.update': 'Payment provider changed',
  'provider_account.subscribe_events': 'Webhook endpoint sent more events',
  'checkout.start': 'Checkout started',
  'file.store': 'File stored',
  'file.delete': 'File deleted',
  'clock.advance': 'Clock moved',
  'clock.cancel': 'Clock stopped on its way',
  'tenant.create': 'Environment created',
  'tenant.update': 'Settings changed',
  'api_key.create': 'API key created',
  'api_key.revoke': 'API key revoked',
  'operator.invite': 'Team member invited',
  'operator.revoke_invitation': 'Invitation revoked',
  'operator.change_role': 'Role changed',
  'operator.remove': 'Team member removed',
  'member.invite': 'Portal member invited',
  'member.join': 'Portal member joined',
};

/** A payment provider as it writes itself. */
export const providerName = (provider: string): string =>
  provider === 'paypal' ? 'PayPal' : capital(provider.replaceAll('_', ' '));

/** The first letter large. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function eventWord(type: string): string {
  const known = EVENTS[type];
  if (known !== undefined) return known;
  return capital(type.replace(/[._]/g, ' '));
}

export function eventTone(type: string): Tone {
  if (/failed|refund\.returned|past_due|case\./.test(type)) return 'problem';
  if (/refunded|voided|canceled|threshold|trial_ending|cancel_scheduled/.test(type)) return 'attention';
  if (/paid|succeeded|activated|started|completed|recovered/.test(type)) return 'ok';
  return 'neutral';
}

/** Where an object of an event is shown, if it has a page. */
export function objectHref(objectId: string, customer: string | null): string | null {
  const prefix = objectId.split('_')[0];
  if (prefix === 'inv') return `/invoices/${objectId}`;
  if (prefix === 'cus') return `/customers/${objectId}`;
  if (prefix === 'plan') return `/plans/${objectId}`;
  return customer === null ? null : `/customers/${customer}`;
}

/** What becomes of usage of a time that stands on an issued invoice. */
export const LATE_USAGE = [
  { value: 'quarantine', label: 'Waits in quarantine' },
  { value: 'next_invoice', label: 'Counts on the next invoice' },
  { value: 'correct', label: 'Corrects its period' },
] as const;

/** For what a customer gets one invoice. */
export const CONSOLIDATIONS = [
  {
    value: 'as_due' as const,
    label: 'What falls due at one moment',
    detail: 'Each subscription is invoiced on its own day.',
  },
  {
    value: 'day' as const,
    label: 'All of a day',
    detail: 'Issued when the day is over, with a subtotal for each subscription.',
  },
  {
    value: 'month' as const,
    label: 'All of a calendar month',
    detail: 'Issued on the first of the next month, with a subtotal for each subscription.',
  },
];
