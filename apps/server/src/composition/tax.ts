import { VIES_URL, viesRegistry } from '../adapters/vies/registry.ts';
import { type RegistryOf, vatNumbersSource } from '../modules/customers/vat/jobs.ts';
import type { Providers } from '../modules/payments/api.ts';
import type { DueSource } from '../platform/due.ts';
import type { TransactionRequest, Transactor, TransactorOptions } from '../platform/transaction.ts';
import { taxBookingsSource } from '../processes/book-taxes.ts';
import { certificateNoticesSource } from '../processes/certificate-notices.ts';
import { askForTaxes, type TaxProviderOf, taxQuestionsSource } from '../processes/quote-taxes.ts';

export { taxListener } from '../processes/watch-tax.ts';

/** Live tenants ask VIES; sandboxes its stand-in, so that numbers of tests never leave the house. */
function composeVatRegistry(sandboxUrl: string): RegistryOf {
  const [live, standIn] = [viesRegistry(VIES_URL), viesRegistry(`${sandboxUrl}/vies/rest-api`)];
  return (tenant) => (tenant.kind === 'live' ? live : standIn);
}

/** Work on tax that falls due by itself. */
export function composeTax(transactor: Transactor, sandboxUrl: string, providers: Providers): DueSource[] {
  const deps = { transactor, providerOf: providerOfTaxes(providers) };
  return [
    vatNumbersSource({ transactor, registryOf: composeVatRegistry(sandboxUrl) }),
    taxQuestionsSource(deps),
    taxBookingsSource(deps),
    certificateNoticesSource({ transactor }),
  ];
}

/** Taxes are worked out at Stripe, under the account that payments go to. */
export function providerOfTaxes(providers: Providers): TaxProviderOf {
  return async (tenantId) => {
    const accounts = await providers.all(tenantId);
    return accounts.find(({ tax }) => tax !== undefined)?.tax ?? null;
  };
}

/** Asks the provider about what a transaction lacked. The transactor comes before the providers, which need it. */
export function createTaxDesk() {
  let ask: NonNullable<TransactorOptions['recover']> = async () => false;
  return {
    recover: (request: TransactionRequest, error: unknown) => ask(request, error),
    open(transactor: Transactor, providers: Providers) {
      const deps = { transactor, providerOf: providerOfTaxes(providers) };
      ask = ({ tenantId }, error) => askForTaxes(deps, tenantId, error);
    },
  };
}
