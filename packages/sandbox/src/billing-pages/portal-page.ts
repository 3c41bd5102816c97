import { formatAmount } from '../checkout/amount.ts';
import { type Html, html } from '../checkout/html.ts';
import { page } from '../checkout/layout.ts';
import type { InvoiceRecord, SubscriptionRecord } from '../state/billing-records.ts';
import type { PortalConfigurationRecord, PortalSessionRecord } from '../state/meter-records.ts';
import type { PaymentMethodRecord } from '../state/records.ts';
import { amountDue } from '../stripe/billing/totals.ts';

/** A subscription with its items in words. */
export interface ShownSubscription {
  readonly subscription: SubscriptionRecord;
  readonly items: readonly string[];
}

/** What the portal shows a customer. */
export interface PortalPage {
  readonly sellerName: string;
  readonly session: PortalSessionRecord;
  readonly configuration: PortalConfigurationRecord;
  readonly subscriptions: readonly ShownSubscription[];
  readonly method: PaymentMethodRecord | undefined;
  readonly invoices: readonly InvoiceRecord[];
}

/** A date as people read it. */
export function dateText(seconds: number): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000);
}

const STATUS: Readonly<Record<SubscriptionRecord['status'], string>> = {
  incomplete: 'Waits for its first payment',
  incomplete_expired: 'Never began',
  trialing: 'Trial',
  active: 'Active',
  past_due: 'Payment is late',
  unpaid: 'Unpaid',
  paused: 'Paused',
  canceled: 'Canceled',
};

function comingOf(subscription: SubscriptionRecord): string {
  if (subscription.cancelAt !== null) return `Ends on ${dateText(subscription.cancelAt)}`;
  if (subscription.status === 'trialing') return `Trial until ${dateText(subscription.periodEnd)}`;
  return `Renews on ${dateText(subscription.periodEnd)}`;
}

function subscriptionPart(view: PortalPage, { subscription, items }: ShownSubscription): Html {
  const { session, configuration } = view;
  const ends = subscription.cancelAt !== null;
  const button =
    configuration.cancel === null
      ? null
      : html`<form method="post" action="/p/session/${session.secret}/${ends ? 'keep' : 'cancel'}">
<input type="hidden" name="subscription" value="${subscription.id}">
<button type="submit" class="second">${ends ? 'Do not cancel' : 'Cancel subscription'}</button></form>`;
  return html`<section class="card"><h2>${items.join(', ')}</h2><p>${STATUS[subscription.status]}</p>
<p class="muted">${comingOf(subscription)}</p>${button}</section>`;
}

function methodPart({ session, configuration, method }: PortalPage): Html {
  const kept =
    method === undefined
      ? 'No payment method'
      : method.card === null
        ? 'Bank account'
        : `${method.card.brand.charAt(0).toUpperCase()}${method.card.brand.slice(1)} ending in ${method.card.last4}`;
  return html`<section class="card"><h2>Payment method</h2><p>${kept}</p>${
    configuration.methodUpdate
      ? html`<form method="post" action="/p/session/${session.secret}/method">
<button type="submit" class="second">Use another</button></form>`
      : null
  }</section>`;
}

function invoicePart({ invoices }: PortalPage): Html {
  const rows = invoices.map(
    (invoice) =>
      html`<tr><td><a href="/i/${invoice.id}">${invoice.number ?? 'Draft'}</a> <span class="muted">${dateText(
        invoice.created,
      )}, ${invoice.status}</span></td><td>${formatAmount(amountDue(invoice), invoice.currency)}</td></tr>`,
  );
  return html`<section class="card"><h2>Invoices</h2>${
    rows.length === 0 ? html`<p class="muted">There are none yet.</p>` : html`<table>${rows}</table>`
  }</section>`;
}

/** The page on which customers look after what they bought. */
export function portalPage(view: PortalPage): string {
  const { sellerName, session, configuration, subscriptions } = view;
  const parts =
    subscriptions.length === 0
      ? html`<section class="card"><p>You have no subscription.</p></section>`
      : html`${subscriptions.map((one) => subscriptionPart(view, one))}`;
  return page(
    `Billing: ${sellerName}`,
    html`<section><h1>${sellerName}</h1><p class="muted">${configuration.headline ?? 'Manage your billing'}</p>${
      session.returnUrl === null
        ? null
        : html`<p><a href="${session.returnUrl}">Back to ${sellerName}</a></p>`
    }</section>${parts}${methodPart(view)}${configuration.invoiceHistory ? invoicePart(view) : null}`,
    true,
  );
}
