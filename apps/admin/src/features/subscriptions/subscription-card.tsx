import type { Subscription } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { Menu, type MenuAction } from '@billhook/ui/menu';
import { Money, Quantity } from '@billhook/ui/money';
import { Card } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import {
  BadgePercent,
  CalendarClock,
  CircleX,
  PackagePlus,
  Pause,
  Receipt,
  TicketPercent,
  Users,
} from 'lucide-react';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { SUBSCRIPTION_STATUS } from '../../lib/words.ts';
import type { ActionName } from './action-sheet.tsx';
import { AgreementList } from './agreement-list.tsx';
import { ScheduleList } from './schedule-list.tsx';
import { StripeActions } from './stripe-actions.tsx';

/** What may be done in this state, the rarer things in a menu. */
function Actions({ subscription }: { subscription: Subscription }) {
  const [, change] = useFilters();
  const open = (act: ActionName) => change({ act, of: subscription.id });
  const { status, cancelAt, schedule } = subscription;
  const isPaused = status === 'paused';
  const mayPause = status === 'active' && !schedule.some(({ kind }) => kind === 'pause');
  const menu: (MenuAction | null)[] = [
    ...(isPaused
      ? []
      : [
          { label: 'Change seats', icon: Users, onSelect: () => open('seats') },
          { label: 'Add an add-on', icon: PackagePlus, onSelect: () => open('add-on') },
          { label: 'Give a coupon', icon: TicketPercent, onSelect: () => open('discount') },
          { label: 'Charge once', icon: Receipt, onSelect: () => open('charge') },
          { label: 'Agree on a price', icon: BadgePercent, onSelect: () => open('price') },
        ]),
    ...(status === 'trialing'
      ? [{ label: 'Move the end of the trial', icon: CalendarClock, onSelect: () => open('trial') }]
      : []),
    ...(mayPause ? [{ label: 'Pause', icon: Pause, onSelect: () => open('pause') }] : []),
    ...(cancelAt === null
      ? [null, { label: 'Cancel', icon: CircleX, onSelect: () => open('cancel'), danger: true }]
      : []),
  ];
  return (
    <div className="flex gap-2">
      <Button size="sm" onClick={() => open(isPaused ? 'resume' : 'change')}>
        {isPaused ? 'Resume' : 'Change plan'}
      </Button>
      <Menu
        trigger={
          <Button size="sm" variant="quiet">
            More
          </Button>
        }
        actions={menu[0] === null ? menu.slice(1) : menu}
      />
    </div>
  );
}

export interface SubscriptionCardProps {
  readonly subscription: Subscription;
  /** Where the customer has one invoice for a day or month, what falls due waits for its end. */
  readonly waits: boolean;
}

export function SubscriptionCard({ subscription, waits }: SubscriptionCardProps) {
  const mayChange = useMay(ROLES.staff);
  const { tone, word } = SUBSCRIPTION_STATUS[subscription.status];
  const running = subscription.status !== 'canceled';
  const isAtStripe = subscription.billingAuthority === 'stripe';
  return (
    <Card>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-x-3 text-md font-semibold">
            <TextLink href={`/plans/${subscription.plan.id}`} className="no-underline hover:underline">
              {subscription.plan.name}
            </TextLink>
            <span className="text-base font-normal">
              <Status tone={tone}>{word}</Status>
            </span>
          </p>
          <p className="text-sm text-faint">
            Version {subscription.plan.version} · <CopyText text={subscription.id} />
          </p>
        </div>
        {running && mayChange && !isAtStripe ? <Actions subscription={subscription} /> : null}
      </div>
      <div className="mt-4">
        <KeyValue items={factsOf(subscription, running, waits)} />
      </div>
      {isAtStripe ? <StripeActions subscription={subscription} may={mayChange} /> : null}
      <AgreementList subscription={subscription} />
      {running ? <ScheduleList subscription={subscription} /> : null}
    </Card>
  );
}

/** What is not as the catalogue has it, and the pause under way. */
function agreedOf(subscription: Subscription) {
  const agreed = subscription.items.filter(({ endsAt, overridden }) => endsAt === null && overridden);
  const paused = subscription.pauses.find(({ to }) => to === null);
  return [
    ...(paused ? [{ label: 'Paused since', value: <DateText value={paused.from} as="weekday-time" /> }] : []),
    ...(agreed.length > 0
      ? [{ label: 'Agreed prices', value: agreed.map(({ priceName }) => priceName).join(', ') }]
      : []),
    ...(subscription.billingDay === null
      ? []
      : [{ label: 'Billing day', value: `Day ${subscription.billingDay} of the month` }]),
  ];
}

function factsOf(subscription: Subscription, running: boolean, waits: boolean) {
  return [
    {
      label: 'Pays',
      value: (
        <>
          <Money amountMinor={subscription.mrr} currency={subscription.currency} /> a month
        </>
      ),
    },
    ...agreedOf(subscription),
    { label: 'Seats', value: <Quantity value={String(subscription.quantity)} /> },
    {
      label: running ? 'Current period' : 'Last period',
      value: (
        <PeriodText
          start={subscription.currentPeriodStart}
          end={subscription.currentPeriodEnd}
          timeZone={subscription.timeZone}
        />
      ),
    },
    ...(subscription.trialEndAt && subscription.status === 'trialing'
      ? [{ label: 'Trial ends', value: <DateText value={subscription.trialEndAt} as="weekday-time" /> }]
      : []),
    ...(subscription.nextBillAt && running
      ? [
          {
            label: waits ? 'Next falls due' : 'Next invoice',
            value: <DateText value={subscription.nextBillAt} as="weekday-time" />,
          },
        ]
      : []),
    { label: 'Started', value: <DateText value={subscription.startedAt} /> },
    ...(subscription.endedAt
      ? [{ label: 'Ended', value: <DateText value={subscription.endedAt} as="weekday-time" /> }]
      : []),
    {
      label: 'Collection',
      value:
        subscription.collection === 'automatic'
          ? 'By card, automatically'
          : 'By invoice, paid by the customer',
    },
  ];
}
