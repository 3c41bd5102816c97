import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Html, html } from '../checkout/html.ts';
import { notice, page } from '../checkout/layout.ts';
import { sendPage } from '../checkout/send.ts';
import { BUYERS, findBuyer } from './buyers.ts';
import type { Draft } from './draft.ts';
import { money } from './money.ts';
import { orderResource } from './present.ts';
import type { OrderRecord, Payer, SetupTokenRecord } from './records.ts';
import { newDraft, type PayPalService, sweep } from './service.ts';
import type { Account } from './store.ts';

/** What a page asks the buyer for: a payment, or leave to charge later. */
type Asked =
  | { readonly kind: 'order'; readonly account: Account; readonly record: OrderRecord }
  | { readonly kind: 'setup_token'; readonly account: Account; readonly record: SetupTokenRecord };

/** Answers the pages that a buyer's browser visits: `GET` shows them, `POST` approves. */
export async function answerPage(
  service: PayPalService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const url = new URL(request.url, 'http://sandbox');
  const isOrder = url.pathname === '/checkoutnow';
  const id = url.searchParams.get(isOrder ? 'token' : 'approval_session_id') ?? '';
  const asked = find(service, isOrder ? 'order' : 'setup_token', id);
  await service.store.journal.settled();
  if (asked === null) return sendPage(reply, 404, notice('Nothing here', 'This page does not exist.', null));
  const { record } = asked;
  const draft = newDraft(service, asked.account);
  if (record.status !== 'PAYER_ACTION_REQUIRED' && record.status !== 'CREATED') {
    return sendPage(reply, 200, notice('All done', 'This was approved before.', backTo(asked, record.payer)));
  }
  if (record.expiresMs <= draft.nowMs) {
    return sendPage(reply, 410, notice('This page has expired', 'Nothing was charged.', null));
  }
  if (request.method !== 'POST') return sendPage(reply, 200, askPage(asked));
  const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
  const payer = findBuyer(form.get('buyer') ?? '');
  if (payer === null || !mayPay(asked, payer)) return sendPage(reply, 422, askPage(asked));
  if (asked.kind === 'order') approveOrder(draft, asked.record, payer);
  else approveSetup(draft, asked.record, payer);
  draft.commit();
  await service.store.journal.settled();
  setImmediate(() => service.deliveries.wake(asked.account));
  const back = backTo(asked, payer);
  if (back === null) return sendPage(reply, 200, notice('Approved', 'You can close this page.', null));
  return reply.redirect(back.href, 303);
}

function find(service: PayPalService, kind: Asked['kind'], id: string): Asked | null {
  for (const account of service.store.accounts.values()) {
    if (!account.tables[kind].has(id)) continue;
    sweep(service, account);
    const record = account.tables[kind].get(id);
    if (record !== undefined) return { kind, account, record } as Asked;
  }
  return null;
}

/** Writes down that a buyer approved an order, and tells of it. */
export function approveOrder(draft: Draft, asked: OrderRecord, payer: Payer): void {
  const order = draft.put('order', { ...asked, status: 'APPROVED', payer, updatedMs: draft.nowMs });
  draft.emit('CHECKOUT.ORDER.APPROVED', 'An order has been approved by buyer', orderResource(draft, order));
}

/** Writes down that a buyer agreed to be charged later. */
export function approveSetup(draft: Draft, asked: SetupTokenRecord, payer: Payer): void {
  draft.put('setup_token', { ...asked, status: 'APPROVED', payer });
}

/** The seller's address, with what PayPal adds to it. */
function backTo({ kind, record }: Asked, payer: Payer | null): { href: string; label: string } | null {
  if (record.returnUrl === null) return null;
  const url = new URL(record.returnUrl);
  if (kind === 'order') {
    url.searchParams.set('token', record.id);
    if (payer !== null) url.searchParams.set('PayerID', payer.payerId);
  } else {
    url.searchParams.set('approval_token_id', record.id);
    url.searchParams.set('approval_session_id', record.id);
  }
  return { href: url.href, label: 'Go on' };
}

/** A seller may want the money at once; then nobody pays with what arrives in days. */
function mayPay(asked: Asked, { behaviour }: Payer): boolean {
  return behaviour !== 'pending' || asked.kind === 'setup_token' || asked.record.takesPending;
}

function askPage(asked: Asked): string {
  const seller = asked.record.brandName ?? asked.account.settings.sellerName;
  const asMoney = asked.kind === 'order' ? money(asked.record.amountMinor, asked.record.currency) : null;
  const amount = asMoney === null ? null : `${asMoney.value} ${asMoney.currency_code}`;
  const title = amount === null ? `Agree to pay ${seller} later` : `Pay ${seller} with PayPal`;
  return page(title, html`${summary(asked, seller, amount)}${form(asked, amount)}`);
}

function summary({ record }: Asked, seller: string, amount: string | null): Html {
  return html`<section><h1>${seller}</h1><p class="total">${amount ?? 'Save PayPal'}</p>
<p class="muted">${amount === null ? 'Nothing is charged now. Your PayPal account is kept for later payments.' : (record.description ?? '')}</p></section>`;
}

function form(asked: Asked, amount: string | null): Html {
  const { kind, record } = asked;
  const action =
    kind === 'order'
      ? `/checkoutnow?token=${record.id}`
      : `/agreements/approve?approval_session_id=${record.id}`;
  const buttons = BUYERS.filter(({ payer }) => mayPay(asked, payer)).map(
    ({ payer, effect }, index) =>
      html`<div class="field"><button type="submit" name="buyer" value="${payer.email}" class="${index === 0 ? '' : 'second'}">${
        amount === null ? 'Agree' : `Pay ${amount}`
      } as ${payer.givenName} ${payer.surname}</button><p class="hint">${effect}</p></div>`,
  );
  return html`<section class="card"><h2>PayPal: test buyers</h2><form method="post" action="${action}">${buttons}</form>
${record.cancelUrl === null ? null : html`<a class="back" href="${record.cancelUrl}">Cancel and go back</a>`}</section>`;
}
