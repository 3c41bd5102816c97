/** Where the payment page leads to afterwards. The server puts the id of the checkout in the place of the braces. */
export function returnAddress(base: string): string {
  return `${location.origin}${base}/checkout/return?checkout={CHECKOUT_ID}`;
}

/** For a page that is left without paying. */
export function backAddress(path: string): string {
  return `${location.origin}${path}`;
}
