import type { Customer, DocumentKind, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { PdfDialog } from '../pdf/pdf-dialog.tsx';
import { documentName } from './words.ts';

export interface IssueSheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly customer: Customer;
  readonly subscriptions: readonly Subscription[];
  /** Those that the customer is billed in. */
  readonly currencies: readonly string[];
}

const KINDS: readonly { value: DocumentKind; label: string; detail: string }[] = [
  {
    value: 'pro_forma',
    label: 'Pro-forma invoice',
    detail: 'What the next bill would say. No tax effect.',
  },
  { value: 'statement', label: 'Statement of account', detail: 'All that is open now, with its age.' },
  {
    value: 'dunning_letter',
    label: 'Dunning letter',
    detail: 'Asks for what is overdue, one level above the last letter, with the fee of that level.',
  },
];

/** Issues a document that books nothing; it is looked at before, and may leave by mail at once. */
export function IssueSheet({ open, onClose, ...about }: IssueSheetProps) {
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Which document is issued?"
      description="Each has a number of its own kind and stays as it is. Nothing is booked."
    >
      <IssueForm {...about} onClose={onClose} />
    </SideSheet>
  );
}

function IssueForm({ customer, subscriptions, currencies, onClose }: Omit<IssueSheetProps, 'open'>) {
  const { api } = useScope();
  const [kind, setKind] = useState<DocumentKind>('statement');
  const [subscription, setSubscription] = useState<string | undefined>(subscriptions[0]?.id);
  const [currency, setCurrency] = useState<string>(currencies[0] ?? customer.currency);
  const wished = kind === 'pro_forma' ? { kind, subscription } : { kind, currency };
  const issue = useCommand(
    async (andSend: boolean, options) => {
      const document = await api.documents.create(customer.id, wished, options);
      return andSend ? api.documents.send(document.id) : document;
    },
    (document) => {
      const sent = document.sentTo === null ? '' : ` and is on its way to ${document.sentTo}`;
      toast(`${documentName(document)} ${document.number} was issued${sent}.`);
      onClose();
    },
  );
  const [isSeen, setSeen] = useState(false);
  return (
    <Form onSubmit={() => issue.run(customer.email !== null)} {...formProblem(issue.error)}>
      <RadioGroup<DocumentKind> label="Document" boxed options={KINDS} value={kind} onValueChange={setKind} />
      {kind === 'pro_forma' && subscriptions.length > 1 ? (
        <Select
          label="Of the subscription"
          value={subscription ?? null}
          onValueChange={setSubscription}
          options={subscriptions.map(({ id, plan }) => ({ value: id, label: plan.name, detail: id }))}
        />
      ) : null}
      {kind !== 'pro_forma' && currencies.length > 1 ? (
        <Select
          label="Currency"
          value={currency}
          onValueChange={setCurrency}
          options={currencies.map((value) => ({ value, label: value }))}
        />
      ) : null}
      <p className="text-sm text-muted">
        {customer.email === null
          ? 'The customer has no mail address, so it is issued only.'
          : `It goes to ${customer.email}, in the language of the customer.`}
      </p>
      <FormActions>
        <Button onClick={() => setSeen(true)}>Preview</Button>
        {customer.email === null ? null : (
          <Button onClick={() => issue.run(false)} busy={issue.busy}>
            Issue only
          </Button>
        )}
        <Button variant="primary" type="submit" busy={issue.busy}>
          {customer.email === null ? 'Issue it' : 'Issue and send it'}
        </Button>
      </FormActions>
      <PdfDialog
        open={isSeen}
        onClose={() => setSeen(false)}
        title="As it would be issued"
        name="preview.pdf"
        fileKey={JSON.stringify([customer.id, wished])}
        fetchFile={() => api.documents.preview(customer.id, wished)}
      />
    </Form>
  );
}
