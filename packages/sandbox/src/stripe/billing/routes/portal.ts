import type { Draft } from '../../../state/draft.ts';
import type { PortalConfigurationRecord } from '../../../state/meter-records.ts';
import { type Call, get, post, type Route } from '../../call.ts';
import { missing } from '../../error.ts';
import { readUrl } from '../../intent-params.ts';
import type { Params } from '../../params.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import { customerOf } from '../invoices.ts';

const FLOWS = ['payment_method_update', 'subscription_cancel'] as const;

function emptyConfiguration(draft: Draft): PortalConfigurationRecord {
  return {
    id: draft.id('bpc_'),
    created: draft.now,
    updated: draft.now,
    active: true,
    isDefault: !draft.all('portal_configuration').some(({ isDefault }) => isDefault),
    name: null,
    headline: null,
    privacyUrl: null,
    termsUrl: null,
    returnUrl: null,
    cancel: null,
    methodUpdate: false,
    invoiceHistory: false,
    metadata: {},
  };
}

function readConfiguration(params: Params, before: PortalConfigurationRecord): PortalConfigurationRecord {
  const profile = params.level('business_profile');
  const features = params.level('features');
  const cancel = features.level('subscription_cancel');
  const cancels = cancel.flag('enabled') ?? before.cancel !== null;
  const mode = cancel.choice('mode', ['at_period_end', 'immediately']) ?? before.cancel ?? 'at_period_end';
  cancel.choice('proration_behavior', ['none']);
  features.level('customer_update').flag('enabled');
  features.level('subscription_update').flag('enabled');
  return {
    ...before,
    active: params.flag('active') ?? before.active,
    name: params.text('name') ?? before.name,
    headline: profile.text('headline') ?? before.headline,
    privacyUrl: readUrl(profile, 'privacy_policy_url') ?? before.privacyUrl,
    termsUrl: readUrl(profile, 'terms_of_service_url') ?? before.termsUrl,
    returnUrl: readUrl(params, 'default_return_url') ?? before.returnUrl,
    cancel: cancels ? mode : null,
    methodUpdate: features.level('payment_method_update').flag('enabled') ?? before.methodUpdate,
    invoiceHistory: features.level('invoice_history').flag('enabled') ?? before.invoiceHistory,
    metadata: params.metadata(before.metadata),
  };
}

function createConfiguration({ draft, params }: Call): object {
  const made = draft.put('portal_configuration', readConfiguration(params, emptyConfiguration(draft)));
  draft.emit('billing_portal.configuration.created', 'portal_configuration', made);
  return render('portal_configuration', made, draft);
}

function updateConfiguration(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'portal_configuration', 'configuration');
  const after = draft.put('portal_configuration', {
    ...readConfiguration(params, before),
    updated: draft.now,
  });
  draft.emit('billing_portal.configuration.updated', 'portal_configuration', after);
  return render('portal_configuration', after, draft);
}

/** The configuration of an id, or the account's default, which is made with everything on when there is none. */
function configurationOf(draft: Draft, id: string | null): PortalConfigurationRecord {
  if (id !== null) {
    const named = draft.get('portal_configuration', id);
    if (named === undefined) throw missing('configuration', id, 'configuration');
    return named;
  }
  const own = draft.all('portal_configuration').find(({ isDefault, active }) => isDefault && active);
  return (
    own ??
    draft.put('portal_configuration', {
      ...emptyConfiguration(draft),
      cancel: 'at_period_end',
      methodUpdate: true,
      invoiceHistory: true,
    })
  );
}

function createSession({ draft, params }: Call): object {
  const customer = customerOf(draft, params.required('customer'));
  const configuration = configurationOf(draft, params.text('configuration') ?? null);
  const flow = params.level('flow_data');
  const type = flow.choice('type', FLOWS) ?? null;
  const subscription = flow.level('subscription_cancel').text('subscription') ?? null;
  if (type === 'subscription_cancel' && draft.get('subscription', subscription ?? '') === undefined) {
    throw missing('subscription', subscription ?? '', 'flow_data[subscription_cancel][subscription]');
  }
  const session = draft.put('portal_session', {
    id: draft.id('bps_'),
    created: draft.now,
    configuration: configuration.id,
    customer: customer.id,
    returnUrl: readUrl(params, 'return_url') ?? configuration.returnUrl,
    locale: params.text('locale') ?? null,
    flow: type === null ? null : { type, subscription },
    secret: draft.id('test_', 60),
  });
  draft.emit('billing_portal.session.created', 'portal_session', session);
  return render('portal_session', session, draft);
}

/** Routes of the customer portal. */
export const portalRoutes: readonly Route[] = [
  post('/v1/billing_portal/configurations', createConfiguration),
  get('/v1/billing_portal/configurations', (call) =>
    listRecords(call, 'portal_configuration', '/v1/billing_portal/configurations'),
  ),
  get('/v1/billing_portal/configurations/:id', (call) =>
    render('portal_configuration', recordOfPath(call, 'portal_configuration', 'configuration'), call.draft),
  ),
  post('/v1/billing_portal/configurations/:id', updateConfiguration),
  post('/v1/billing_portal/sessions', createSession),
];
