import type { Customer, UpdateCustomer } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import { Form } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { CONSOLIDATIONS } from '../../lib/words.ts';
import { EInvoiceFields, type EInvoiceValues, givenEInvoice } from './e-invoice-fields.tsx';

const AS_SET = 'as_set';

type Values = Record<
  | 'name'
  | 'email'
  | 'externalId'
  | 'country'
  | 'taxId'
  | 'line1'
  | 'postalCode'
  | 'city'
  | 'timeZone'
  | 'paymentTermsDays',
  string
> &
  EInvoiceValues;

/** What is chosen and not typed. */
interface Chosen {
  readonly format: Customer['eInvoice']['format'];
  readonly paysByTransfer: boolean;
  readonly invoiceConsolidation: Customer['invoiceConsolidation'];
}

function given(values: Values, before: Customer, { format, ...chosen }: Chosen): UpdateCustomer {
  const text = (value: string | undefined) => value?.trim() || null;
  return {
    name: values.name.trim(),
    email: text(values.email),
    externalId: text(values.externalId),
    country: text(values.country)?.toUpperCase() ?? null,
    taxId: text(values.taxId),
    timeZone: values.timeZone.trim(),
    paymentTermsDays: text(values.paymentTermsDays) === null ? null : Number(values.paymentTermsDays),
    ...chosen,
    eInvoice: givenEInvoice(values, format),
    address: {
      ...before.address,
      line1: values.line1?.trim() ?? '',
      postalCode: values.postalCode?.trim() ?? '',
      city: values.city?.trim() ?? '',
    },
  };
}

export interface EditCustomerSheetProps {
  readonly customer: Customer;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function EditCustomerSheet({ customer, open, onClose }: EditCustomerSheetProps) {
  const { api } = useScope();
  const [format, setFormat] = useState(customer.eInvoice.format);
  const [paysByTransfer, setPaysByTransfer] = useState(customer.paysByTransfer);
  const [consolidation, setConsolidation] = useState(customer.invoiceConsolidation);
  const chosen = { format, paysByTransfer, invoiceConsolidation: consolidation };
  const update = useCommand(
    (body: UpdateCustomer) => api.customers.update(customer.id, body),
    () => {
      toast('Changes saved.');
      onClose();
    },
  );
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Edit ${customer.name}`}
      description="Invoices that were issued stay as they are."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="edit-customer" busy={update.busy}>
            Save changes
          </Button>
        </>
      }
    >
      <Form<Values>
        id="edit-customer"
        onSubmit={(values) => update.run(given(values, customer, chosen))}
        {...formProblem(update.error)}
      >
        <CustomerFields customer={customer} />
        <Select
          label="One invoice for"
          hint="From now on. What waits already keeps its day."
          value={consolidation ?? AS_SET}
          onValueChange={(value) => setConsolidation(value === AS_SET ? null : value)}
          options={[{ value: AS_SET, label: 'As in the settings' }, ...CONSOLIDATIONS]}
        />
        <Checkbox
          label="Pays by transfer"
          hint="From the next invoice on nothing is charged by itself; invoices say where to transfer the money."
          checked={paysByTransfer}
          onCheckedChange={setPaysByTransfer}
        />
        <EInvoiceFields eInvoice={customer.eInvoice} format={format} onFormat={setFormat} />
      </Form>
    </SideSheet>
  );
}

function CustomerFields({ customer }: { customer: Customer }) {
  return (
    <>
      <TextField name="name" label="Name" required maxLength={200} defaultValue={customer.name} />
      <TextField name="email" label="E-mail" type="email" optional defaultValue={customer.email ?? ''} />
      <TextField
        name="externalId"
        label="External id"
        optional
        mono
        defaultValue={customer.externalId ?? ''}
      />
      <TextField name="line1" label="Street" optional defaultValue={customer.address.line1 ?? ''} />
      <div className="grid grid-cols-[8rem_1fr] gap-4">
        <TextField
          name="postalCode"
          label="Post code"
          optional
          defaultValue={customer.address.postalCode ?? ''}
        />
        <TextField name="city" label="City" optional defaultValue={customer.address.city ?? ''} />
      </div>
      <div className="grid grid-cols-[8rem_1fr] gap-4">
        <TextField
          name="country"
          label="Country"
          optional
          maxLength={2}
          defaultValue={customer.country ?? ''}
        />
        <TextField name="taxId" label="VAT ID" optional maxLength={50} defaultValue={customer.taxId ?? ''} />
      </div>
      <TextField name="timeZone" label="Time zone" defaultValue={customer.timeZone} />
      <TextField
        name="paymentTermsDays"
        label="Days to pay"
        inputMode="numeric"
        pattern="[0-9]{1,3}"
        optional
        hint="Empty for the terms of the billing settings. Invoices that were issued keep theirs."
        defaultValue={customer.paymentTermsDays === null ? '' : `${customer.paymentTermsDays}`}
      />
    </>
  );
}
