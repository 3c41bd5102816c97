import type { CreateTenant } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../lib/api.ts';
import { useCommand } from '../lib/command.ts';
import { formProblem } from '../lib/problem.tsx';
import { useScope } from '../lib/scope.tsx';

type Kind = CreateTenant['kind'];

/** Makes an environment and goes to its settings, where the seller is named first. */
export function CreateTenantSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="Create an environment"
      description="Customers, plans, books and keys of their own, apart from all others."
    >
      <CreateTenantForm onClose={onClose} />
    </SideSheet>
  );
}

function CreateTenantForm({ onClose }: { onClose: () => void }) {
  const { tenant } = useScope();
  const go = useGo();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<Kind>('sandbox');
  const create = useCommand(
    (body: CreateTenant, options) => api.tenants.create(body, options),
    ({ slug }) => {
      // Who is signed in knows the environments; one that is not among them cannot be shown.
      void queryClient.refetchQueries({ queryKey: ['session'] }).then(() => {
        onClose();
        go(`/settings?tenant=${slug}`);
      });
    },
  );
  return (
    <Form<Record<'name' | 'slug' | 'currency' | 'timeZone', string>>
      onSubmit={({ name, slug, currency, timeZone }) =>
        create.run({
          kind,
          name: name.trim(),
          slug: slug.trim(),
          currency: currency.trim().toUpperCase(),
          timeZone: timeZone.trim(),
        })
      }
      {...formProblem(create.error)}
    >
      <RadioGroup<Kind>
        label="Kind"
        boxed
        value={kind}
        onValueChange={setKind}
        options={[
          { value: 'sandbox', label: 'Sandbox', detail: 'No money moves. Its clock can be moved ahead.' },
          { value: 'live', label: 'Live', detail: 'Real money, with your own Stripe or PayPal account.' },
        ]}
      />
      <TextField name="name" label="Name" required autoFocus maxLength={200} />
      <TextField
        name="slug"
        label="Name in addresses"
        required
        mono
        maxLength={63}
        pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?"
        placeholder="my-business"
        prefix="/p/"
        hint="Of the portal. Small letters, digits and hyphens; never changes."
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name="currency"
          label="Currency"
          required
          maxLength={3}
          pattern="[A-Za-z]{3}"
          defaultValue={tenant.currency}
        />
        <TextField name="timeZone" label="Time zone" required defaultValue={tenant.timeZone} />
      </div>
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={create.busy}>
          Create environment
        </Button>
      </FormActions>
    </Form>
  );
}
