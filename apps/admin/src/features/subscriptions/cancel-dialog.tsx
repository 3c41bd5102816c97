import type { CancelSubscription, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { DateText } from '@billhook/ui/date-text';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

export interface CancelDialogProps {
  readonly subscription: Subscription | undefined;
  readonly onClose: () => void;
}

export function CancelDialog({ subscription, onClose }: CancelDialogProps) {
  return (
    <Dialog
      open={subscription !== undefined}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Cancel ${subscription?.plan.name ?? 'the subscription'} for ${subscription?.customerName ?? ''}?`}
    >
      {subscription ? <CancelForm subscription={subscription} onClose={onClose} /> : null}
    </Dialog>
  );
}

function CancelForm({ subscription, onClose }: { subscription: Subscription; onClose: () => void }) {
  const { api } = useScope();
  const [when, setWhen] = useState<'now' | 'period_end'>('period_end');
  const cancel = useCommand(
    (body: CancelSubscription, options) => api.subscriptions.cancel(subscription.id, body, options),
    () => {
      toast(when === 'now' ? 'The subscription has ended.' : 'The subscription will end with its period.');
      onClose();
    },
  );
  return (
    <Form<{ reason: string }>
      onSubmit={({ reason }) => cancel.run({ when, reason: reason.trim() || undefined })}
      {...formProblem(cancel.error)}
    >
      <RadioGroup
        label="When it ends"
        value={when}
        onValueChange={setWhen}
        boxed
        options={[
          {
            value: 'period_end',
            label: (
              <>
                At the end of the period, <DateText value={subscription.currentPeriodEnd} as="weekday" />
              </>
            ),
            detail: 'What is paid for stays usable until then. It can be undone.',
          },
          {
            value: 'now',
            label: 'Now',
            detail: 'Access ends at once and usage up to now is billed. It cannot be undone.',
          },
        ]}
      />
      <TextField name="reason" label="Reason" optional maxLength={500} hint="Kept in the audit log." />
      <FormActions>
        <Button onClick={onClose}>Keep the subscription</Button>
        <Button variant="danger" type="submit" busy={cancel.busy}>
          {when === 'now' ? 'Cancel now' : 'Cancel at the end of the period'}
        </Button>
      </FormActions>
    </Form>
  );
}
