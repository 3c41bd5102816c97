import { Combobox as Base } from '@base-ui/react/combobox';
import { Check } from 'lucide-react';
import { cx } from './cx.ts';
import { controlClass, FieldFrame, type FieldProps } from './field.tsx';
import { useLocale } from './locale.tsx';
import { popupClass } from './menu.tsx';

export interface SearchOption {
  readonly value: string;
  readonly label: string;
  /** A second, quieter line. */
  readonly detail?: string | undefined;
}

export interface SearchSelectProps extends Omit<FieldProps, 'validate' | 'name'> {
  /** What was found for what is typed, the best first. */
  readonly options: readonly SearchOption[];
  readonly value: SearchOption | null;
  readonly onValueChange: (option: SearchOption | null) => void;
  /** What is typed: the options follow it. */
  readonly onSearch: (text: string) => void;
  readonly placeholder?: string | undefined;
  /** Said where nothing is found. */
  readonly nothing: string;
  /** Whether it is still being looked for. */
  readonly busy?: boolean | undefined;
}

/** One out of too many to be listed: found by typing. What is typed alone is no choice. */
export function SearchSelect(props: SearchSelectProps) {
  const { options, value, onValueChange, onSearch, placeholder, nothing, busy, ...field } = props;
  const { words } = useLocale();
  return (
    <FieldFrame {...field}>
      <Base.Root<SearchOption>
        items={options}
        filter={null}
        value={value}
        onValueChange={onValueChange}
        onInputValueChange={onSearch}
        itemToStringLabel={({ label }) => label}
        isItemEqualToValue={(one, other) => one.value === other.value}
      >
        <Base.Input placeholder={placeholder ?? ''} className={cx(controlClass, 'h-9')} />
        <Base.Portal>
          <Base.Positioner sideOffset={4} className="z-50">
            <Base.Popup className={cx(popupClass, 'w-[var(--anchor-width)]')}>
              <Base.Empty className="px-2 py-1.5 text-muted empty:hidden">
                {busy ? words.loading : nothing}
              </Base.Empty>
              <Base.List className="max-h-80 overflow-y-auto">
                {(option: SearchOption) => (
                  <Base.Item
                    key={option.value}
                    value={option}
                    className="grid min-h-8 cursor-default grid-cols-[1rem_1fr] items-center gap-2 rounded-[4px] px-2 py-1 outline-none data-[highlighted]:bg-pressed"
                  >
                    <Base.ItemIndicator className="col-start-1 text-accent-text">
                      <Check aria-hidden="true" size={14} />
                    </Base.ItemIndicator>
                    <span className="col-start-2 min-w-0">
                      <span className="block truncate">{option.label}</span>
                      {option.detail ? (
                        <span className="block truncate text-sm text-faint">{option.detail}</span>
                      ) : null}
                    </span>
                  </Base.Item>
                )}
              </Base.List>
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </FieldFrame>
  );
}
