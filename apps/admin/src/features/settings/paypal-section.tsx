import type { PayPalAccount } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { CopyText } from '@billhook/ui/copy-text';
import { Form, FormActions } from '@billhook/ui/form';
import { KeyValue } from '@billhook/ui/key-value';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { KeyCare } from './key-care.tsx';

const MODES = {
  sandbox: 'Sandbox: no money moves',
  test: 'PayPal’s own sandbox',
  live: 'PayPal, live',
} as const;

/** The account at PayPal that customers may pay into beside cards. */
export function PayPalSection() {
  const { api, tenant } = useScope();
  const may = useMay(ROLES.builders);
  const { data } = useQuery({
    queryKey: [tenant.id, 'paypal'],
    queryFn: ({ signal }) => api.payPal.get({ signal }),
    enabled: may,
  });
  if (data === undefined) return null;
  const isSandbox = tenant.kind === 'sandbox';
  return (
    <Section
      title="PayPal"
      description={
        isSandbox
          ? 'Offered beside cards. Payments of a sandbox go to the built-in stand-in.'
          : 'Offered beside cards. Make an app at PayPal, enter the address there as its webhook, and copy its keys.'
      }
    >
      <KeyValue
        items={[
          { label: 'Account', value: data.mode === null ? 'None yet' : MODES[data.mode] },
          ...(data.clientId === null
            ? []
            : [{ label: 'Client id', value: <CopyText text={data.clientId} /> }]),
          // The stand-in of a sandbox knows where to send them.
          ...(isSandbox
            ? []
            : [
                { label: 'Webhook address', value: <CopyText text={data.webhookUrl} /> },
                {
                  label: 'Events to send',
                  value: (
                    <CopyText
                      text={data.webhookEvents.join(', ')}
                      shown={`${data.webhookEvents.length} kinds of events`}
                    />
                  ),
                },
              ]),
        ]}
      />
      <div className="mt-4">{isSandbox ? <SandboxForm account={data} /> : <KeysForm account={data} />}</div>
      {isSandbox || data.mode === null ? null : <KeyCare kind="paypal" subject="PayPal" />}
    </Section>
  );
}

function useSave(done: string, onDone?: () => void) {
  const { api } = useScope();
  return useCommand(
    (body: Parameters<typeof api.payPal.put>[0], options) => api.payPal.put(body, options),
    () => {
      toast(done, { detail: 'Customers can choose it from now on.' });
      onDone?.();
    },
  );
}

function SandboxForm({ account }: { account: PayPalAccount }) {
  const save = useSave('PayPal is taken');
  if (account.mode !== null) return null;
  return (
    <Form onSubmit={() => save.run({ mode: 'sandbox' })} {...formProblem(save.error)}>
      <FormActions>
        <Button type="submit" busy={save.busy}>
          Take PayPal in this sandbox
        </Button>
      </FormActions>
    </Form>
  );
}

function KeysForm({ account }: { account: PayPalAccount }) {
  const save = useSave('The keys work and are kept', () => {
    setClientSecret('');
    setWebhookId('');
  });
  const [mode, setMode] = useState<'test' | 'live'>(account.mode === 'live' ? 'live' : 'test');
  const [clientId, setClientId] = useState(account.clientId ?? '');
  const [clientSecret, setClientSecret] = useState('');
  const [webhookId, setWebhookId] = useState('');
  const kept = account.mode === mode ? 'Leave it empty to keep the one in use.' : undefined;
  return (
    <Form
      onSubmit={() =>
        save.run({
          mode,
          clientId: clientId.trim(),
          ...(clientSecret.trim() === '' ? {} : { clientSecret: clientSecret.trim() }),
          ...(webhookId.trim() === '' ? {} : { webhookId: webhookId.trim() }),
        })
      }
      {...formProblem(save.error)}
    >
      <RadioGroup
        label="Keys are for"
        value={mode}
        onValueChange={setMode}
        options={[
          { value: 'test', label: 'PayPal’s own sandbox' },
          { value: 'live', label: 'Live: money moves' },
        ]}
      />
      <TextField
        label="Client id"
        name="client_id"
        mono
        value={clientId}
        onValueChange={setClientId}
        spellCheck={false}
      />
      <TextField
        label="Secret"
        name="client_secret"
        type="password"
        autoComplete="off"
        hint={kept}
        value={clientSecret}
        onValueChange={setClientSecret}
      />
      <TextField
        label="Webhook id"
        name="webhook_id"
        mono
        hint={kept}
        value={webhookId}
        onValueChange={setWebhookId}
        spellCheck={false}
      />
      <FormActions>
        <Button type="submit" busy={save.busy}>
          Try and keep the keys
        </Button>
      </FormActions>
    </Form>
  );
}
