import type { SharedData } from '../modules/customers/api.ts';
import { UUID_BYTES } from '../platform/columns.ts';
import type { TenantSettings } from '../platform/context.ts';

/** Ids side by side as bytes. */
type Ids = Uint8Array;

/** What one customer's billing speaks of: so many ids among those of others, from one on. */
export type Own = {
  /** Its customer, subscription, items and discounts. */
  names: Ids;
  namesFrom: number;
  count: number;
  /** How many of them are no discounts. */
  things: number;
  /** For each line billed so far its item and the discount that lowered it. */
  refs: Ids;
  refsFrom: number;
  refCount: number;
};

/** How the first of a kind speaks of its own: others of the kind do in the same way. */
export type Wording = {
  /** Places of its names in the order of the ids. */
  order: readonly number[];
  /** For each of its refs the place among its names; -1 for a discount that is none of them. */
  places: readonly number[];
  refs: Ids;
  refsFrom: number;
};

/** Null where ids do not tell one thing from another, or a line is of something that is not its own. */
export function wordingOf(own: Own): Wording | null {
  const { names, namesFrom, count, things, refs, refsFrom, refCount } = own;
  const order = Array.from({ length: count }, (_, place) => place).sort((left, right) =>
    compared(names, namesFrom + left, names, namesFrom + right),
  );
  if (!isRising(order, own)) return null;
  const places = Array.from({ length: refCount }, (_, ref) => {
    const [from, to] = ref % 2 === 0 ? [CUSTOMER_AND_SUBSCRIPTION, things] : [things, count];
    for (let place = from; place < to; place += 1)
      if (isSame(refs, refsFrom + ref, names, namesFrom + place)) return place;
    return -1;
  });
  return places.some((place, ref) => ref % 2 === 0 && place < 0) ? null : { order, places, refs, refsFrom };
}

/**
 * Whether this one speaks of its own as the first of the kind does, and its ids sort alike: what is decided may rest on which
 * of them comes first, but on nothing else of them.
 */
export function speaksAs({ order, places, refs: theirs, refsFrom: theirsFrom }: Wording, own: Own): boolean {
  if (!isRising(order, own)) return false;
  const { names, namesFrom, count, things, refs, refsFrom } = own;
  for (let ref = 0; ref < places.length; ref += 1) {
    const place = places[ref] as number;
    const isAlike =
      place >= 0
        ? isSame(refs, refsFrom + ref, names, namesFrom + place)
        : isSame(refs, refsFrom + ref, theirs, theirsFrom + ref);
    if (!isAlike) return false;
    // A discount that is none of the first's must be none of its own either.
    for (let one = things; place < 0 && one < count; one += 1)
      if (isSame(refs, refsFrom + ref, names, namesFrom + one)) return false;
  }
  return true;
}

const CUSTOMER_AND_SUBSCRIPTION = 2;

function isRising(order: readonly number[], { names, namesFrom }: Own): boolean {
  for (let index = 1; index < order.length; index += 1) {
    const before = namesFrom + (order[index - 1] as number);
    if (compared(names, before, names, namesFrom + (order[index] as number)) >= 0) return false;
  }
  return true;
}

const isSame = (left: Ids, leftPlace: number, right: Ids, rightPlace: number) =>
  compared(left, leftPlace, right, rightPlace) === 0;

/** As the texts of these ids are. */
function compared(left: Ids, leftPlace: number, right: Ids, rightPlace: number): number {
  const leftAt = leftPlace * UUID_BYTES;
  const rightAt = rightPlace * UUID_BYTES;
  for (let byte = 0; byte < UUID_BYTES; byte += 1) {
    const difference = (left[leftAt + byte] as number) - (right[rightAt + byte] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Columns of customers that are compared, and those that no decision rests on: they only tell people apart, or stand on the document. */
export const CUSTOMER_COLUMNS = {
  compared: [
    'address',
    'country',
    'credit_balances',
    'currency',
    'invoice_consolidation',
    'payment_terms_days',
    'pays_by_transfer',
    'tax_exempt',
    'tax_id',
    'time_zone',
  ],
  leftOut: [
    'created_at',
    'e_invoice',
    'email',
    'erased_at',
    'external_id',
    'id',
    'locale',
    'metadata',
    'name',
    'parked_at',
    'tenant_id',
    'updated_at',
  ],
};

/**
 * What of customers' own data a decision rests on; null where it rests on more than that: what the registry said about a number is
 * no part of a customer.
 */
export function decidedBy({ taxRules }: TenantSettings, shared: SharedData): string | null {
  const { currency, timeZone, country, taxId, taxExempt, address, creditText } = shared;
  const { paymentTermsDays, paysByTransfer, invoiceConsolidation } = shared;
  if (taxRules !== null && taxId !== null) return null;
  const place = taxRules === null ? [] : [address.postal_code ?? null, address.region ?? null];
  return JSON.stringify([
    currency,
    timeZone,
    country,
    taxId,
    taxExempt,
    paymentTermsDays,
    paysByTransfer,
    ...place,
    invoiceConsolidation,
    creditText,
  ]);
}
