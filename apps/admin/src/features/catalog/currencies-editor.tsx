import type { Meter } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { PriceEditor } from './price-editor.tsx';
import { replaceAt, type VersionDraft, withoutAt } from './version-draft.ts';

interface CurrenciesEditorProps {
  readonly draft: VersionDraft;
  readonly meters: readonly Meter[];
  readonly onChange: (draft: VersionDraft) => void;
}

/** The same prices in other currencies, each begun as a copy of the main ones. */
export function CurrenciesEditor({ draft, meters, onChange }: CurrenciesEditorProps) {
  const [code, setCode] = useState('');
  const { otherCurrencies: others } = draft;
  const isNew =
    /^[A-Z]{3}$/.test(code) && code !== draft.currency && others.every(({ currency }) => currency !== code);
  const put = (otherCurrencies: VersionDraft['otherCurrencies']) => onChange({ ...draft, otherCurrencies });
  return (
    <Section
      title="Other currencies"
      description="The same prices with figures of their own. Customers get those of their currency."
    >
      <div className="flex flex-col gap-6">
        {others.map((other, at) => (
          <div key={other.currency} className="flex flex-col gap-3">
            <div className="flex items-center justify-between gap-4">
              <h3 className="font-medium">{other.currency}</h3>
              <Button size="sm" variant="quiet" icon={Trash2} onClick={() => put(withoutAt(others, at))}>
                Not in {other.currency}
              </Button>
            </div>
            {other.prices.map((price, index) => (
              <PriceEditor
                // biome-ignore lint/suspicious/noArrayIndexKey: prices stand in the order of the main ones.
                key={index}
                price={price}
                currency={other.currency}
                meters={meters}
                onChange={(next) =>
                  put(replaceAt(others, at, { ...other, prices: replaceAt(other.prices, index, next) }))
                }
                onRemove={() =>
                  put(replaceAt(others, at, { ...other, prices: withoutAt(other.prices, index) }))
                }
              />
            ))}
          </div>
        ))}
        <div className="flex items-end gap-3">
          <TextField
            name="otherCurrency"
            label="Currency"
            className="w-24"
            maxLength={3}
            optional
            value={code}
            onValueChange={(text) => setCode(text.trim().toUpperCase())}
          />
          <Button
            icon={Plus}
            disabled={!isNew}
            onClick={() => {
              put([...others, { currency: code, prices: [...draft.prices] }]);
              setCode('');
            }}
          >
            Add currency
          </Button>
        </div>
      </div>
    </Section>
  );
}
