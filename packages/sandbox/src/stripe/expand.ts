import type { Draft } from '../state/draft.ts';
import type { Kind } from '../state/records.ts';
import { billingPart } from './billing-part.ts';
import { invalid } from './error.ts';
import { listAnswer } from './list.ts';
import { renderLineItem } from './objects/checkout-session.ts';
import { render } from './render.ts';
import { taxCalculationLines, taxTransactionLines } from './tax/objects.ts';

type JsonObject = { [name: string]: unknown };

const MAX_DEPTH = 4;

const KIND_OF_PREFIX: Readonly<Record<string, Kind>> = {
  cus: 'customer',
  pm: 'payment_method',
  pi: 'payment_intent',
  seti: 'setup_intent',
  ch: 'charge',
  txn: 'balance_transaction',
  re: 'refund',
  cs: 'checkout_session',
  prod: 'product',
  price: 'price',
  promo: 'promotion_code',
  di: 'discount',
  txr: 'tax_rate',
  sub: 'subscription',
  ii: 'invoiceitem',
  in: 'invoice',
  inpay: 'invoice_payment',
  cn: 'credit_note',
  bpc: 'portal_configuration',
  py: 'charge',
  du: 'dispute',
  po: 'payout',
  mandate: 'mandate',
};

/** Fields whose ids do not show what they name: the seller may choose them, or their prefix is another's. */
const KIND_OF_FIELD: Readonly<Record<string, Kind>> = {
  product: 'product',
  coupon: 'coupon',
  schedule: 'subscription_schedule',
};

/** Lists that an object only shows when they are asked for. */
const EXTRA_LISTS: Readonly<
  Record<string, Readonly<Record<string, (id: string, draft: Draft) => object | null>>>
> = {
  charge: { refunds: (id, draft) => refundsOf(id, draft) },
  'checkout.session': { line_items: (id, draft) => lineItemsOf(id, draft) },
  'tax.calculation': {
    line_items: (id, draft) => {
      const record = draft.get('tax_calculation', id);
      return record === undefined ? null : taxCalculationLines(record);
    },
  },
  'tax.calculation_line_item': { tax_breakdown: (id, draft) => taxPartsOf(id, draft) },
  'tax.transaction': {
    line_items: (id, draft) => {
      const record = draft.get('tax_transaction', id);
      return record === undefined ? null : taxTransactionLines(record);
    },
  },
};

/** Who takes what of a line of a calculation. */
function taxPartsOf(id: string, draft: Draft): object {
  const lines = draft.all('tax_calculation').flatMap((calculation) => calculation.lines);
  return lines.find((line) => line.id === id)?.parts ?? [];
}

/** The refunds of a charge, newest first. */
export function refundsOf(charge: string, draft: Draft): object {
  const refunds = draft.all('refund').filter((refund) => refund.charge === charge);
  const data = refunds.reverse().map((refund) => render('refund', refund, draft));
  return listAnswer(`/v1/charges/${charge}/refunds`, data, false);
}

/** The lines of a checkout session. */
export function lineItemsOf(id: string, draft: Draft): object {
  const session = draft.get('checkout_session', id);
  const data =
    session === undefined ? [] : session.lineItems.map((item) => renderLineItem(item, session, draft));
  return listAnswer(`/v1/checkout/sessions/${id}/line_items`, data, false);
}

/** Replaces ids in a rendered object by the objects they name, at each of `paths` (`latest_charge.refunds`). */
export function expand(answer: object, paths: readonly string[], draft: Draft): object {
  let expanded: unknown = answer;
  for (const path of paths) {
    const parts = path.split('.');
    if (parts.length > MAX_DEPTH) {
      throw invalid(`You cannot expand more than ${MAX_DEPTH} levels of a property`, { param: 'expand' });
    }
    expanded = expandAt(expanded, parts, path, draft);
  }
  return expanded as object;
}

function extraOf(object: string, part: string) {
  return EXTRA_LISTS[object]?.[part] ?? billingPart()?.extras[object]?.[part];
}

function expandAt(value: unknown, parts: readonly string[], path: string, draft: Draft): unknown {
  if (Array.isArray(value)) return value.map((item) => expandAt(item, parts, path, draft));
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  if (value === null) return null;
  if (typeof value !== 'object') throw cannotExpand(path);
  const object = value as JsonObject;
  const extra = typeof object.object === 'string' ? extraOf(object.object, part) : undefined;
  let inner = object[part];
  if (inner === undefined && extra !== undefined) inner = extra(String(object.id), draft);
  if (inner === undefined) throw cannotExpand(path);
  const named = (id: unknown) => (typeof id === 'string' ? (objectOfId(id, part, draft) ?? fail(path)) : id);
  inner = Array.isArray(inner) ? inner.map(named) : named(inner);
  return { ...object, [part]: expandAt(inner, rest, path, draft) };
}

function objectOfId(id: string, field: string, draft: Draft): object | undefined {
  const kind = KIND_OF_FIELD[field] ?? KIND_OF_PREFIX[id.slice(0, Math.max(0, id.indexOf('_')))];
  const record = kind === undefined ? undefined : draft.get(kind, id);
  return kind === undefined || record === undefined ? undefined : render(kind, record, draft);
}

function cannotExpand(path: string): Error {
  return invalid(`This property cannot be expanded (${path}).`, { param: 'expand' });
}

function fail(path: string): never {
  throw cannotExpand(path);
}
