import type { CreateCustomer, Customer } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

type Values = Record<'name' | 'email' | 'externalId' | 'country' | 'currency' | 'timeZone' | 'taxId', string>;

function given(values: Values): CreateCustomer {
  const text = (value: string | undefined) => value?.trim() || undefined;
  return {
    name: values.name.trim(),
    email: text(values.email),
    externalId: text(values.externalId),
    country: text(values.country)?.toUpperCase(),
    currency: text(values.currency)?.toUpperCase(),
    timeZone: text(values.timeZone),
    taxId: text(values.taxId),
  };
}

export interface CreateCustomerSheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function CreateCustomerSheet({ open, onClose }: CreateCustomerSheetProps) {
  const { api, tenant } = useScope();
  const go = useGo();
  const create = useCommand(
    (body: CreateCustomer, options) => api.customers.create(body, options),
    (customer: Customer) => {
      toast(`${customer.name} was created.`);
      go(`/customers/${customer.id}`);
    },
  );
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="Create customer"
      description="Who buys: a company or a person."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="create-customer" busy={create.busy}>
            Create customer
          </Button>
        </>
      }
    >
      <Form<Values>
        id="create-customer"
        onSubmit={(values) => create.run(given(values))}
        {...formProblem(create.error)}
      >
        <TextField name="name" label="Name" required maxLength={200} autoFocus />
        <TextField name="email" label="E-mail" type="email" optional hint="Invoices go there." />
        <TextField
          name="externalId"
          label="External id"
          optional
          mono
          maxLength={200}
          hint="The id in your own system. Usage events may name it."
        />
        <div className="grid grid-cols-2 gap-4">
          <TextField
            name="country"
            label="Country"
            optional
            maxLength={2}
            placeholder="DE"
            hint="Decides the tax."
          />
          <TextField
            name="currency"
            label="Currency"
            maxLength={3}
            defaultValue={tenant.currency}
            hint="Cannot change later."
          />
        </div>
        <TextField
          name="timeZone"
          label="Time zone"
          defaultValue={tenant.timeZone}
          hint="Periods begin and end at midnight there."
        />
        <TextField name="taxId" label="VAT ID" optional maxLength={50} />
      </Form>
    </SideSheet>
  );
}
