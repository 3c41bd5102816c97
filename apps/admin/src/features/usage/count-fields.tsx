import type { QuarantinedEvent } from '@billhook/sdk/generated/types';
import { type SearchOption, SearchSelect } from '@billhook/ui/search-select';
import { useState } from 'react';
import { CustomerSearch } from '../../lib/customer-search.tsx';
import { useMeters } from '../catalog/queries.ts';

/** Whom and by what events count, where that is not what they say themselves. */
export interface CountChoice {
  readonly customer: SearchOption | null;
  readonly meter: SearchOption | null;
}

interface CountFieldsProps {
  readonly events: readonly QuarantinedEvent[];
  readonly choice: CountChoice;
  readonly onChoose: (choice: CountChoice) => void;
}

/** A customer and a meter are found by their names. */
export function CountFields({ events, choice, onChoose }: CountFieldsProps) {
  const allBecause = (why: QuarantinedEvent['reason']) => events.every(({ reason }) => reason === why);
  return (
    <>
      <CustomerSearch
        label="Count for"
        optional
        chosen={choice.customer}
        onChoose={(customer) => onChoose({ ...choice, customer })}
        hint={
          allBecause('unknown_customer')
            ? 'Who used it. Empty if there is a customer with the id it was sent for by now.'
            : 'Empty for the one each was sent for.'
        }
      />
      <MeterSearch
        chosen={choice.meter}
        onChoose={(meter) => onChoose({ ...choice, meter })}
        hint={
          allBecause('unknown_meter')
            ? 'Empty if a meter counts this type by now.'
            : 'Empty for those that count their type.'
        }
      />
    </>
  );
}

interface SearchProps {
  readonly chosen: SearchOption | null;
  readonly onChoose: (option: SearchOption | null) => void;
  readonly hint: string;
}

function MeterSearch({ chosen, onChoose, hint }: SearchProps) {
  const meters = useMeters();
  const [text, setText] = useState('');
  const sought = text === chosen?.label ? '' : text.trim().toLowerCase();
  const options = (meters.data?.data ?? [])
    .filter(({ archivedAt }) => archivedAt === null)
    .map(({ key, name, eventType }) => ({ value: key, label: name, detail: `counts ${eventType}` }))
    .filter(({ value, label, detail }) => `${value} ${label} ${detail}`.toLowerCase().includes(sought));
  return (
    <SearchSelect
      label="Count by meter"
      optional
      hint={hint}
      placeholder="Name of a meter"
      options={options}
      value={chosen}
      onValueChange={onChoose}
      onSearch={setText}
      nothing="No meter is called so."
      busy={meters.isFetching}
    />
  );
}
