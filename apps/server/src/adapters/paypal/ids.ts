const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * PayPal has no customer to be made: a customer is whoever we say, in 22 letters at most. A UUID fits exactly, so that
 * the name of one never has to be asked for.
 */
export function packCustomer(customerId: string): string {
  return Buffer.from(customerId.replaceAll('-', ''), 'hex').toString('base64url');
}

/** What an object at PayPal is for, as written into its `custom_id`, which takes no colon. */
export type Purpose = 'attempt' | 'checkout' | 'refund';

export const customId = (purpose: Purpose, id: string): string => `${purpose}.${id}`;

/** Our id, if the object is for that purpose. The seller may have written other things there. */
export function ourId(purpose: Purpose, written: unknown): string | null {
  if (typeof written !== 'string' || !written.startsWith(`${purpose}.`)) return null;
  const id = written.slice(purpose.length + 1);
  return UUID.test(id) ? id : null;
}

/** A page is an order to pay, or a token to be agreed to; the name of a session says which. */
export type SessionId = { kind: 'order' | 'setup'; id: string };

export const sessionName = ({ kind, id }: SessionId): string => `${kind}:${id}`;

export function readSessionName(name: string): SessionId {
  const [kind, id = ''] = name.split(':');
  return { kind: kind === 'setup' ? 'setup' : 'order', id };
}
