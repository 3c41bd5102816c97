import type { Payment, Refund } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
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
import { AccountFields, NO_ACCOUNT, type TypedAccount, typedAccount } from './account-fields.tsx';
import { refundable } from './payment-facts.ts';

export function RefundSheet({ payment, onClose }: { payment: Payment | null; onClose: () => void }) {
  return (
    <SideSheet
      open={payment !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Refund ${payment?.customerName ?? ''}?`}
      description={payment?.invoiceNumber ? `Payment of ${payment.invoiceNumber}` : undefined}
    >
      {payment ? <RefundForm key={payment.id} payment={payment} onClose={onClose} /> : null}
    </SideSheet>
  );
}

type Way = Refund['way'];
interface Wanted {
  readonly reason: string;
  readonly to: TypedAccount | null;
}

/** Sends the refund, or asks a colleague for it where the seller's limit for one person is passed. */
function useRefund(
  payment: Payment,
  { amount, way }: { amount: string | null; way: Way },
  onClose: () => void,
) {
  const { api, tenant } = useScope();
  const asked = { amount: amount ?? undefined, way };
  const refund = useCommand(
    ({ reason, to }: Wanted, options) =>
      api.payments.refund(payment.id, { reason, ...asked, ...(to === null ? {} : { to }) }, options),
    () => {
      toast(way === 'transfer' ? 'It waits under Bank to be transferred.' : 'The refund is on its way.');
      onClose();
    },
  );
  const ask = useCommand(
    ({ reason, to }: Wanted, options) =>
      api.payments.askRefund(payment.id, { reason, ...asked, ...(to === null ? {} : { to }) }, options),
    () => {
      toast('A colleague is asked. Nothing goes back before they agree.');
      onClose();
    },
  );
  const limit = tenant.settings.refundLimits[payment.currency];
  const passes =
    limit !== undefined && amount !== null && BigInt(amount) + BigInt(payment.refunded) > BigInt(limit);
  return {
    send: passes ? ask.run : refund.run,
    busy: refund.busy || ask.busy,
    error: refund.error ?? ask.error,
    /** The limit that is passed; null where one person may do it. */
    passedLimit: passes ? limit : null,
  };
}

/** How money goes back that a provider took. */
function WayChoice({ way, onWay, cameBack }: { way: Way; onWay: (way: Way) => void; cameBack: boolean }) {
  return (
    <RadioGroup
      label="How it goes back"
      boxed
      value={way}
      onValueChange={onWay}
      options={[
        {
          value: 'provider',
          label: 'The way it was paid',
          detail: cameBack
            ? 'An earlier refund came back from there, so this one may too.'
            : 'To the card or account that was charged, by the payment provider.',
        },
        {
          value: 'transfer',
          label: 'By bank transfer',
          detail: 'Somebody transfers it and says so under Bank.',
        },
      ]}
    />
  );
}

function RefundForm({ payment, onClose }: { payment: Payment; onClose: () => void }) {
  const { locale } = useLocale();
  const left = refundable(payment);
  const [amount, setAmount] = useState<string | null>(left.toString());
  const cameBack = payment.refunds.some(({ status }) => status === 'returned');
  const [way, setWay] = useState<Way>(cameBack ? 'transfer' : 'provider');
  const [account, setAccount] = useState(NO_ACCOUNT);
  const { send, busy, error, passedLimit } = useRefund(payment, { amount, way }, onClose);
  const full = (minor: string) => formatMoney(minor, payment.currency, locale).full;
  const isByHand = payment.provider === 'bank_transfer' || payment.provider === 'manual';
  const isTransferred = isByHand || way === 'transfer';
  const tooMuch = amount !== null && (BigInt(amount) > left || BigInt(amount) <= 0n);
  return (
    <Form<{ reason: string }>
      onSubmit={({ reason }) => {
        if (amount === null || tooMuch) return;
        send({ reason: reason.trim(), to: isTransferred ? typedAccount(account) : null });
      }}
      {...formProblem(error)}
    >
      <MoneyField
        name="amount"
        label="Amount"
        currency={payment.currency}
        defaultAmountMinor={left.toString()}
        onAmountChange={setAmount}
        required
        error={tooMuch ? `Between 0 and ${full(left.toString())}.` : undefined}
        hint={`${full(left.toString())} of ${full(payment.amount)} can be given back.`}
      />
      {isByHand ? null : <WayChoice way={way} onWay={setWay} cameBack={cameBack} />}
      {isTransferred ? (
        <AccountFields isRequired={false} within="to." typed={account} onTyped={setAccount} />
      ) : null}
      <TextField
        name="reason"
        label="Reason"
        required
        maxLength={500}
        hint="Stands on the refund and in the audit log."
      />
      {passedLimit === null ? null : (
        <p className="text-sm text-muted">
          {`More than ${full(passedLimit)} of a payment goes back only if a second person agrees.`}
        </p>
      )}
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant={passedLimit === null ? 'danger' : 'primary'}
          type="submit"
          busy={busy}
          disabled={amount === null || tooMuch}
        >
          {amount === null
            ? 'Refund'
            : passedLimit === null
              ? `Refund ${full(amount)}`
              : `Ask a colleague to approve ${full(amount)}`}
        </Button>
      </FormActions>
    </Form>
  );
}
