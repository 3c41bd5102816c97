import type { MyCustomer } from '@billhook/sdk/generated/types';
import { hrefOf } from '../../lib/address.ts';

/**
 * Where the payment page leads to afterwards. The server puts the id of the checkout in the place of the braces. The
 * company stands in it, because whoever comes back may have several.
 */
export function returnAddress(base: string, { id }: MyCustomer): string {
  return `${location.origin}${base}/checkout/return?customer=${id}&checkout={CHECKOUT_ID}`;
}

/** For a page that is left without paying. */
export function backAddress(path: string, { id }: MyCustomer, search: Record<string, string> = {}): string {
  return `${location.origin}${hrefOf(path, { customer: id, ...search })}`;
}
