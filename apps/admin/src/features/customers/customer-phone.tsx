import type { CustomerPhone as Phone } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { KeyValue } from '@billhook/ui/key-value';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

/** Where the customer may be texted, and whether they agreed. */
export function CustomerPhone({ customer }: { customer: string }) {
  const { api, tenant } = useScope();
  const may = useMay(ROLES.care);
  const [open, setOpen] = useState(false);
  const [isLifting, setLifting] = useState(false);
  const { data } = useQuery({
    queryKey: [tenant.id, 'customer-phone', customer],
    queryFn: ({ signal }) => api.customers.phone(customer, { signal }),
  });
  if (data === undefined) return null;
  return (
    <Section title="Text messages">
      {data.number === null ? (
        <p className="text-muted">No number. Steps of a campaign that send a text are left out.</p>
      ) : (
        <KeyValue
          items={[
            { label: 'Number', value: <span className="num">{data.number}</span> },
            { label: 'Texts', value: <State phone={data} /> },
          ]}
        />
      )}
      {may ? (
        <div className="mt-3 flex flex-wrap gap-2">
          <Button size="sm" onClick={() => setOpen(true)}>
            {data.number === null ? 'Add a number' : 'Change'}
          </Button>
          {data.optedOutAt === null ? null : (
            <Button size="sm" onClick={() => setLifting(true)}>
              Lift the stop
            </Button>
          )}
        </div>
      ) : null}
      <SideSheet
        open={isLifting}
        onOpenChange={setLifting}
        title="Lift the stop"
        description="The owner of the number answered STOP. Lift it only if they asked for texts again; it holds for every customer with this number."
      >
        {isLifting ? <LiftForm customer={customer} onClose={() => setLifting(false)} /> : null}
      </SideSheet>
      <SideSheet
        open={open}
        onOpenChange={setOpen}
        title="Text messages"
        description="Texts are sent by campaigns for unpaid invoices, between 8 and 21 o’clock where the customer lives."
      >
        {open ? <PhoneForm phone={data} onClose={() => setOpen(false)} /> : null}
      </SideSheet>
    </Section>
  );
}

function State({ phone }: { phone: Phone }) {
  if (phone.fault !== null) return <Status tone="problem">The number cannot be texted</Status>;
  if (phone.optedOutAt !== null) {
    return (
      <>
        <Status tone="attention">Stopped by the number’s owner</Status> <DateText value={phone.optedOutAt} />
      </>
    );
  }
  if (phone.consentAt === null) return <Status tone="neutral">Not agreed to</Status>;
  return (
    <>
      <Status tone="ok">Agreed to</Status> <DateText value={phone.consentAt} />
    </>
  );
}

function PhoneForm({ phone, onClose }: { phone: Phone; onClose: () => void }) {
  const { api } = useScope();
  const [number, setNumber] = useState(phone.number ?? '');
  const [consent, setConsent] = useState(phone.consentAt !== null);
  const save = useCommand(
    (body: { number: string; consent: boolean }, options) =>
      api.customers.putPhone(phone.customer, body, options),
    () => {
      toast('The number is kept.');
      onClose();
    },
  );
  const remove = useCommand(
    (_: undefined, options) => api.customers.removePhone(phone.customer, options),
    () => {
      toast('The number is forgotten.');
      onClose();
    },
  );
  return (
    <Form
      onSubmit={() => save.run({ number: number.replaceAll(/[\s()/-]/g, ''), consent })}
      {...formProblem(save.error ?? remove.error)}
    >
      <TextField
        name="number"
        label="Number"
        required
        placeholder="+49 151 12345678"
        hint="With the country, beginning with a plus."
        value={number}
        onValueChange={setNumber}
      />
      <Checkbox
        label="The customer agreed to be texted"
        hint={
          phone.optedOutAt === null
            ? 'Without it nothing is sent.'
            : 'The number answered STOP, which holds whatever is ticked here.'
        }
        checked={consent}
        onCheckedChange={setConsent}
      />
      <FormActions>
        {phone.number === null ? null : (
          <Button onClick={() => remove.run(undefined)} busy={remove.busy}>
            Forget the number
          </Button>
        )}
        <Button variant="primary" type="submit" busy={save.busy}>
          Save
        </Button>
      </FormActions>
    </Form>
  );
}

function LiftForm({ customer, onClose }: { customer: string; onClose: () => void }) {
  const { api } = useScope();
  const lift = useCommand(
    ({ reason }: { reason: string }, options) =>
      api.customers.liftTextStop(customer, { reason: reason.trim() }, options),
    () => {
      toast('The stop is lifted.');
      onClose();
    },
  );
  return (
    <Form<{ reason: string }> onSubmit={(fields) => lift.run(fields)} {...formProblem(lift.error)}>
      <TextField
        name="reason"
        label="Why"
        required
        lines={2}
        maxLength={500}
        hint="How and when they asked for it. It stands in the audit log."
      />
      <FormActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="primary" type="submit" busy={lift.busy}>
          Lift the stop
        </Button>
      </FormActions>
    </Form>
  );
}
