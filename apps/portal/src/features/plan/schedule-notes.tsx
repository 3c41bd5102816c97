import { counted } from '@billhook/core/kernel/counted';
import type { ScheduledStep, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Banner } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import type { ReactNode } from 'react';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemBox } from '../../lib/problem.tsx';

interface Note {
  readonly tone: 'attention' | 'info';
  readonly title: ReactNode;
  readonly text: string;
  /** What the button says that takes it back; null where that is not for customers to do. */
  readonly undo: string | null;
}

/** Everything that will happen by itself, each with the way to take it back. */
export function ScheduleNotes({ subscription }: { subscription: Subscription }) {
  if (subscription.status === 'canceled') return null;
  return subscription.schedule.map((step) => (
    <StepNote key={step.id} step={step} subscription={subscription} />
  ));
}

function StepNote({ step, subscription }: { step: ScheduledStep; subscription: Subscription }) {
  const { mayPay, api, session } = useMembership();
  // What Stripe computes is taken back by asking Stripe.
  const mayUndo = mayPay && subscription.billingAuthority === 'billhook';
  const undo = useCommand(
    (id: string, options) => api.subscription.undo({ step: id }, { subscription: subscription.id }, options),
    () => toast('Your plan stays as it is'),
  );
  const { tone, title, text, undo: word } = noteOf(step, subscription, session.seller.allowsPause);
  return (
    <>
      <Banner
        tone={tone}
        title={title}
        action={
          mayUndo && word !== null ? (
            <Button onClick={() => undo.run(step.id)} busy={undo.busy}>
              {word}
            </Button>
          ) : undefined
        }
      >
        {text}
      </Banner>
      <ProblemBox error={undo.error} />
    </>
  );
}

function endNote(isTermOver: boolean, at: ReactNode): Note {
  return {
    tone: 'attention',
    title: <>Your plan ends on {at}</>,
    text: isTermOver
      ? 'The agreed term is over then. Nothing more is charged after that, except use until then.'
      : 'Nothing more is charged for it after that, except use until then. You can keep it until the last moment.',
    undo: isTermOver ? null : 'Keep the plan',
  };
}

function noteOf(step: ScheduledStep, { plan, status }: Subscription, allowsPause: boolean): Note {
  const at = <DateText value={step.at} as="weekday-time" />;
  switch (step.kind) {
    case 'cancel':
      return endNote(step.reason === 'periods_completed', at);
    case 'change':
      return {
        tone: 'info',
        title: (
          <>
            {step.plan.name} from {at} on
          </>
        ),
        text: `Until then you have ${plan.name}.${step.phase === null ? '' : ' This is part of what was agreed.'}`,
        undo: step.phase === null ? 'Undo the change' : null,
      };
    case 'seats':
      return {
        tone: 'info',
        title: (
          <>
            {counted(step.quantity, 'seat')} from {at} on
          </>
        ),
        text: 'Until then the number stays as it is.',
        undo: 'Undo the change',
      };
    case 'pause':
      return {
        tone: 'attention',
        title: <>Your plan pauses on {at}</>,
        text: 'While it is paused you cannot use it, and nothing is charged.',
        undo: allowsPause ? 'Undo the pause' : null,
      };
    case 'resume':
      return {
        tone: 'info',
        title: <>Your plan goes on from {at}</>,
        text: status === 'paused' ? 'It is charged again from then on.' : 'The pause ends then.',
        undo: null,
      };
    case 'add_on_quantity':
      return {
        tone: 'info',
        title: (
          <>
            {step.quantity} × {step.addOn.name} from {at} on
          </>
        ),
        text: 'Until then the number stays as it is.',
        undo: 'Undo the change',
      };
    case 'add_on_end':
      return {
        tone: 'info',
        title: (
          <>
            {step.addOn.name} ends on {at}
          </>
        ),
        text: 'You have it until then.',
        undo: 'Keep it',
      };
  }
}
