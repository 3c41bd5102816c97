/** How far a text has come, by its provider's word. Later ones outrank earlier ones, in whatever order they are told. */
const ORDER = ['accepted', 'sent', 'failed', 'undelivered', 'delivered'] as const;
export type Delivery = (typeof ORDER)[number];

/** What is known after another word came: words are repeated and overtake each other. */
export function furtherDelivery(known: Delivery, told: Delivery): Delivery {
  return ORDER.indexOf(told) > ORDER.indexOf(known) ? told : known;
}

/** Twilio's names of states, of which some are ours and others are steps before them. */
export function deliveryOf(status: string): Delivery | null {
  switch (status) {
    case 'accepted':
    case 'scheduled':
    case 'queued':
    case 'sending':
      return 'accepted';
    case 'sent':
      return 'sent';
    case 'delivered':
    case 'read':
      return 'delivered';
    case 'undelivered':
      return 'undelivered';
    case 'failed':
    case 'canceled':
      return 'failed';
    default:
      return null;
  }
}

/**
 * What a code says of what to do: `opted_out` and `number` hold for every later text, `later` is tried again, `final`
 * is the end of this one.
 */
export function textFault(code: number | null): 'opted_out' | 'number' | 'later' | 'final' {
  if (code === 21610) return 'opted_out';
  if (code !== null && [21211, 21214, 21217, 21614, 30005, 30006].includes(code)) return 'number';
  if (code !== null && [20429, 30001, 30003].includes(code)) return 'later';
  return 'final';
}
