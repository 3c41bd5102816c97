import { VIES_URL, viesRegistry } from '../adapters/vies/registry.ts';
import type { RegistryOf } from '../modules/customers/vat/jobs.ts';

/** Live tenants ask VIES; sandboxes its stand-in, so that numbers of tests never leave the house. */
export function composeVatRegistry(sandboxUrl: string): RegistryOf {
  const [live, standIn] = [viesRegistry(VIES_URL), viesRegistry(`${sandboxUrl}/vies/rest-api`)];
  return (tenant) => (tenant.kind === 'live' ? live : standIn);
}
