import type { Subscription, SubscriptionPreview } from '@billhook/sdk/generated/types';
import { SideSheet } from '@billhook/ui/dialog';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { toast } from '@billhook/ui/toast';
import { type ComponentType, useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { OfferForm, useSettled } from '../../lib/offer-form.tsx';
import { useScope } from '../../lib/scope.tsx';
import {
  type ActionFieldsProps,
  CancelFields,
  ChangeFields,
  PauseFields,
  PriceFields,
  ResumeFields,
  SeatsFields,
  TrialFields,
} from './action-fields.tsx';
import {
  AddOnFields,
  AddOnQuantityFields,
  ChargeFields,
  DiscountFields,
  EndAddOnFields,
  EndDiscountFields,
} from './agreement-fields.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { useActionPreview } from './queries.ts';
import { type SheetAction, sendAction } from './send-action.ts';

interface Kind {
  readonly title: (subscription: Subscription) => string;
  readonly Fields: ComponentType<ActionFieldsProps>;
  /** What the button does, in two or three words. */
  readonly verb: string;
  readonly done: string;
  readonly missing: string;
  readonly isEnd?: boolean;
}

/** What may be done to a subscription in a sheet, by its name in the address. */
export const ACTIONS = {
  change: {
    title: ({ plan }) => `Change ${plan.name} to which plan?`,
    Fields: ChangeFields,
    verb: 'Change plan',
    done: 'The change was made or is on the schedule.',
    missing: 'Choose another plan, number of seats or a day to see what it costs.',
  },
  seats: {
    title: ({ plan }) => `How many seats of ${plan.name}?`,
    Fields: SeatsFields,
    verb: 'Change seats',
    done: 'The seats were changed or are on the schedule.',
    missing: 'Choose another number of seats to see what it costs.',
  },
  pause: {
    title: ({ plan }) => `Pause ${plan.name}?`,
    Fields: PauseFields,
    verb: 'Pause',
    done: 'The pause is set.',
    missing: 'Choose the day to see what it costs.',
  },
  resume: {
    title: ({ plan }) => `Resume ${plan.name}?`,
    Fields: ResumeFields,
    verb: 'Resume',
    done: 'The resumption is set.',
    missing: 'Choose the day to see what it costs.',
  },
  trial: {
    title: ({ plan }) => `When does the trial of ${plan.name} end?`,
    Fields: TrialFields,
    verb: 'Set the end of the trial',
    done: 'The end of the trial was moved.',
    missing: 'Choose the day to see what it costs.',
  },
  price: {
    title: ({ customerName }) => `Which price for ${customerName} alone?`,
    Fields: PriceFields,
    verb: 'Agree on this price',
    done: 'The price holds for this subscription alone.',
    missing: 'Type an amount to see what it costs.',
  },
  discount: {
    title: ({ customerName }) => `Give ${customerName} which coupon?`,
    Fields: DiscountFields,
    verb: 'Give the coupon',
    done: 'The coupon is given.',
    missing: 'Choose a coupon to see what it takes off.',
  },
  'end-discount': {
    title: ({ customerName }) => `End a discount of ${customerName}?`,
    Fields: EndDiscountFields,
    verb: 'End the discount',
    done: 'The discount has ended.',
    missing: 'No discount runs.',
    isEnd: true,
  },
  'add-on': {
    title: ({ plan }) => `Add what to ${plan.name}?`,
    Fields: AddOnFields,
    verb: 'Add it',
    done: 'The add-on was added.',
    missing: 'Choose an add-on to see what it costs.',
  },
  'add-on-quantity': {
    title: () => 'How many of the add-on?',
    Fields: AddOnQuantityFields,
    verb: 'Change the quantity',
    done: 'The quantity was changed or is on the schedule.',
    missing: 'Choose another quantity to see what it costs.',
  },
  'end-add-on': {
    title: ({ plan }) => `Take an add-on away from ${plan.name}?`,
    Fields: EndAddOnFields,
    verb: 'End the add-on',
    done: 'The add-on has ended, or its end is on the schedule.',
    missing: 'Choose the day to see what it costs.',
    isEnd: true,
  },
  charge: {
    title: ({ customerName }) => `Charge ${customerName} what, once?`,
    Fields: ChargeFields,
    verb: 'Charge it',
    done: 'The charge is on an invoice.',
    missing: 'Say what for and how much to see what it costs.',
  },
  cancel: {
    title: ({ plan, customerName }) => `Cancel ${plan.name} for ${customerName}?`,
    Fields: CancelFields,
    verb: 'Cancel the subscription',
    done: 'The subscription has ended, or its end is on the schedule.',
    missing: 'Choose the day to see what it costs.',
    isEnd: true,
  },
} as const satisfies Record<string, Kind>;

export type ActionName = keyof typeof ACTIONS;

export interface ActionSheetProps {
  readonly subscription: Subscription | undefined;
  readonly name: string | undefined;
  readonly onClose: () => void;
}

/** One sheet for all that may be done: what is wished, what it costs, and the button that does it at just that price. */
export function ActionSheet({ subscription, name, onClose }: ActionSheetProps) {
  const kind: Kind | undefined =
    name !== undefined && name in ACTIONS ? ACTIONS[name as ActionName] : undefined;
  const isOpen = subscription !== undefined && kind !== undefined;
  return (
    <SideSheet
      open={isOpen}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={isOpen ? kind.title(subscription) : 'The subscription'}
      description="The price shown is the price charged. If anything changes meanwhile, nothing is done."
      width="lg"
    >
      {isOpen ? (
        <ActionForm
          key={`${subscription.id} ${name}`}
          subscription={subscription}
          kind={kind}
          onClose={onClose}
        />
      ) : null}
    </SideSheet>
  );
}

interface ActionFormProps {
  readonly subscription: Subscription;
  readonly kind: Kind;
  readonly onClose: () => void;
}

function ActionForm({ subscription, kind, onClose }: ActionFormProps) {
  const { api } = useScope();
  const [wish, setWish] = useState<SheetAction | null>(null);
  const { settled, isTyping } = useSettled(wish, 200);
  const preview = useActionPreview(subscription.id, settled);
  const command = useCommand(
    (body: { wish: SheetAction; token: string }, options) =>
      sendAction(api, subscription.id, body.wish, body.token, options),
    () => {
      toast(kind.done);
      onClose();
    },
  );
  const verb = useActionLabel(kind.verb, wish === null ? undefined : preview.data);
  return (
    <OfferForm
      {...{ wish, isTyping, preview, command, verb }}
      fields={<kind.Fields subscription={subscription} onWish={setWish} />}
      effects={(found, isBehind) => <PreviewPanel preview={found} stale={isBehind} />}
      missing={kind.missing}
      isEnd={kind.isEnd}
      onCancel={onClose}
    />
  );
}

/** The button says what it costs. */
function useActionLabel(verb: string, preview: SubscriptionPreview | undefined): string {
  const { locale } = useLocale();
  if (preview === undefined || preview.dueToday === '0') return verb;
  return `${verb}, ${formatMoney(preview.dueToday, preview.currency, locale).full} due today`;
}
