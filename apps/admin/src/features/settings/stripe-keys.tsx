import type { PaymentAccount } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

/** Puts or replaces the keys of Stripe. They are tried before they take the place of any that work. */
export function StripeKeys({ account }: { account: PaymentAccount }) {
  const { api } = useScope();
  const may = useMay(ROLES.admins);
  const [secretKey, setSecretKey] = useState('');
  const [webhookSecret, setWebhookSecret] = useState('');
  const isKnown = account.mode !== null;
  const save = useCommand(
    (body: { secretKey?: string; webhookSecret?: string }, options) =>
      api.paymentAccounts.putStripe(body, options),
    () => {
      setSecretKey('');
      setWebhookSecret('');
      toast('The keys work and are kept', { detail: 'They are sealed, and nobody is shown them again.' });
    },
  );
  if (account.keysFrom === 'server') {
    return (
      <p className="mt-4 text-muted">
        This server was started with these keys. Change STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET there.
      </p>
    );
  }
  const given = (name: 'secretKey' | 'webhookSecret', text: string) =>
    text.trim() === '' ? {} : { [name]: text.trim() };
  const isEmpty = secretKey.trim() === '' && webhookSecret.trim() === '';
  return (
    <Form
      className="mt-4"
      onSubmit={() =>
        save.run({ ...given('secretKey', secretKey), ...given('webhookSecret', webhookSecret) })
      }
      {...formProblem(save.error)}
    >
      <TextField
        name="secret_key"
        label={isKnown ? 'New key' : 'Key'}
        type="password"
        autoComplete="off"
        placeholder="rk_live_…"
        hint={
          isKnown
            ? 'Leave it empty to keep the one in use. End the old one at Stripe afterwards.'
            : 'A secret or restricted key. A test key moves no money.'
        }
        value={secretKey}
        disabled={!may}
        onValueChange={setSecretKey}
      />
      <TextField
        name="webhook_secret"
        label={isKnown ? 'New signing secret of the webhook' : 'Signing secret of the webhook'}
        type="password"
        autoComplete="off"
        placeholder="whsec_…"
        hint={
          isKnown ? 'Leave it empty to keep the one in use.' : 'Stripe shows it with the webhook endpoint.'
        }
        value={webhookSecret}
        disabled={!may}
        onValueChange={setWebhookSecret}
      />
      <FormActions>
        <Button type="submit" busy={save.busy} disabled={!may || isEmpty}>
          {isKnown ? 'Try and replace' : 'Try and keep the keys'}
        </Button>
      </FormActions>
    </Form>
  );
}
