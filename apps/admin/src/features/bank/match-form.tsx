import type { BankLine, InvoiceSummary, MatchInput } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { formatMoney } from '@billhook/ui/format';
import { KeyValue } from '@billhook/ui/key-value';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { MoneyField } from '@billhook/ui/money-field';
import { Section } from '@billhook/ui/page-header';
import { SkeletonText } from '@billhook/ui/skeleton';
import { SearchField, TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemText } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useOpenInvoices } from './queries.ts';

type Parts = Readonly<Record<string, string>>;

/** Says for whom a movement is and which invoices it pays, with what will be booked shown before. */
export function MatchForm({ line, onDone }: { line: BankLine; onDone: () => void }) {
  const proposed = line.proposal?.kind === 'return' ? null : line.proposal;
  const [customer, setCustomer] = useState<{ id: string; name: string } | null>(
    proposed === null ? null : { id: proposed.customer, name: proposed.customerName },
  );
  const invoices = useOpenInvoices(customer?.id ?? null, line.currency);
  return (
    <Section title="What it pays">
      {customer === null ? (
        <CustomerChoice start={line.name ?? ''} onChoose={setCustomer} />
      ) : (
        <div className="flex flex-col gap-3">
          <p className="flex items-baseline justify-between gap-3">
            <span className="font-medium">{customer.name}</span>
            <Button size="sm" variant="quiet" onClick={() => setCustomer(null)}>
              Another customer
            </Button>
          </p>
          {invoices.data === undefined ? (
            <SkeletonText lines={3} />
          ) : (
            <PartsForm
              key={customer.id}
              line={line}
              customer={customer.id}
              invoices={invoices.data}
              onDone={onDone}
            />
          )}
        </div>
      )}
    </Section>
  );
}

function CustomerChoice({
  start,
  onChoose,
}: {
  start: string;
  onChoose: (customer: { id: string; name: string }) => void;
}) {
  const { api, tenant } = useScope();
  const [text, setText] = useState(start);
  const found = useQuery({
    queryKey: [tenant.id, 'customer-choice', text],
    queryFn: ({ signal }) => api.customers.list({ q: text, limit: 6 }, { signal }),
    enabled: text.trim() !== '',
  });
  return (
    <div className="flex flex-col gap-2">
      <SearchField label="Find the customer" value={text} onValueChange={setText} />
      <ul>
        {(found.data?.data ?? []).map(({ id, name, email }) => (
          <li key={id}>
            <Button variant="quiet" onClick={() => onChoose({ id, name })}>
              {name} <span className="font-normal text-faint">{email}</span>
            </Button>
          </li>
        ))}
      </ul>
      {found.data?.data.length === 0 ? <p className="text-muted">Nobody is called so.</p> : null}
    </div>
  );
}

/** The parts as they are typed in; oldest invoices first unless something else was proposed. */
function startParts(line: BankLine, customer: string, invoices: readonly InvoiceSummary[]): Parts {
  const proposed = line.proposal?.customer === customer ? line.proposal.allocations : [];
  if (proposed.length > 0)
    return Object.fromEntries(
      proposed.flatMap(({ invoice, amount }) => (invoice === null ? [] : [[invoice, amount]])),
    );
  let left = BigInt(line.amount);
  return Object.fromEntries(
    invoices.map(({ id, due }) => {
      const part = BigInt(due) < left ? BigInt(due) : left;
      left -= part;
      return [id, `${part}`];
    }),
  );
}

function PartsForm({
  line,
  customer,
  invoices,
  onDone,
}: {
  line: BankLine;
  customer: string;
  invoices: readonly InvoiceSummary[];
  onDone: () => void;
}) {
  const { api } = useScope();
  const { locale } = useLocale();
  const [parts, setParts] = useState<Parts>(() => startParts(line, customer, invoices));
  const named = Object.entries(parts).filter(([, amount]) => amount !== '0' && amount !== '');
  const rest = named.reduce((left, [, amount]) => left - BigInt(amount), BigInt(line.amount));
  const allocations: MatchInput['allocations'] = [
    ...named.map(([invoice, amount]) => ({ invoice: invoice as string | null, amount })),
    ...(rest > 0n ? [{ invoice: null, amount: `${rest}` }] : []),
  ];
  const isBooked = line.state === 'matched';
  const book = useCommand(
    (body: MatchInput, options) => api.bankLines.match(line.id, body, options),
    () => {
      toast('The movement is booked.');
      onDone();
    },
  );
  return (
    <Form<{ instead?: string }>
      onSubmit={({ instead }) =>
        book.run({ customer, allocations, ...(instead ? { instead: instead.trim() } : {}) })
      }
      {...formProblem(book.error)}
    >
      {invoices.length === 0 ? (
        <p className="text-muted">Nothing is open. All of it becomes credit.</p>
      ) : null}
      {invoices.map(({ id, number, due }) => (
        <MoneyField
          key={id}
          label={number}
          currency={line.currency}
          defaultAmountMinor={parts[id] ?? '0'}
          onAmountChange={(amount) => setParts((before) => ({ ...before, [id]: amount ?? '' }))}
          hint={`${formatMoney(due, line.currency, locale).full} left to pay`}
        />
      ))}
      {isBooked ? (
        <TextField name="instead" label="Why it is booked anew" required maxLength={500} />
      ) : (
        <Preview line={line} customer={customer} allocations={allocations} isRight={rest >= 0n} />
      )}
      <FormActions align="start">
        <Button variant="primary" type="submit" busy={book.busy} disabled={rest < 0n}>
          Book {formatMoney(line.amount, line.currency, locale).full}
        </Button>
      </FormActions>
    </Form>
  );
}

function Preview({
  line,
  customer,
  allocations,
  isRight,
}: {
  line: BankLine;
  customer: string;
  allocations: MatchInput['allocations'];
  isRight: boolean;
}) {
  const { api, tenant } = useScope();
  const preview = useQuery({
    queryKey: [tenant.id, 'match-preview', line.id, customer, JSON.stringify(allocations)],
    queryFn: ({ signal }) => api.bankLines.previewMatch(line.id, { customer, allocations }, { signal }),
    enabled: isRight,
    retry: false,
  });
  if (!isRight) return <p className="text-problem">The parts are more than what came.</p>;
  if (preview.error) return <ProblemText error={preview.error} />;
  if (preview.data === undefined) return <SkeletonText lines={2} />;
  const { placed, credit, held, currency } = preview.data;
  return (
    <div>
      <KeyValue
        layout="sum"
        items={[
          ...placed.map(({ invoice, invoiceNumber, amount, remainingAfter }) => ({
            key: invoice,
            label: remainingAfter === '0' ? `${invoiceNumber}, paid in full` : `${invoiceNumber}, in part`,
            value: <Money amountMinor={amount} currency={currency} />,
          })),
          ...(credit === '0'
            ? []
            : [{ label: 'Becomes credit', value: <Money amountMinor={credit} currency={currency} /> }]),
        ]}
      />
      {held === '0' ? null : (
        <p className="text-muted">
          Another payment of an invoice is under way. Its part waits as credit, and pays if that fails.
        </p>
      )}
    </div>
  );
}
