import type { CreateDebitNote, Invoice } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { formatMoney } from '@billhook/ui/format';
import { useLater } from '@billhook/ui/later';
import { useLocale } from '@billhook/ui/locale';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useMemo, useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemText } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { claimedLines } from './claimed-lines.ts';
import { DraftSums, useDraft } from './debit-draft.tsx';
import { type Claims, LineClaims } from './line-claims.tsx';

export interface DebitSheetProps {
  readonly invoice: Invoice;
  readonly open: boolean;
  readonly onClose: () => void;
}

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
  const lines = useMemo(() => claimedLines(claims), [claims]);
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
