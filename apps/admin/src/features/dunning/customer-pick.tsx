import type { Customer } from '@billhook/sdk/generated/types';
import { Select } from '@billhook/ui/select';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

const NOBODY = 'nobody';

/** One of the newest customers, whose zone and methods count; or nobody in particular. */
export function CustomerPick({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (customer: string | null) => void;
}) {
  const { api, tenant } = useScope();
  const { data } = useQuery<readonly Customer[]>({
    queryKey: [tenant.id, 'dunning', 'customers'],
    queryFn: async ({ signal }) => (await api.customers.list({ limit: 50 }, { signal })).data,
  });
  return (
    <Select<string>
      label="Customer"
      className="min-w-52"
      value={value ?? NOBODY}
      options={[
        { value: NOBODY, label: 'Anybody with a card' },
        ...(data ?? []).map(({ id, name }) => ({ value: id, label: name })),
      ]}
      onValueChange={(next) => onChange(next === NOBODY ? null : next)}
    />
  );
}
