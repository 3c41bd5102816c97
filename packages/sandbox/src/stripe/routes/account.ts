import type { Draft } from '../../state/draft.ts';
import { get, type Route } from '../call.ts';
import { recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';

/** What the account holds, by currency: what can be paid out, and what is still on its way. */
function renderBalance(draft: Draft): object {
  const sums = new Map<string, { available: number; pending: number }>();
  for (const { currency, amount, fee, availableOn } of draft.all('balance_transaction')) {
    const sum = sums.get(currency) ?? { available: 0, pending: 0 };
    sum[availableOn <= draft.now ? 'available' : 'pending'] += amount - fee;
    sums.set(currency, sum);
  }
  const list = (part: 'available' | 'pending') =>
    [...sums].map(([currency, sum]) => ({
      amount: sum[part],
      currency,
      source_types: { card: sum[part] },
    }));
  return { object: 'balance', available: list('available'), livemode: false, pending: list('pending') };
}

/** Who the account belongs to, as far as the sandbox knows. */
function renderAccount({ settings }: Draft): object {
  return {
    id: settings.id,
    object: 'account',
    business_profile: { name: settings.sellerName },
    business_type: null,
    capabilities: { card_payments: 'active', sepa_debit_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: 'DE',
    default_currency: 'eur',
    details_submitted: true,
    email: null,
    metadata: {},
    payouts_enabled: true,
    type: 'standard',
  };
}

/** Routes of the account itself. */
export const accountRoutes: readonly Route[] = [
  get('/v1/balance', ({ draft }) => renderBalance(draft)),
  get('/v1/account', ({ draft }) => renderAccount(draft)),
  get('/v1/mandates/:id', (call) => render('mandate', recordOfPath(call, 'mandate'), call.draft)),
];
