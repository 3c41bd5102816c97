import type { Clock } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Dialog, DialogClose } from '@billhook/ui/dialog';
import { Form } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { addDays, addMonths, dayOf, startOfDay } from './dates.ts';

/** Moves the clock forward. What falls due on the way is done in order of time. */
export function ClockControls({ clock }: { clock: Clock }) {
  const { api, tenant } = useScope();
  const { timeZone } = tenant;
  const advance = useCommand((to: string, options) => api.clock.advance({ to }, options));
  const [day, setDay] = useState(dayOf(addMonths(clock.now, 1, timeZone), timeZone));
  const busy = advance.busy || clock.moving !== null;
  const steps = [
    { label: '+1 day', to: addDays(clock.now, 1, timeZone) },
    { label: '+1 week', to: addDays(clock.now, 7, timeZone) },
    { label: '+1 month', to: addMonths(clock.now, 1, timeZone) },
    { label: '+1 year', to: addMonths(clock.now, 12, timeZone) },
  ];
  return (
    <div className="flex flex-col gap-6">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="mb-2 text-sm font-medium">Move forward</legend>
        {steps.map(({ label, to }) => (
          <Button key={label} disabled={busy} onClick={() => advance.run(to)}>
            {label}
          </Button>
        ))}
      </fieldset>
      <Form
        onSubmit={() => advance.run(startOfDay(day, timeZone))}
        {...formProblem(advance.error)}
        className="max-w-md"
      >
        <div className="flex flex-wrap items-end gap-2">
          <TextField
            name="to"
            label="To the start of a day"
            type="date"
            value={day}
            onValueChange={setDay}
            required
            className="w-48"
          />
          <Button variant="primary" type="submit" busy={busy} className="h-9">
            Move clock
          </Button>
        </div>
        <p className="text-sm text-faint">Midnight in {timeZone}, the time zone of this environment.</p>
      </Form>
    </div>
  );
}

/** Lets the clock follow real time again, after a question. */
export function ReleaseButton({ clock }: { clock: Clock }) {
  const { api } = useScope();
  const [asking, setAsking] = useState(false);
  const release = useCommand(
    (_: null, options) => api.clock.release({}, options),
    () => setAsking(false),
  );
  return (
    <Dialog
      open={asking}
      onOpenChange={setAsking}
      trigger={<Button disabled={clock.moving !== null}>Follow real time</Button>}
      title="Let this clock follow real time again?"
      description="Everything due until now is done first. A clock never moves back."
      actions={
        <>
          <DialogClose>
            <Button>Keep it frozen</Button>
          </DialogClose>
          <Button variant="primary" busy={release.busy} onClick={() => release.run(null)}>
            Follow real time
          </Button>
        </>
      }
    >
      {release.error ? formProblem(release.error).problem : null}
    </Dialog>
  );
}
