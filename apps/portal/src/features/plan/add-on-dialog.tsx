import type { MySubscriptionAction, Subscription } from '@billhook/sdk/generated/types';
import { RadioGroup } from '@billhook/ui/choice';
import { DateText } from '@billhook/ui/date-text';
import { NumberField } from '@billhook/ui/number-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useMembership } from '../../lib/portal.tsx';
import { ActionOffer } from './action-offer.tsx';

interface Named {
  readonly key: string;
  readonly name: string;
}

/** What is to be done with an add-on. */
export type AddOnAct =
  | { readonly kind: 'take'; readonly addOn: Named; readonly counts: boolean; readonly once: boolean }
  | { readonly kind: 'count'; readonly addOn: Named; readonly quantity: number }
  | { readonly kind: 'end'; readonly addOn: Named };

type When = 'now' | 'period_end';

interface AddOnDialogProps {
  readonly act: AddOnAct;
  readonly subscription: Subscription;
  readonly onClose: () => void;
}

/** How many, from when on, and what it costs before it is done. */
export function AddOnDialog({ act, subscription, onClose }: AddOnDialogProps) {
  const { api } = useMembership();
  const [quantity, setQuantity] = useState(act.kind === 'count' ? act.quantity : 1);
  const [when, setWhen] = useState<When>(act.kind === 'end' ? 'period_end' : 'now');
  const { key, name } = act.addOn;
  const isUnchanged = act.kind === 'count' && quantity === act.quantity;
  const which = { subscription: subscription.id };
  const send = (previewToken: string, options: { idempotencyKey: string }) => {
    if (act.kind === 'take')
      return api.subscription.takeAddOn({ addOn: key, quantity, previewToken }, which, options);
    return act.kind === 'count'
      ? api.subscription.changeAddOn(key, { quantity, when, previewToken }, which, options)
      : api.subscription.endAddOn(key, { when, previewToken }, which, options);
  };
  return (
    <div className="flex flex-col gap-5">
      {act.kind === 'count' || (act.kind === 'take' && act.counts) ? (
        <NumberField
          label="How many"
          value={quantity}
          min={1}
          max={10_000}
          onValueChange={(next) => setQuantity(next ?? 1)}
        />
      ) : null}
      {act.kind === 'take' ? null : (
        <RadioGroup
          label="From when on"
          value={when}
          onValueChange={setWhen}
          options={[
            { value: 'now', label: 'Now', detail: 'The time left is settled at once.' },
            {
              value: 'period_end',
              label: 'At the next renewal',
              detail: (
                <>
                  On <DateText value={subscription.currentPeriodEnd} as="weekday" />. You can undo it until
                  then.
                </>
              ),
            },
          ]}
        />
      )}
      {isUnchanged ? (
        <p className="text-muted">You have {quantity} now. Choose another number to see what it costs.</p>
      ) : (
        <ActionOffer
          subscription={subscription}
          wish={wishOf(act, quantity, when)}
          later={act.kind !== 'take' && when === 'period_end'}
          verb={verbOf(act)}
          send={send}
          onDone={() => {
            toast(saidOf(act, name, when));
            onClose();
          }}
          onCancel={onClose}
        />
      )}
    </div>
  );
}

function wishOf(act: AddOnAct, quantity: number, when: When): MySubscriptionAction {
  const addOn = act.addOn.key;
  if (act.kind === 'take') return { action: 'add_on', addOn, quantity };
  return act.kind === 'count'
    ? { action: 'add_on_quantity', addOn, quantity, when }
    : { action: 'end_add_on', addOn, when };
}

function verbOf(act: AddOnAct): string {
  if (act.kind === 'take') return act.once ? 'Buy it' : 'Add it';
  return act.kind === 'count' ? 'Change the number' : 'Remove it';
}

function saidOf(act: AddOnAct, name: string, when: When): string {
  if (act.kind === 'take') return act.once ? `${name} was bought` : `You have ${name} now`;
  if (when === 'period_end') return `${name}: the change is scheduled`;
  return act.kind === 'count' ? `The number of ${name} was changed` : `${name} was removed`;
}
