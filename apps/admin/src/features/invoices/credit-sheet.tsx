import type { CreateCreditNote, Invoice, InvoiceLine } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox, RadioGroup } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { MoneyField } from '@billhook/ui/money-field';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

type Settle = NonNullable<CreateCreditNote['settle']>;

export interface CreditSheetProps {
  readonly invoice: Invoice;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Takes back an invoice or some of its lines. */
export function CreditSheet({ invoice, open, onClose }: CreditSheetProps) {
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Credit ${invoice.number}?`}
      description="The invoice stays as it was sent. A credit note with a number of its own takes back a part of it."
    >
      {open ? <CreditForm invoice={invoice} onClose={onClose} /> : null}
    </SideSheet>
  );
}

function CreditForm({ invoice, onClose }: Omit<CreditSheetProps, 'open'>) {
  const { api } = useScope();
  const { locale } = useLocale();
  const [whole, setWhole] = useState(true);
  const [amounts, setAmounts] = useState<ReadonlyMap<string, string>>(new Map());
  const full = (minor: string) => formatMoney(minor, invoice.currency, locale).full;
  const credit = useCommand(
    (body: CreateCreditNote, options) => api.invoices.credit(invoice.id, body, options),
    (note) => {
      toast(`${note.number} credits ${full(note.total)}.`);
      onClose();
    },
  );
  const left = BigInt(invoice.total) - BigInt(invoice.credited);
  const lines = [...amounts].map(([line, amount]) => ({ line, amount }));
  const isPaid = invoice.status === 'paid' && invoice.paid !== '0';
  return (
    <Form<{ reason: string; settle: Settle }>
      onSubmit={({ reason, settle }) =>
        credit.run({ reason: reason.trim(), settle, ...(whole ? {} : { lines }) })
      }
      {...formProblem(credit.error)}
    >
      <RadioGroup<'whole' | 'lines'>
        label="What is credited"
        value={whole ? 'whole' : 'lines'}
        onValueChange={(value) => setWhole(value === 'whole')}
        options={[
          { value: 'whole', label: 'All that is left', detail: `${full(`${left}`)} with tax.` },
          { value: 'lines', label: 'Some lines', detail: 'Amounts before tax and coupons.' },
        ]}
      />
      {whole ? null : <LineAmounts lines={invoice.lines} amounts={amounts} onChange={setAmounts} />}
      <SettleChoice isPaid={isPaid} />
      <TextField name="reason" label="Reason" required maxLength={500} hint="Stands on the credit note." />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="danger"
          type="submit"
          busy={credit.busy}
          disabled={whole ? left <= 0n : lines.length === 0}
        >
          {whole ? `Credit ${full(`${left}`)}` : 'Credit these lines'}
        </Button>
      </FormActions>
    </Form>
  );
}

/** What becomes of the part that is not still to pay. */
function SettleChoice({ isPaid }: { isPaid: boolean }) {
  return (
    <RadioGroup<Settle>
      name="settle"
      label="What is still to pay is lowered first. The rest"
      defaultValue="credit_balance"
      options={[
        {
          value: 'credit_balance',
          label: 'Becomes credit',
          detail: 'It pays other open invoices, then lowers the next ones.',
        },
        ...(isPaid
          ? [
              {
                value: 'refund' as const,
                label: 'Goes back to the payment method',
                detail: 'Refused if less than that was paid by it.',
              },
            ]
          : []),
        {
          value: 'reduce_open',
          label: 'Is refused',
          detail: 'Nothing is credited beyond what is still open.',
        },
      ]}
    />
  );
}

/** One field for each line that is chosen, filled with what is left of it. */
function LineAmounts({
  lines,
  amounts,
  onChange,
}: {
  lines: readonly InvoiceLine[];
  amounts: ReadonlyMap<string, string>;
  onChange: (next: ReadonlyMap<string, string>) => void;
}) {
  const change = (id: string, amount: string | null) => {
    const next = new Map(amounts);
    if (amount === null) next.delete(id);
    else next.set(id, amount);
    onChange(next);
  };
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="sr-only">Lines</legend>
      {lines
        .filter((line) => BigInt(line.gross) > 0n && line.credited !== line.amount)
        .map((line) => {
          const left = line.credited === '0' ? line.gross : `${BigInt(line.amount) - BigInt(line.credited)}`;
          return (
            <div key={line.id} className="flex flex-col gap-1">
              <Checkbox
                label={line.description}
                checked={amounts.has(line.id)}
                onCheckedChange={(checked) => change(line.id, checked ? left : null)}
              />
              {amounts.has(line.id) ? (
                <MoneyField
                  name={`amount-${line.position}`}
                  label={`Of ${line.description}`}
                  hideLabel
                  currency={line.currency}
                  defaultAmountMinor={left}
                  onAmountChange={(amount) => change(line.id, amount ?? '0')}
                  required
                />
              ) : null}
            </div>
          );
        })}
    </fieldset>
  );
}
