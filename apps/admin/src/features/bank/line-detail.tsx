import { formatIban } from '@billhook/core/banking/iban';
import type { BankLine } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { Form, FormActions } from '@billhook/ui/form';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { MatchForm } from './match-form.tsx';
import { LINE_STATE, noonOf } from './queries.ts';

/** One movement: what the bank said, what was booked, and what can be decided. */
export function LineDetail({ line, onDone }: { line: BankLine; onDone: () => void }) {
  const may = useMay(ROLES.money);
  const [isMoving, setMoving] = useState(false);
  const isIn = !line.amount.startsWith('-');
  const isReturn = line.proposal?.kind === 'return';
  return (
    <div className="flex flex-col gap-6">
      <Facts line={line} />
      {line.proposal === null ? null : (
        <Section title="Why it is proposed">
          <ul className="list-disc ps-5">
            {line.proposal.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Section>
      )}
      {line.payments.length > 0 ? <Booked line={line} /> : null}
      {may && isReturn && line.state === 'proposed' ? <AcceptReturn line={line} onDone={onDone} /> : null}
      {may && isIn && (line.state !== 'matched' || isMoving) ? (
        <MatchForm line={line} onDone={onDone} />
      ) : null}
      {may && line.state === 'matched' && isIn && !isMoving ? (
        <div>
          <Button onClick={() => setMoving(true)}>Book it for somebody else</Button>
        </div>
      ) : null}
      {may ? <Otherwise line={line} onDone={onDone} /> : null}
    </div>
  );
}

function Facts({ line }: { line: BankLine }) {
  const { state, amount, currency, bookedOn, iban, reference, charges, customer, customerName, note } = line;
  return (
    <KeyValue
      items={[
        { label: 'State', value: <Status tone={LINE_STATE[state].tone}>{LINE_STATE[state].word}</Status> },
        { label: 'Amount', value: <Money amountMinor={amount} currency={currency} /> },
        { label: 'Booked', value: <DateText value={noonOf(bookedOn)} /> },
        ...(iban === null
          ? []
          : [{ label: 'Account', value: <CopyText text={iban} shown={formatIban(iban)} /> }]),
        ...(reference === null ? [] : [{ label: 'Reference', value: reference }]),
        ...(charges === '0'
          ? []
          : [{ label: 'Charges', value: <Money amountMinor={charges} currency={currency} /> }]),
        ...(customer === null
          ? []
          : [
              {
                label: 'Customer',
                value: <TextLink href={`/customers/${customer}`}>{customerName}</TextLink>,
              },
            ]),
        ...(note === null ? [] : [{ label: 'Note', value: note }]),
      ]}
    />
  );
}

function Booked({ line }: { line: BankLine }) {
  return (
    <Section title="What it paid">
      <KeyValue
        layout="sum"
        items={line.payments.map(({ invoice, invoiceNumber, amount }) => ({
          label:
            invoice === null ? (
              'Credit of the customer'
            ) : (
              <TextLink href={`/invoices/${invoice}`}>{invoiceNumber}</TextLink>
            ),
          value: <Money amountMinor={amount} currency={line.currency} />,
        }))}
      />
    </Section>
  );
}

function AcceptReturn({ line, onDone }: { line: BankLine; onDone: () => void }) {
  const { api } = useScope();
  const accept = useCommand(
    (id: string, options) => api.bankLines.acceptReturn(id, {}, options),
    () => {
      toast('The return is booked. What it had paid is owed again.');
      onDone();
    },
  );
  return (
    <Form onSubmit={() => accept.run(line.id)} {...formProblem(accept.error)}>
      <FormActions align="start">
        <Button variant="primary" type="submit" busy={accept.busy}>
          Book the return
        </Button>
      </FormActions>
    </Form>
  );
}

/** Takes back what was booked, or leaves the movement aside. */
function Otherwise({ line, onDone }: { line: BankLine; onDone: () => void }) {
  const { api } = useScope();
  const isBooked = line.state === 'matched';
  const decide = useCommand(
    (reason: string, options) =>
      isBooked
        ? api.bankLines.unmatch(line.id, { reason }, options)
        : api.bankLines.ignore(line.id, { reason }, options),
    () => {
      toast(isBooked ? 'It is taken back. What it had paid is owed again.' : 'The movement is left aside.');
      onDone();
    },
  );
  if (line.state === 'ignored' || (isBooked && line.payments.length === 0)) return null;
  return (
    <Section title={isBooked ? 'It was booked wrongly?' : 'It pays nothing here?'}>
      <Form<{ reason: string }>
        onSubmit={({ reason }) => decide.run(reason.trim())}
        {...formProblem(decide.error)}
      >
        <TextField name="reason" label="Reason" required maxLength={500} />
        <FormActions align="start">
          <Button type="submit" busy={decide.busy} variant={isBooked ? 'danger' : 'secondary'}>
            {isBooked ? 'Take it back' : 'Leave it aside'}
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}
