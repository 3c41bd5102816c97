import { UsageError } from './exit-codes.ts';

/**
 * An address as people write it: `localhost:4000` means http, as it does in a browser.
 * @returns the address without a slash at the end
 * @throws UsageError that says what is missing
 */
export function readAddress(text: string): string {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!/^https?:/i.test(address) || !URL.canParse(address))
    throw new UsageError(`${text} is no address. Write it like http://localhost:4000.`);
  return address.replace(/\/+$/, '');
}
