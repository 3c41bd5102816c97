import type { MyCustomer, PublicPlan } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Segmented } from '@billhook/ui/segmented';
import { Select } from '@billhook/ui/select';
import { useCommand } from '../../lib/command.ts';
import { portalFor, useVisit } from '../../lib/portal.tsx';
import { ProblemBox } from '../../lib/problem.tsx';

const FEW = 4;

/** Every currency that some plan is sold in, the seller's own first. */
export function currenciesOf(plans: readonly PublicPlan[], own: string): readonly string[] {
  const all = new Set(plans.flatMap(({ currencies }) => currencies));
  return [...all].sort((a, b) => Number(b === own) - Number(a === own) || a.localeCompare(b));
}

interface CurrencyPickerProps {
  readonly plans: readonly PublicPlan[];
  /** The currency that the prices are shown in. */
  readonly value: string;
  /** The company that would buy; null for a visitor, whose choice stands in the address. */
  readonly customer: MyCustomer | null;
}

/** In which currency one buys. Nothing to choose where all is sold in one. */
export function CurrencyPicker({ plans, value, customer }: CurrencyPickerProps) {
  const { slug, session } = useVisit();
  const [, setSearch] = useFilters();
  const change = useCommand((currency: string, options) =>
    portalFor(slug, customer?.id ?? '').customers.changeCurrency({ currency }, options),
  );
  const currencies = currenciesOf(plans, session.seller.currency);
  if (currencies.length < 2) return null;
  const choose = (currency: string) => {
    if (customer === null) setSearch({ currency });
    else change.run(currency);
  };
  const options = currencies.map((currency) => ({ value: currency, label: currency }));
  const common = { label: 'Currency', value, options, onValueChange: choose };
  return (
    <>
      {currencies.length > FEW ? (
        <Select {...common} hideLabel className="w-28" />
      ) : (
        <Segmented {...common} />
      )}
      <ProblemBox error={change.error} />
    </>
  );
}
