import type { AdjustCredits, CreditBalance, CreditGrant, GrantCredits } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CreditAmount } from '@billhook/ui/credit-amount';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { startOfDay } from '../clock/dates.ts';
import { useCreditTypes } from './queries.ts';

interface HandFormProps {
  readonly customer: string;
  readonly onClose: () => void;
}

const figure = (text: string | undefined) => (text ?? '').trim().replace(',', '.');

/** Credits given for nothing, with an end if wanted. */
export function GrantForm({ customer, onClose }: HandFormProps) {
  const { api, tenant } = useScope();
  const [type, setType] = useState<string | null>(null);
  const grant = useCommand(
    (body: GrantCredits, options) => api.credits.grant(customer, body, options),
    () => {
      toast('The credits were granted.');
      onClose();
    },
  );
  return (
    <Form<Record<'amount' | 'until' | 'reason', string>>
      onSubmit={({ amount, until, reason }) =>
        grant.run({
          creditType: type ?? '',
          amount: figure(amount),
          reason: reason.trim(),
          ...(until ? { expiresAt: startOfDay(until, tenant.timeZone) } : {}),
        })
      }
      {...formProblem(grant.error)}
    >
      <TypeSelect value={type} onValueChange={setType} />
      <TextField name="amount" label="Amount" required inputMode="decimal" />
      <TextField name="until" label="Expires on" type="date" optional hint="They never expire without it." />
      <ReasonField />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={grant.busy}>
          Grant credits
        </Button>
      </FormActions>
    </Form>
  );
}

/** More, or less: what is taken goes in the order in which it would be spent. */
export function AdjustForm({ customer, onClose }: HandFormProps) {
  const { api } = useScope();
  const [type, setType] = useState<string | null>(null);
  const adjust = useCommand(
    (body: AdjustCredits, options) => api.credits.adjust(customer, body, options),
    () => {
      toast('The balance was adjusted.');
      onClose();
    },
  );
  return (
    <Form<Record<'amount' | 'reason', string>>
      onSubmit={({ amount, reason }) =>
        adjust.run({
          creditType: type ?? '',
          amount: figure(amount).replace('\u2212', '-'),
          reason: reason.trim(),
        })
      }
      {...formProblem(adjust.error)}
    >
      <TypeSelect value={type} onValueChange={setType} />
      <TextField
        name="amount"
        label="By how much"
        required
        hint="20 adds twenty, -20 takes twenty away. Never below what is there."
      />
      <ReasonField />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={adjust.busy}>
          Adjust balance
        </Button>
      </FormActions>
    </Form>
  );
}

interface RevokeFormProps {
  readonly grant: CreditGrant;
  readonly creditType: CreditBalance['creditType'];
  readonly onClose: () => void;
}

/** Takes back all that is left of one grant. What was used stays used. */
export function RevokeForm({ grant, creditType, onClose }: RevokeFormProps) {
  const { api } = useScope();
  const revoke = useCommand(
    (body: { reason: string }, options) => api.credits.revoke(grant.id, body, options),
    () => {
      toast('What was left was taken back.');
      onClose();
    },
  );
  return (
    <Form<Record<'reason', string>>
      onSubmit={({ reason }) => revoke.run({ reason: reason.trim() })}
      {...formProblem(revoke.error)}
    >
      <p>
        <CreditAmount value={grant.left} type={creditType} className="font-medium" /> are left of{' '}
        <CreditAmount value={grant.amount} type={creditType} />. What was used stays used.
      </p>
      <ReasonField />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={revoke.busy}>
          Revoke what is left
        </Button>
      </FormActions>
    </Form>
  );
}

function ReasonField() {
  return (
    <TextField
      name="reason"
      label="Reason"
      required
      maxLength={500}
      hint="It stands in the history, which the customer sees too."
    />
  );
}

interface TypeSelectProps {
  readonly value: string | null;
  readonly onValueChange: (key: string | null) => void;
}

export function TypeSelect({ value, onValueChange }: TypeSelectProps) {
  const types = useCreditTypes();
  return (
    <Select
      name="creditType"
      label="Credits"
      required
      placeholder="Choose a kind"
      options={(types.data?.data ?? []).map(({ key, name, unit, currency }) => ({
        value: key,
        label: name,
        detail: currency === null ? unit : `${currency}, in minor units`,
      }))}
      value={value}
      onValueChange={onValueChange}
    />
  );
}
