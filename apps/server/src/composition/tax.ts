import { VIES_URL, viesRegistry } from '../adapters/vies/registry.ts';
import { type RegistryOf, vatNumbersSource } from '../modules/customers/vat/jobs.ts';
import type { DueSource } from '../platform/due.ts';
import type { Transactor } from '../platform/transaction.ts';

export { taxListener } from '../processes/watch-tax.ts';

/** Live tenants ask VIES; sandboxes its stand-in, so that numbers of tests never leave the house. */
function composeVatRegistry(sandboxUrl: string): RegistryOf {
  const [live, standIn] = [viesRegistry(VIES_URL), viesRegistry(`${sandboxUrl}/vies/rest-api`)];
  return (tenant) => (tenant.kind === 'live' ? live : standIn);
}

/** Work on tax that falls due by itself. */
export function composeTax(transactor: Transactor, sandboxUrl: string): DueSource[] {
  return [vatNumbersSource({ transactor, registryOf: composeVatRegistry(sandboxUrl) })];
}
