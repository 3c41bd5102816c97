import type { AdjustCredits, CreditBalance, CreditGrant, GrantCredits } from '@billhook/sdk/generated/types';
import { CreditAmount } from '@billhook/ui/credit-amount';
import { TextField } from '@billhook/ui/text-field';
import { useScope } from '../../lib/scope.tsx';
import { startOfDay } from '../clock/dates.ts';
import { AmountField, EntryForm, useTypeChoice } from './entry-form.tsx';

interface HandFormProps {
  readonly customer: string;
  readonly onClose: () => void;
}

const reasonOf = (text: string | undefined) => (text ?? '').trim();

/** Credits given for nothing, with an end if wanted. */
export function GrantForm({ customer, onClose }: HandFormProps) {
  const { api, tenant } = useScope();
  const choice = useTypeChoice();
  return (
    <EntryForm<GrantCredits>
      verb="Grant credits"
      said="The credits were granted."
      onClose={onClose}
      send={(body, options) => api.credits.grant(customer, body, options)}
      read={({ amount, until, reason }) => ({
        creditType: choice.key,
        amount: choice.amount(amount),
        reason: reasonOf(reason),
        ...(until ? { expiresAt: startOfDay(until, tenant.timeZone) } : {}),
      })}
    >
      {choice.field}
      <AmountField name="amount" label="Amount" type={choice.type} />
      <TextField name="until" label="Expires on" type="date" optional hint="They never expire without it." />
      <ReasonField />
    </EntryForm>
  );
}

/** More, or less: what is taken goes in the order in which it would be spent. */
export function AdjustForm({ customer, onClose }: HandFormProps) {
  const { api } = useScope();
  const choice = useTypeChoice();
  return (
    <EntryForm<AdjustCredits>
      verb="Adjust balance"
      said="The balance was adjusted."
      onClose={onClose}
      send={(body, options) => api.credits.adjust(customer, body, options)}
      read={({ amount, reason }) => ({
        creditType: choice.key,
        amount: choice.amount(amount),
        reason: reasonOf(reason),
      })}
    >
      {choice.field}
      <AmountField
        name="amount"
        label="By how much"
        type={choice.type}
        hint="20 adds twenty, -20 takes twenty away. Never below what is there."
      />
      <ReasonField />
    </EntryForm>
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
  return (
    <EntryForm<{ reason: string }>
      verb="Revoke what is left"
      danger
      said="What was left was taken back."
      onClose={onClose}
      send={(body, options) => api.credits.revoke(grant.id, body, options)}
      read={({ reason }) => ({ reason: reasonOf(reason) })}
    >
      <p>
        <CreditAmount value={grant.left} type={creditType} className="font-medium" /> of{' '}
        <CreditAmount value={grant.amount} type={creditType} /> are left and go. What was used stays used.
      </p>
      <ReasonField />
    </EntryForm>
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
