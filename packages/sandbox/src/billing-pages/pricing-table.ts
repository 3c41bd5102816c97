import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatAmount } from '../checkout/amount.ts';
import { type Html, html } from '../checkout/html.ts';
import { notice, page } from '../checkout/layout.ts';
import { sendPage } from '../checkout/send.ts';
import { type Context, newDraft } from '../context.ts';
import type { Account } from '../state/account.ts';
import type { PriceRecord } from '../state/billing-records.ts';
import type { Draft } from '../state/draft.ts';
import { wholeOf } from '../stripe/billing/objects/price.ts';
import { openSubscriptionSession } from '../stripe/billing/open-session.ts';
import type { FormBody } from '../stripe/http.ts';
import { sessionUrl } from '../stripe/objects/checkout-session.ts';

type TableRequest = FastifyRequest<{ Params: { account: string } }>;

/** Prices on offer: active, by subscription, paid in advance at one amount. */
function offered(draft: Draft): PriceRecord[] {
  return draft.all('price').filter((price) => {
    const product = draft.get('product', price.product);
    const licensed = price.recurring?.usageType === 'licensed';
    return price.active && licensed && product?.active === true && wholeOf(price.amounts.unitAmount) !== null;
  });
}

function sendNothing(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 404, notice('Nothing here', 'This pricing table does not exist.', null));
}

function priceText({ recurring, amounts, currency }: PriceRecord): string {
  const amount = formatAmount(wholeOf(amounts.unitAmount) ?? 0, currency);
  if (recurring === null) return amount;
  const { interval, intervalCount } = recurring;
  return `${amount} ${intervalCount === 1 ? `a ${interval}` : `every ${intervalCount} ${interval}s`}`;
}

function offer(
  draft: Draft,
  price: PriceRecord,
  account: string,
  query: Readonly<Record<string, string>>,
): Html {
  const product = draft.get('product', price.product);
  const carried = ['client_reference_id', 'customer_email'].map((name) =>
    query[name] === undefined ? html`` : html`<input type="hidden" name="${name}" value="${query[name]}">`,
  );
  return html`<section class="card"><h2>${product?.name ?? 'Plan'}</h2><p class="total">${priceText(price)}</p>
<p class="muted">${product?.description ?? ''}</p><form method="post" action="/pricing-table/${account}">
<input type="hidden" name="price" value="${price.id}">${carried}<button type="submit">Subscribe</button></form></section>`;
}

/** Shows what an account sells by subscription. */
export async function show(
  context: Context,
  request: TableRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const account: Account | undefined = context.world.accounts.get(request.params.account);
  await context.world.journal.settled();
  if (account === undefined) return sendNothing(reply);
  const draft = newDraft(context, account);
  const query = request.query as Readonly<Record<string, string>>;
  const cards = offered(draft).map((price) => offer(draft, price, account.settings.id, query));
  const { sellerName } = account.settings;
  return sendPage(reply, 200, page(`Plans: ${sellerName}`, html`${cards}`));
}

/** Leads from a chosen price to checkout. */
export async function choose(
  context: Context,
  request: TableRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const account = context.world.accounts.get(request.params.account);
  if (account === undefined) return sendNothing(reply);
  const draft = newDraft(context, account);
  const values = (request.body as FormBody | undefined)?.values ?? {};
  const price = offered(draft).find(({ id }) => id === values.price);
  if (price === undefined) return sendNothing(reply);
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' && value !== '' ? value.slice(0, 200) : null;
  };
  const session = openSubscriptionSession(draft, price, {
    clientReferenceId: text('client_reference_id'),
    customerEmail: text('customer_email'),
    url: `${draft.baseUrl}/pricing-table/${account.settings.id}`,
  });
  draft.commit();
  await context.world.journal.settled();
  return reply.redirect(sessionUrl(draft.baseUrl, session.id), 303);
}
