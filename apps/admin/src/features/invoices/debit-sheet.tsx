import type { CreateDebitNote, DraftDebitNote, Invoice, InvoiceLine } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { formatMoney } from '@billhook/ui/format';
import { KeyValue } from '@billhook/ui/key-value';
import { useLater } from '@billhook/ui/later';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { MoneyField } from '@billhook/ui/money-field';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemText } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

export interface DebitSheetProps {
  readonly invoice: Invoice;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What is claimed beside what each line claimed, by the id of the line; null while the amount is none. */
type Claims = ReadonlyMap<string, { readonly amount: string | null; readonly description: string }>;

/** Raises what an invoice claimed, by a document of its own. */
export function DebitSheet({ invoice, open, onClose }: DebitSheetProps) {
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Claim more than ${invoice.number} did?`}
      description="The invoice stays as it was sent. A debit note with a number of its own claims what was forgotten or priced too low, and is paid like an invoice."
    >
      {open ? <DebitForm invoice={invoice} onClose={onClose} /> : null}
    </SideSheet>
  );
}

function DebitForm({ invoice, onClose }: Omit<DebitSheetProps, 'open'>) {
  const { api } = useScope();
  const { locale } = useLocale();
  const go = useGo();
  const [claims, setClaims] = useState<Claims>(new Map());
  const lines = useMemo(() => linesOf(claims), [claims]);
  const asked = useLater(lines, 300);
  const preview = useDraft(invoice, asked);
  const debit = useCommand(
    (body: CreateDebitNote, options) => api.invoices.debit(invoice.id, body, options),
    (note) => {
      toast(`${note.number} claims ${formatMoney(note.total, note.currency, locale).full}.`);
      onClose();
      go(`/invoices/${note.id}`);
    },
  );
  const draft = lines === null ? undefined : preview.data;
  const isSeen = lines === asked && !preview.isPlaceholderData;
  return (
    <Form<{ reason: string }>
      onSubmit={({ reason }) => {
        if (lines !== null) debit.run({ lines, reason: reason.trim() });
      }}
      {...formProblem(debit.error)}
    >
      <LineClaims lines={invoice.lines} claims={claims} onChange={setClaims} />
      <TextField name="reason" label="Reason" required maxLength={500} hint="Stands on the debit note." />
      {preview.error && lines !== null ? <ProblemText error={preview.error} /> : null}
      {draft ? <DraftSums draft={draft} /> : null}
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={debit.busy} disabled={draft === undefined || !isSeen}>
          {draft && isSeen ? `Claim ${formatMoney(draft.total, draft.currency, locale).full}` : 'Claim it'}
        </Button>
      </FormActions>
    </Form>
  );
}

/** Null while something is not filled in. */
function linesOf(claims: Claims): CreateDebitNote['lines'] | null {
  const lines: CreateDebitNote['lines'] = [];
  for (const [line, { amount, description }] of claims) {
    if (amount === null || BigInt(amount) <= 0n) return null;
    lines.push({ line, amount, ...(description.trim() === '' ? {} : { description: description.trim() }) });
  }
  return lines.length === 0 ? null : lines;
}

/** What the claim comes to with tax. The reason changes nothing of it. */
function useDraft(invoice: Invoice, lines: CreateDebitNote['lines'] | null) {
  const { api, tenant } = useScope();
  return useQuery({
    queryKey: [tenant.id, 'debit-preview', invoice.id, lines],
    enabled: lines !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api.invoices.previewDebit(invoice.id, { lines: lines ?? [], reason: 'preview' }, { signal }),
  });
}

function DraftSums({ draft }: { draft: DraftDebitNote }) {
  const money = (amountMinor: string) => <Money amountMinor={amountMinor} currency={draft.currency} />;
  return (
    <KeyValue
      layout="sum"
      items={[
        { label: 'Before tax', value: money(draft.subtotal) },
        { label: 'Tax, as on the invoice', value: money(draft.tax) },
        { label: 'Total', value: money(draft.total), strong: true },
        ...(draft.creditApplied === '0'
          ? []
          : [
              { label: 'Paid from credit', value: money(`-${draft.creditApplied}`) },
              { label: 'To pay', value: money(draft.due), strong: true },
            ]),
      ]}
    />
  );
}

/** An amount and words for each line that is chosen. */
function LineClaims({
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
