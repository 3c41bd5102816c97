import type { InvoiceLine } from '@billhook/sdk/generated/types';
import { Checkbox } from '@billhook/ui/choice';
import { MoneyField } from '@billhook/ui/money-field';
import { TextField } from '@billhook/ui/text-field';

/** What is claimed beside what each line claimed, by the id of the line; null while the amount is none. */
export type Claims = ReadonlyMap<string, { readonly amount: string | null; readonly description: string }>;

/** An amount and words for each line that is chosen. */
export function LineClaims({
  lines,
  claims,
  onChange,
}: {
  lines: readonly InvoiceLine[];
  claims: Claims;
  onChange: (next: Claims) => void;
}) {
  const change = (id: string, claim: { amount: string | null; description: string } | null) => {
    const next = new Map(claims);
    if (claim === null) next.delete(id);
    else next.set(id, claim);
    onChange(next);
  };
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-1 text-sm font-medium">Lines that claimed too little</legend>
      {lines.map((line) => {
        const claim = claims.get(line.id);
        return (
          <div key={line.id} className="flex flex-col gap-2">
            <Checkbox
              label={line.description}
              checked={claim !== undefined}
              onCheckedChange={(checked) =>
                change(line.id, checked ? { amount: null, description: '' } : null)
              }
            />
            {claim === undefined ? null : (
              <div className="ms-6 flex flex-col gap-2">
                <MoneyField
                  name={`amount-${line.position}`}
                  label="How much more"
                  hint="As on the line: before tax, or with it where your prices include it."
                  currency={line.currency}
                  onAmountChange={(amount) => change(line.id, { ...claim, amount })}
                  required
                />
                <TextField
                  name={`description-${line.position}`}
                  label="What for"
                  maxLength={500}
                  value={claim.description}
                  onValueChange={(description) => change(line.id, { ...claim, description })}
                  hint={`“${line.description}” if left empty.`}
                />
              </div>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
