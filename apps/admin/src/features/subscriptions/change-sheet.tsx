import { BillhookError } from '@billhook/sdk/error';
import type { ChangeSubscription, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form } from '@billhook/ui/form';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { NumberField } from '@billhook/ui/number-field';
import { Segmented } from '@billhook/ui/segmented';
import { Select } from '@billhook/ui/select';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { useChangePreview, usePlanChoices } from './queries.ts';
import { planOptions } from './start-sheet.tsx';

export interface ChangeSheetProps {
  readonly subscription: Subscription | undefined;
  readonly onClose: () => void;
}

export function ChangeSheet({ subscription, onClose }: ChangeSheetProps) {
  return (
    <SideSheet
      open={subscription !== undefined}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Change ${subscription?.plan.name ?? 'the plan'} to which plan?`}
      description="The price shown is the price charged. If anything changes meanwhile, nothing is done."
      width="lg"
    >
      {subscription ? (
        <ChangeForm key={subscription.id} subscription={subscription} onClose={onClose} />
      ) : null}
    </SideSheet>
  );
}

type When = 'now' | 'period_end';

const WHEN: readonly { value: When; label: string }[] = [
  { value: 'now', label: 'Now' },
  { value: 'period_end', label: 'At the end of the period' },
];

function actionText(when: When, due: string | null): string {
  if (when === 'period_end') return 'Change at the end of the period';
  return due === null ? 'Change plan' : `Change plan, ${due} due today`;
}

function ChangeForm({ subscription, onClose }: { subscription: Subscription; onClose: () => void }) {
  const { api } = useScope();
  const { locale } = useLocale();
  const plans = usePlanChoices();
  const [plan, setPlan] = useState(subscription.plan.id);
  const [quantity, setQuantity] = useState(subscription.quantity);
  const [when, setWhen] = useState<When>('now');
  const changed = plan !== subscription.plan.id || quantity !== subscription.quantity;
  const wanted = { plan, quantity, when };
  const preview = useChangePreview(subscription.id, changed ? wanted : null);
  const change = useCommand(
    (body: ChangeSubscription, options) => api.subscriptions.change(subscription.id, body, options),
    () => {
      toast(when === 'now' ? 'The plan was changed.' : 'The change is scheduled.');
      onClose();
    },
  );
  const computeAnew = () => {
    change.reset();
    void preview.refetch();
  };
  const stale = change.error instanceof BillhookError && change.error.code === 'preview.stale';
  const due =
    changed && preview.data ? formatMoney(preview.data.due, preview.data.currency, locale).full : null;
  return (
    <Form
      onSubmit={() => change.run({ ...wanted, previewToken: preview.data?.token })}
      {...formProblem(change.error)}
    >
      <Select
        name="plan"
        label="Plan"
        options={planOptions(plans.data?.data ?? [], subscription.currency)}
        value={plan}
        onValueChange={setPlan}
      />
      <NumberField
        name="quantity"
        label="Seats"
        min={1}
        value={quantity}
        onValueChange={(value) => setQuantity(value ?? 1)}
      />
      <div>
        <Segmented label="When" value={when} onValueChange={setWhen} options={WHEN} />
      </div>
      {!changed ? (
        <p className="text-muted">Choose another plan or number of seats to see what it costs.</p>
      ) : preview.error ? (
        <ProblemState error={preview.error} onRetry={() => void preview.refetch()} compact />
      ) : (
        <PreviewPanel preview={preview.data} stale={preview.isPlaceholderData} />
      )}
      <ChangeActions
        label={actionText(when, due)}
        busy={change.busy}
        disabled={!changed || preview.data === undefined || preview.isPlaceholderData || stale}
        onAnew={stale ? computeAnew : undefined}
        onClose={onClose}
      />
    </Form>
  );
}

interface ChangeActionsProps {
  readonly label: string;
  readonly busy: boolean;
  readonly disabled: boolean;
  /** Given where the preview is out of date. */
  readonly onAnew: (() => void) | undefined;
  readonly onClose: () => void;
}

function ChangeActions({ label, busy, disabled, onAnew, onClose }: ChangeActionsProps) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button onClick={onClose}>Keep as it is</Button>
      {onAnew ? <Button onClick={onAnew}>Calculate again</Button> : null}
      <Button variant="primary" type="submit" busy={busy} disabled={disabled}>
        {label}
      </Button>
    </div>
  );
}
