import { formatAmount } from './amount.ts';
import { html } from './html.ts';
import { page } from './layout.ts';

/** The page on which a cardholder would confirm a payment with their bank. */
export function authenticatePage(view: {
  readonly sellerName: string;
  readonly amount: { readonly minor: number; readonly currency: string } | null;
  readonly action: string;
  readonly clientSecret: string;
}): string {
  const { amount, sellerName } = view;
  const what =
    amount === null ? 'to keep your card' : `to take ${formatAmount(amount.minor, amount.currency)}`;
  return page(
    'Authenticate: 3-D Secure',
    html`<section class="card"><h1 class="title">Confirm it is you</h1><p>${sellerName} asks your bank ${what}.</p>
<p class="muted">Here your bank would ask for a code or a fingerprint. This sandbox asks you how it ends.</p><form method="post" action="${view.action}">
<input type="hidden" name="client_secret" value="${view.clientSecret}">
<button type="submit" name="outcome" value="complete">Complete authentication</button>
<button type="submit" name="outcome" value="fail" class="second">Fail authentication</button></form></section>`,
    true,
  );
}
