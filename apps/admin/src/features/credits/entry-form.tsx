import { Button } from '@billhook/ui/button';
import type { Send } from '@billhook/ui/command';
import { type CreditUnit, typedCredits } from '@billhook/ui/credit-figures';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { type ReactNode, useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useCreditTypes } from './queries.ts';

export type Texts = Record<string, string>;

export interface EntryFormProps<Body> {
  /** What the button says. */
  readonly verb: string;
  /** What is told once it is done. */
  readonly said: string;
  readonly send: Send<Body, unknown>;
  readonly read: (texts: Texts) => Body;
  readonly onClose: () => void;
  /** It takes something away from the customer. */
  readonly danger?: boolean;
  readonly children: ReactNode;
}

/** A form about credits in a side sheet: sends what it read, says that it is done and closes. */
export function EntryForm<Body>({ verb, said, send, read, onClose, danger, children }: EntryFormProps<Body>) {
  const command = useCommand(send, () => {
    toast(said);
    onClose();
  });
  return (
    <Form<Texts> onSubmit={(texts) => command.run(read(texts))} {...formProblem(command.error)}>
      {children}
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant={danger ? 'danger' : 'primary'} type="submit" busy={command.busy}>
          {verb}
        </Button>
      </FormActions>
    </Form>
  );
}

export interface TypeChoice {
  /** The key, empty until one is chosen. The only kind there is needs no choice. */
  readonly key: string;
  readonly type: CreditUnit | undefined;
  /** Reads an amount of the chosen kind. */
  readonly amount: (text: string | undefined) => string;
  readonly field: ReactNode;
}

/** Which kind of credits a form is about, and the field that chooses it. */
export function useTypeChoice(): TypeChoice {
  const types = useCreditTypes().data?.data ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [only] = types.length === 1 ? types : [];
  const key = chosen ?? only?.key ?? null;
  const type = types.find((one) => one.key === key);
  return {
    key: key ?? '',
    type,
    amount: (text) => typedCredits(text, type),
    field: (
      <Select
        name="creditType"
        label="Kind of credits"
        required
        placeholder="Choose a kind"
        options={types.map(({ key: value, name, unit, currency }) => ({
          value,
          label: name,
          detail: currency ?? unit,
        }))}
        value={key}
        onValueChange={setChosen}
      />
    ),
  };
}

interface AmountFieldProps {
  readonly name: string;
  readonly label: string;
  readonly type: CreditUnit | undefined;
  readonly hint?: string;
  readonly optional?: boolean;
}

/** An amount of credits, typed in what its kind is counted in; money in whole units. */
export function AmountField({ name, label, type, hint, optional }: AmountFieldProps) {
  return (
    <TextField
      name={name}
      label={label}
      {...(optional ? { optional } : { required: true })}
      inputMode="decimal"
      {...(hint === undefined ? {} : { hint })}
      suffix={type ? (type.currency ?? type.unit) : undefined}
    />
  );
}
