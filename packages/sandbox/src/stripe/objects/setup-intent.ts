import type { Draft } from '../../state/draft.ts';
import type { SetupIntentRecord } from '../../state/records.ts';
import { renderFault } from './fault.ts';
import { renderAutomatic, renderNextAction } from './intent-parts.ts';

/** A setup intent as Stripe's API shows it. */
export function renderSetupIntent(intent: SetupIntentRecord, draft: Draft): object {
  return {
    id: intent.id,
    object: 'setup_intent',
    application: null,
    automatic_payment_methods: renderAutomatic(intent.automatic),
    cancellation_reason: intent.cancellationReason,
    client_secret: intent.clientSecret,
    created: intent.created,
    customer: intent.customer,
    description: intent.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: renderFault(intent.lastFault, draft),
    latest_attempt: null,
    livemode: false,
    mandate: intent.mandate ?? null,
    metadata: intent.metadata,
    next_action: renderNextAction(intent, draft.baseUrl),
    on_behalf_of: null,
    payment_method: intent.paymentMethod,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: intent.paymentMethodTypes,
    single_use_mandate: null,
    status: intent.status,
    usage: intent.usage,
  };
}
