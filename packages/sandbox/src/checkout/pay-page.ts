import type { SessionRecord } from '../state/records.ts';
import { lineAmount } from '../stripe/objects/checkout-session.ts';
import { formatAmount } from './amount.ts';
import type { FieldErrors, TypedDetails } from './card-form.ts';
import { type Html, html } from './html.ts';
import { page } from './layout.ts';

/** What the payment page shows. */
export interface PayPage {
  readonly session: SessionRecord;
  readonly sellerName: string;
  /** E-mail address that is already known, or null when the page asks for it. */
  readonly knownEmail: string | null;
  readonly typed: TypedDetails;
  readonly errors: FieldErrors;
  /** Why the last attempt failed. */
  readonly declined: string | null;
}

const HINTS = [
  ['4242 4242 4242 4242', 'Paid'],
  ['4000 0000 0000 0002', 'Declined'],
  ['4000 0000 0000 9995', 'Not enough funds'],
  ['4000 0025 0000 3155', 'Asks your bank once'],
  ['4000 0027 6000 3184', 'Asks your bank each time'],
  ['4000 0000 0000 0341', 'Kept, but never charged'],
] as const;

/** The hosted payment page. */
export function payPage(view: PayPage): string {
  const title = view.session.mode === 'setup' ? `Add a card: ${view.sellerName}` : `Pay ${view.sellerName}`;
  return page(title, html`${summary(view)}${form(view)}`);
}

function summary({ session, sellerName }: PayPage): Html {
  const { amountTotal, currency } = session;
  if (amountTotal === null || currency === null) {
    const what = hasDebits(session) ? 'a way to pay' : 'a card';
    return html`<section><h1>${sellerName}</h1><p class="total">Add ${what}</p>
<p class="muted">Nothing is charged now. It is kept for later payments.</p></section>`;
  }
  const total = formatAmount(amountTotal, currency);
  const rows = session.lineItems.map(
    (item) =>
      html`<tr><td>${item.name}${item.quantity > 1 ? html` <span class="muted">× ${item.quantity}</span>` : null}${
        item.description === null ? null : html`<br><span class="muted">${item.description}</span>`
      }</td><td>${formatAmount(lineAmount(item), currency)}</td></tr>`,
  );
  return html`<section><h1>${sellerName}</h1><p class="total">${total}</p>
<table>${rows}<tr class="sum"><td>Total due today</td><td>${total}</td></tr></table></section>`;
}

const IBAN_HINTS = [
  ['DE89 3704 0044 0532 0130 00', 'Settles after five days'],
  ['DE62 3704 0044 0532 0130 01', 'Comes back after two days'],
  ['DE35 3704 0044 0532 0130 02', 'Settles, then is disputed'],
] as const;

const FIELD_ORDER = ['email', 'number', 'expiry', 'cvc', 'name', 'iban', 'debitName'] as const;

interface Field {
  readonly name: keyof FieldErrors;
  readonly label: string;
  readonly value: string;
  readonly attributes: string;
}

/** A field with its error. The first faulty field of the page gets the focus. */
function input({ name, label, value, attributes }: Field, errors: FieldErrors): Html {
  const error = errors[name];
  const first = FIELD_ORDER.find((field) => errors[field] !== undefined) === name;
  const described =
    error === undefined
      ? ''
      : `aria-invalid="true" aria-describedby="${name}-error"${first ? ' autofocus' : ''}`;
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${value}" required ${{ html: `${attributes} ${described}` }}>${
    error === undefined ? null : html`<p class="error" id="${name}-error">${error}</p>`
  }</div>`;
}

function buttonText({ mode }: SessionRecord, amount: string | null): string {
  if (amount === null) return 'Save card';
  return mode === 'subscription' ? 'Subscribe' : `Pay ${amount}`;
}

function form(view: PayPage): Html {
  const { session, typed, errors, declined, knownEmail } = view;
  const email =
    knownEmail === null
      ? input(
          {
            name: 'email',
            label: 'E-mail',
            value: typed.email,
            attributes: 'type="email" autocomplete="email"',
          },
          errors,
        )
      : html`<p class="muted">${knownEmail}</p>`;
  const amount =
    session.amountTotal === null || session.currency === null
      ? null
      : formatAmount(session.amountTotal, session.currency);
  return html`<section class="card"><h2>${amount === null ? 'Card details' : 'Pay with card'}</h2>
${declined === null ? null : html`<p class="alert" role="alert">${declined} Try another card.</p>`}
<form method="post" action="/c/pay/${session.id}" novalidate>${email}
${input({ name: 'number', label: 'Card number', value: '', attributes: 'inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242" maxlength="23"' }, errors)}
<div class="pair">${input({ name: 'expiry', label: 'Expiry', value: typed.expiry, attributes: 'inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY" maxlength="9"' }, errors)}
${input({ name: 'cvc', label: 'Security code', value: '', attributes: 'inputmode="numeric" autocomplete="cc-csc" placeholder="123" maxlength="4"' }, errors)}</div>
${input({ name: 'name', label: 'Name on card', value: typed.name, attributes: 'autocomplete="cc-name"' }, errors)}
<button type="submit">${buttonText(session, amount)}</button></form>
${wallets(session)}${hasDebits(session) ? debit(view, email) : null}
${session.cancelUrl === null ? null : html`<a class="back" href="${session.cancelUrl}">Cancel and go back</a>`}
<details open><summary>Test cards</summary><p class="hint">Any future expiry, any security code.</p><table>${HINTS.map(
    ([number, effect]) => html`<tr><td><code>${number}</code></td><td>${effect}</td></tr>`,
  )}</table></details></section>`;
}

const hasDebits = ({ paymentMethodTypes }: SessionRecord): boolean =>
  paymentMethodTypes.includes('sepa_debit');

const WALLETS = [
  ['apple_pay', 'Apple Pay'],
  ['google_pay', 'Google Pay'],
] as const;

/** Wallets, which bring a card of their own. */
function wallets({ id }: SessionRecord): Html {
  return html`<form method="post" action="/c/pay/${id}">${WALLETS.map(
    ([wallet, name]) => html`<button class="second" name="wallet" value="${wallet}">${name}</button> `,
  )}</form>`;
}

/** The form of a debit, with the words that give leave to it. */
function debit({ session, sellerName, typed, errors }: PayPage, email: Html): Html {
  return html`<h2>SEPA debit</h2><form method="post" action="/c/pay/${session.id}" novalidate>${email}
${input({ name: 'iban', label: 'IBAN', value: '', attributes: 'autocomplete="off" placeholder="DE89 3704 0044 0532 0130 00" maxlength="42"' }, errors)}
<div class="field"><label for="holder">Account holder</label>
<input id="holder" name="name" value="${typed.name}" required autocomplete="name">${
    errors.debitName === undefined ? null : html`<p class="error">${errors.debitName}</p>`
  }</div>
<p class="hint">With the IBAN you let ${sellerName} and Stripe send instructions to your bank to debit your account, and your bank to debit it by them. You can ask the amount back from your bank within eight weeks.</p>
<button type="submit">${session.mode === 'setup' ? 'Save account' : 'Pay by debit'}</button></form>
<details><summary>Test IBANs</summary><table>${IBAN_HINTS.map(
    ([iban, effect]) => html`<tr><td><code>${iban}</code></td><td>${effect}</td></tr>`,
  )}</table></details>`;
}
