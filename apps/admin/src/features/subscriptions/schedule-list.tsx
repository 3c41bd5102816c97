import type { ScheduledStep, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { ProblemText } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { stepText } from './step-words.tsx';

/** Everything that lies ahead of a subscription, each with the way to take it back, and the pauses it had. */
export function ScheduleList({ subscription }: { subscription: Subscription }) {
  const { schedule, pauses } = subscription;
  const past = pauses.filter(({ to }) => to !== null);
  if (schedule.length === 0 && past.length === 0) return null;
  return (
    <div className="mt-4 border-t border-line pt-3">
      {schedule.length === 0 ? null : (
        <>
          <h3 className="mb-1 text-sm font-medium">Schedule</h3>
          <ol>
            {schedule.map((step) => (
              <Step key={step.id} step={step} subscription={subscription} />
            ))}
          </ol>
        </>
      )}
      {past.map(({ from, to }) => (
        <p key={from} className="mt-2 text-sm text-muted">
          Paused <PeriodText start={from} end={to ?? from} timeZone={subscription.timeZone} />
        </p>
      ))}
    </div>
  );
}

function Step({ step, subscription }: { step: ScheduledStep; subscription: Subscription }) {
  const { api } = useScope();
  // What Stripe computes is taken back there.
  const mayChange = useMay(ROLES.staff) && subscription.billingAuthority === 'billhook';
  const undo = useCommand(
    (id: string, options) => api.subscriptions.undoStep(subscription.id, id, {}, options),
    () => toast('Undone. The rest of the schedule stays.'),
  );
  return (
    <li className="border-b border-line py-1.5 last:border-b-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <span className="min-w-0">
          {stepText(step)}
          <DateText value={step.at} as="weekday-time" className="block text-sm text-muted" />
        </span>
        {mayChange ? (
          <Button size="sm" variant="quiet" busy={undo.busy} onClick={() => undo.run(step.id)}>
            Undo<span className="sr-only">: {stepText(step)}</span>
          </Button>
        ) : null}
      </div>
      {undo.error ? <ProblemText error={undo.error} /> : null}
    </li>
  );
}
