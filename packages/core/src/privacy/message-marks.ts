/** What an encoding puts before an id is no part of it. */
const ENCODED = /\\u[0-9A-Fa-f]{4}|\\[bfnrt]|%[0-9A-Fa-f]{2}/g;
const PIECE = /[A-Za-z0-9_-]{5,}/g;
const PLAIN = /^(?:[A-Z]?[a-z_]*[0-9]?[a-z_]*|[0-9TZ-]*)$/;
/** Ids of objects at Stripe that are nobody, by their first letters. */
const OTHER_OBJECT =
  /^(?:acct|ba|btok|card|ch|cs|di|dp|du|evt|fee|file|ii|il|in|mandate|pi|pm|po|price|prod|promo|py|pyr|re|req|seti|si|src|sub|tok|trr|txn|we)_/;
const CUSTOMER = /cus_[0-9A-Za-z]+/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const ADDRESS = /"([^" \t\r\n\f\v]*@[^" \t\r\n\f\v]*)"/g;
const SHORTEST = 8;
const LONGEST = 64;
/** As ids of ours are packed for PayPal: any letters may be the first of these. */
const PACKED = 22;

/**
 * Everything in a message that could be a customer's id here or at a provider, a member's id, or an address. Left out is
 * what is none: words, numbers, times, and ids of other objects.
 *
 * @param message its bytes, a character each
 */
export function marksIn(message: string): ReadonlySet<string> {
  const marks = new Set<string>();
  const bare = /[\\%]/.test(message) ? message.replace(ENCODED, ' ') : message;
  for (const piece of new Set(bare.match(PIECE))) {
    const isOfCustomer = piece.includes('cus_');
    if (!isOfCustomer && (piece.length < SHORTEST || PLAIN.test(piece))) continue;
    const isOther = piece.length !== PACKED && OTHER_OBJECT.test(piece);
    if (piece.length <= LONGEST && !isOther) marks.add(piece);
    if (isOfCustomer) for (const id of piece.match(CUSTOMER) ?? []) marks.add(id);
    if (piece.length >= 36) for (const id of piece.match(UUID) ?? []) marks.add(id);
  }
  if (message.includes('@')) for (const [, address] of message.matchAll(ADDRESS)) marks.add(address ?? '');
  return marks;
}
