import type { Draft } from '../../../state/draft.ts';
import type { PortalConfigurationRecord, PortalSessionRecord } from '../../../state/meter-records.ts';

/** A configuration of the customer portal as Stripe's API shows it. */
export function renderPortalConfiguration(configuration: PortalConfigurationRecord): object {
  const { cancel } = configuration;
  return {
    id: configuration.id,
    object: 'billing_portal.configuration',
    active: configuration.active,
    application: null,
    business_profile: {
      headline: configuration.headline,
      privacy_policy_url: configuration.privacyUrl,
      terms_of_service_url: configuration.termsUrl,
    },
    created: configuration.created,
    default_return_url: configuration.returnUrl,
    features: {
      customer_update: { allowed_updates: [], enabled: false },
      invoice_history: { enabled: configuration.invoiceHistory },
      payment_method_update: { enabled: configuration.methodUpdate, payment_method_configuration: null },
      subscription_cancel: {
        cancellation_reason: { enabled: false, options: [] },
        enabled: cancel !== null,
        mode: cancel ?? 'at_period_end',
        proration_behavior: 'none',
      },
      subscription_update: {
        billing_cycle_anchor: null,
        default_allowed_updates: [],
        enabled: false,
        proration_behavior: 'none',
        schedule_at_period_end: { conditions: [] },
        trial_update_behavior: 'end_trial',
      },
    },
    is_default: configuration.isDefault,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: configuration.metadata,
    name: configuration.name,
    updated: configuration.updated,
  };
}

/** Address of a session's page. The secret in it is what lets the customer in. */
export function portalUrl(session: PortalSessionRecord, draft: Draft): string {
  return `${draft.baseUrl}/p/session/${session.secret}`;
}

/** A session of the customer portal as Stripe's API shows it. */
export function renderPortalSession(session: PortalSessionRecord, draft: Draft): object {
  const { flow } = session;
  const named = (type: string) =>
    flow?.type === type && flow.subscription !== null ? { subscription: flow.subscription } : null;
  return {
    id: session.id,
    object: 'billing_portal.session',
    configuration: session.configuration,
    created: session.created,
    customer: session.customer,
    customer_account: null,
    flow:
      flow === null
        ? null
        : {
            after_completion: { hosted_confirmation: null, redirect: null, type: 'portal_homepage' },
            subscription_cancel:
              named('subscription_cancel') === null
                ? null
                : { retention: null, ...named('subscription_cancel') },
            subscription_update: null,
            subscription_update_confirm: null,
            type: flow.type,
          },
    livemode: false,
    locale: session.locale,
    on_behalf_of: null,
    return_url: session.returnUrl,
    url: portalUrl(session, draft),
  };
}
