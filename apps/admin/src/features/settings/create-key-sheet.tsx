import type { CreateApiKey, CreatedApiKey, Scope } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox, RadioGroup } from '@billhook/ui/choice';
import { CodeBlock } from '@billhook/ui/code-block';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { Banner } from '@billhook/ui/status';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

/** Scopes by what they are about; each part with what may be done. */
const PARTS: readonly (readonly [string, readonly Scope[]])[] = [
  ['Customers', ['customers:read', 'customers:write']],
  ['Catalogue', ['catalog:read', 'catalog:write']],
  ['Subscriptions', ['subscriptions:read', 'subscriptions:write']],
  ['Usage', ['usage:read', 'usage:write']],
  ['Entitlements', ['entitlements:read', 'entitlements:write']],
  ['Credits', ['credits:read', 'credits:write']],
  ['Invoices', ['invoices:read', 'invoices:write']],
  ['Payments', ['payments:read', 'payments:write']],
  ['Ledger', ['ledger:read', 'ledger:write']],
  ['Clock', ['clock:read', 'clock:write']],
  ['Files', ['files:read', 'files:write']],
  ['Analytics', ['analytics:read']],
  ['Mailbox', ['mailbox:read']],
  ['Settings', ['settings:read', 'settings:write']],
  ['Exports', ['exports:read', 'exports:write']],
  ['Imports', ['imports:read', 'imports:write']],
  ['Privacy', ['privacy:read', 'privacy:write']],
];

export function CreateKeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) close();
      }}
      title={made ? 'Save this key now' : 'Create API key'}
    >
      {made ? (
        <MadeKey made={made} onClose={close} />
      ) : open ? (
        <CreateForm onMade={setMade} onClose={close} />
      ) : null}
    </SideSheet>
  );
}

function MadeKey({ made, onClose }: { made: CreatedApiKey; onClose: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <Banner tone="attention" title="It is shown once and never again">
        Billhook keeps only a hash of it. Put it where your other secrets are.
      </Banner>
      <CodeBlock label="The key" code={made.secret} />
      <p className="text-muted">Try it:</p>
      <CodeBlock
        label="Command that lists customers"
        code={`curl ${location.origin}/v1/customers -H "Authorization: Bearer ${made.secret}"`}
      />
      <div className="flex justify-end">
        <Button variant="primary" onClick={onClose}>
          I have saved it
        </Button>
      </div>
    </div>
  );
}

function CreateForm({ onMade, onClose }: { onMade: (key: CreatedApiKey) => void; onClose: () => void }) {
  const { api } = useScope();
  const [kind, setKind] = useState<'secret' | 'publishable'>('secret');
  const [all, setAll] = useState(true);
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set(['usage:write', 'entitlements:read']));
  const create = useCommand((body: CreateApiKey, options) => api.apiKeys.create(body, options), onMade);
  const chosen =
    kind === 'publishable' ? { scopes: ['catalog:read' as const] } : all ? {} : { scopes: [...scopes] };
  return (
    <Form<{ name: string }>
      onSubmit={({ name }) => create.run({ name: name.trim(), kind, ...chosen })}
      {...formProblem(create.error)}
    >
      <TextField name="name" label="Name" required maxLength={100} placeholder="Production" autoFocus />
      <RadioGroup
        label="Kind"
        boxed
        value={kind}
        onValueChange={setKind}
        options={[
          { value: 'secret', label: 'Secret', detail: 'For your servers. Limited by its scopes.' },
          {
            value: 'publishable',
            label: 'Publishable',
            detail: 'For browsers. Reads the catalogue, nothing else.',
          },
        ]}
      />
      {kind === 'secret' ? (
        <>
          <Checkbox label="Full access" checked={all} onCheckedChange={setAll} />
          {all ? null : <ScopeChoice scopes={scopes} onChange={setScopes} />}
        </>
      ) : null}
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="primary"
          type="submit"
          busy={create.busy}
          disabled={kind === 'secret' && !all && scopes.size === 0}
        >
          Create key
        </Button>
      </FormActions>
    </Form>
  );
}

interface ScopeChoiceProps {
  readonly scopes: ReadonlySet<Scope>;
  readonly onChange: (scopes: ReadonlySet<Scope>) => void;
}

function ScopeChoice({ scopes, onChange }: ScopeChoiceProps) {
  const toggle = (scope: Scope, on: boolean) => {
    const next = new Set(scopes);
    if (on) next.add(scope);
    else next.delete(scope);
    onChange(next);
  };
  return (
    <ul className="border-y border-line">
      {PARTS.map(([part, offered]) => (
        <li
          key={part}
          className="grid grid-cols-[1fr_5rem_5rem] items-center border-b border-line py-1 last:border-b-0"
        >
          <span>{part}</span>
          {offered.map((scope) => (
            <Checkbox
              key={scope}
              label={scope.endsWith('read') ? 'Read' : 'Write'}
              checked={scopes.has(scope)}
              onCheckedChange={(on) => toggle(scope, on)}
            />
          ))}
        </li>
      ))}
    </ul>
  );
}
