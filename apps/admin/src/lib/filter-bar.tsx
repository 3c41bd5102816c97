import { useFilters } from '@billhook/ui/address';
import { Select } from '@billhook/ui/select';
import { SearchField } from '@billhook/ui/text-field';
import { type ReactNode, useEffect, useRef, useState } from 'react';

/** A search box whose text stands in the address as `q`, a moment after the last key. */
export function SearchFilter({ label }: { label: string }) {
  const [filters, change] = useFilters();
  const known = filters.q ?? '';
  const [text, setText] = useState(known);
  const sent = useRef(known);
  useEffect(() => {
    // The address changed by other means than typing here, such as "Clear filters".
    if (known !== sent.current) setText(known);
    sent.current = known;
  }, [known]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      change({ q: text || undefined });
    }, 200);
    return () => clearTimeout(timer);
  }, [text, change]);
  return <SearchField label={label} value={text} onValueChange={setText} className="sm:w-80" />;
}

const ALL = 'all';

export interface ChoiceFilterProps {
  /** The name in the address. */
  readonly name: string;
  readonly label: string;
  readonly all: string;
  readonly options: readonly { readonly value: string; readonly label: ReactNode }[];
}

/** One filter out of a few; it stands in the address. */
export function ChoiceFilter({ name, label, all, options }: ChoiceFilterProps) {
  const [filters, change] = useFilters();
  return (
    <Select
      label={label}
      hideLabel
      size="sm"
      className="w-auto min-w-40"
      options={[{ value: ALL, label: all }, ...options]}
      value={filters[name] ?? ALL}
      onValueChange={(value) => change({ [name]: value === ALL ? undefined : value })}
    />
  );
}

export function FilterBar({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-2 pb-3">{children}</div>;
}
