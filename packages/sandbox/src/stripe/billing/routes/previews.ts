import type { SubscriptionRecord } from '../../../state/billing-records.ts';
import type { Call } from '../../call.ts';
import { invalid, missing } from '../../error.ts';
import type { Params } from '../../params.ts';
import { render } from '../../render.ts';
import { billingOf, customerOf } from '../invoices.ts';
import { previewChange, previewEnd } from '../preview.ts';
import { layOut } from '../subscribe.ts';
import { readItems, readSubscriptionCurrency, readTaxRates } from '../subscription-params.ts';
import { readChange, readTrialEnd } from './subscriptions.ts';

const PRORATIONS = ['create_prorations', 'always_invoice', 'none'] as const;
const CHANGES = ['items', 'trial_end', 'billing_cycle_anchor', 'proration_behavior', 'proration_date'];

/** What the first invoice of a subscription would be that does not exist yet. */
function previewNew(call: Call, details: Params): object {
  const { draft, params } = call;
  const customer = customerOf(draft, params.required('customer'));
  const items = readItems(draft, details);
  const known = billingOf(customer).currency;
  const currency = readSubscriptionCurrency(draft, params.text('currency') ?? null, items, known);
  const { invoice } = layOut(draft, {
    id: draft.id('sub_'),
    customer: customer.id,
    currency,
    items,
    trialEnd: readTrialEnd(draft, details),
    trialEndBehavior: 'create_invoice',
    cancelAt: null,
    cancelAtPeriodEnd: false,
    collectionMethod: 'charge_automatically',
    daysUntilDue: null,
    defaultPaymentMethod: null,
    saveDefaultMethod: false,
    methodTypes: null,
    taxRates: readTaxRates(draft, details, 'default_tax_rates') ?? [],
    description: null,
    discounts: [],
    billingMode: 'flexible',
    metadata: details.metadata(),
    anchor: details.integer('billing_cycle_anchor') ?? null,
    prorates: details.choice('proration_behavior', PRORATIONS) !== 'none',
    added: [],
  });
  const shown = {
    ...invoice,
    id: draft.id('upcoming_in_'),
    subscription: null,
    lines: invoice.lines.map((line) => ({ ...line, subscription: null })),
  };
  return render('invoice', shown, draft);
}

function previewOf(call: Call, subscription: SubscriptionRecord, details: Params): object {
  const { draft, params } = call;
  params.text('customer');
  params.text('currency');
  if (subscription.endedAt !== null) {
    throw invalid('You cannot preview an invoice for a canceled subscription.', {
      code: 'invoice_upcoming_none',
    });
  }
  if (details.flag('cancel_now') === true) {
    const prorates = details.choice('proration_behavior', PRORATIONS) !== 'none';
    return render('invoice', previewEnd(draft, subscription, prorates), draft);
  }
  const asked = details.flag('cancel_at_period_end') ?? subscription.cancelAtPeriodEnd;
  const changes = CHANGES.some((key) => details.has(key));
  const change = changes ? readChange(draft, details, subscription) : null;
  return render('invoice', previewChange(draft, subscription, change, asked), draft);
}

/** Answers what an invoice would be; nothing is written. */
export function preview(call: Call): object {
  const { draft, params } = call;
  params.choice('preview_mode', ['next', 'recurring']);
  params.level('automatic_tax').flag('enabled');
  const details = params.level('subscription_details');
  const id = params.text('subscription') ?? null;
  if (id === null) return previewNew(call, details);
  const subscription = draft.get('subscription', id);
  if (subscription === undefined) throw missing('subscription', id, 'subscription');
  return previewOf(call, subscription, details);
}
