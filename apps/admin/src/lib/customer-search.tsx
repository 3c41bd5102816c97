import { useFilters } from '@billhook/ui/address';
import { type SearchOption, SearchSelect } from '@billhook/ui/search-select';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useScope } from './scope.tsx';

export interface CustomerSearchProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly chosen: SearchOption | null;
  readonly onChoose: (customer: SearchOption | null) => void;
  readonly hint?: ReactNode;
  readonly optional?: boolean;
  readonly placeholder?: string;
  readonly className?: string;
}

/** A customer, found by name, e-mail or either of its ids. What is typed alone is no choice. */
export function CustomerSearch({ chosen, onChoose, placeholder, ...field }: CustomerSearchProps) {
  const { api, tenant } = useScope();
  const [text, setText] = useState('');
  const asked = text.trim();
  const found = useQuery({
    queryKey: [tenant.id, 'customer-search', asked],
    queryFn: ({ signal }) =>
      api.customers.list({ ...(asked === '' ? {} : { q: asked }), limit: 8 }, { signal }),
    placeholderData: (before) => before,
  });
  const options = (found.data?.data ?? []).map(({ id, name, email, externalId }) => ({
    value: id,
    label: name,
    detail: [externalId, email].filter(Boolean).join(', ') || undefined,
  }));
  return (
    <SearchSelect
      {...field}
      placeholder={placeholder ?? 'Name, e-mail or id of a customer'}
      options={options}
      value={chosen}
      onValueChange={onChoose}
      // The name of the one who was chosen is no search.
      onSearch={(next) => setText(next === chosen?.label ? '' : next)}
      nothing="Nobody is called so."
      busy={found.isFetching}
    />
  );
}

/** One customer, who stands in the address as `customer`. */
export function CustomerFilter() {
  const { api, tenant } = useScope();
  const [{ customer }, change] = useFilters();
  const known = useQuery({
    queryKey: [tenant.id, 'customer', customer],
    queryFn: ({ signal }) => api.customers.get(customer ?? '', { signal }),
    enabled: customer !== undefined,
  });
  const label = known.data?.name ?? customer ?? '';
  return (
    <CustomerSearch
      label="Customer"
      hideLabel
      className="sm:w-80"
      placeholder="All customers"
      chosen={customer === undefined ? null : { value: customer, label }}
      onChoose={(chosen) => change({ customer: chosen?.value })}
    />
  );
}
