import type { ProviderNews } from '../../modules/payments/provider-events.ts';
import { ourId, sessionName } from './ids.ts';
import { linkOf, list, type Members, members, orderIdOf, text } from './read.ts';

/** Everything that changes what we know; each says where to look, so more of them do no harm. */
export const WEBHOOK_EVENTS = [
  'CHECKOUT.ORDER.APPROVED',
  'CHECKOUT.ORDER.COMPLETED',
  'PAYMENT.CAPTURE.COMPLETED',
  'PAYMENT.CAPTURE.PENDING',
  'PAYMENT.CAPTURE.DENIED',
  'PAYMENT.CAPTURE.DECLINED',
  'PAYMENT.CAPTURE.REFUNDED',
  'PAYMENT.CAPTURE.REVERSED',
  'PAYMENT.REFUND.PENDING',
  'PAYMENT.REFUND.FAILED',
  'VAULT.PAYMENT-TOKEN.CREATED',
  'VAULT.PAYMENT-TOKEN.DELETED',
  'CUSTOMER.DISPUTE.CREATED',
  'CUSTOMER.DISPUTE.UPDATED',
  'CUSTOMER.DISPUTE.RESOLVED',
];

const MAX_ID = 255;

/** What an event's body is about; null for a body that is no event. */
export function readPayPalEvent(rawBody: Uint8Array): ProviderNews | null {
  try {
    return newsOfEvent(members(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody))));
  } catch {
    return null;
  }
}

type Told = Pick<ProviderNews, 'about' | 'objectId' | 'intentId'>;

export function newsOfEvent(event: Members): ProviderNews | null {
  const [id, type] = [text(event.id), text(event.event_type)];
  const resource = members(event.resource);
  if (id === null || type === null || id.length > MAX_ID || type.length > MAX_ID) return null;
  const told = toldBy(type, resource);
  if (told === null || told.objectId.length > MAX_ID) return null;
  // An event does not say whether it is about real money; the certificate that signed it does.
  // A webhook belongs to one account, whose id is in what is signed.
  const saysPaid = type === 'PAYMENT.CAPTURE.COMPLETED';
  return { id, type, ...told, isLive: null, otherAccount: null, saysPaid };
}

function toldBy(type: string, resource: Members): Told | null {
  const dispute = text(resource.dispute_id);
  if (dispute !== null) {
    const [transaction] = list(resource.disputed_transactions);
    return { about: 'dispute', objectId: dispute, intentId: text(transaction?.seller_transaction_id) };
  }
  const id = text(resource.id);
  if (id === null) return null;
  if (type.startsWith('CHECKOUT.ORDER.')) {
    return { about: 'session', objectId: sessionName({ kind: 'order', id }), intentId: null };
  }
  const isRefund = type === 'PAYMENT.CAPTURE.REFUNDED' || type.startsWith('PAYMENT.REFUND.');
  if (isRefund || type === 'PAYMENT.CAPTURE.REVERSED') {
    return { about: 'refund', objectId: id, intentId: linkOf(resource, 'up')?.split('/').at(-1) ?? id };
  }
  if (type.startsWith('PAYMENT.CAPTURE.')) return aboutCapture(id, resource);
  const about = type.startsWith('VAULT.PAYMENT-TOKEN.') ? 'method' : 'other';
  return { about, objectId: id, intentId: null };
}

/** A payment on a page belongs to the page, any other to the attempt that it names. */
function aboutCapture(id: string, resource: Members): Told {
  const orderId = orderIdOf(resource);
  const isOfPage = orderId !== null && ourId('checkout', resource.custom_id) !== null;
  if (isOfPage) {
    return { about: 'session', objectId: sessionName({ kind: 'order', id: orderId }), intentId: id };
  }
  return { about: 'intent', objectId: id, intentId: id };
}
