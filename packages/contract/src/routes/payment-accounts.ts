import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { listOf } from '../common.ts';
import { paymentAccount, putStripeAccount, updatePaymentAccount } from '../schemas/payment-accounts.ts';
import { ADMINS, BUILDERS } from '../scopes.ts';

const changes = { kind: 'command', scope: 'settings:write', roles: ADMINS } as const;

export const paymentAccountRoutes = byId([
  operatorRoute('listPaymentAccounts', 'GET /payment_accounts', {
    kind: 'query',
    scope: 'settings:read',
    roles: BUILDERS,
    response: listOf(paymentAccount),
    summary: 'Lists the providers that this server knows, and the accounts that are set up there.',
  }),
  operatorRoute('updatePaymentAccount', 'PATCH /payment_accounts/{provider}', {
    ...changes,
    params: { provider: Type.String({ pattern: '^[a-z][a-z0-9_]{1,39}$' }) },
    body: updatePaymentAccount,
    response: paymentAccount,
    errors: ['provider.not_configured'],
    summary: 'Chooses the account that new checkouts go to, and what its hosted pages offer.',
    example: { is_default: true, method_kinds: ['card', 'sepa_debit'] },
  }),
  operatorRoute('putStripeAccount', 'PUT /payment_provider/stripe', {
    ...changes,
    body: putStripeAccount,
    response: paymentAccount,
    errors: ['provider.keys_refused', 'provider.unavailable'],
    summary: 'Sets up, or replaces, the account at Stripe. The key is tried without charging.',
    example: {
      secret_key: 'rk_test_51H8xYzExampleKeyOfTheDocs',
      webhook_secret: 'whsec_5f3d2c1b0a998877665544332211',
    },
  }),
]);
