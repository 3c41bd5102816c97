import type { DunningRun } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

export type RunVerb =
  | { readonly kind: 'pause' | 'resume' | 'stop' }
  | { readonly kind: 'skip'; readonly step: string };

const WORDS = {
  pause: {
    title: 'Hold this campaign back?',
    detail:
      'Nothing is tried, told or taken away until it goes on. Then everything ahead is later by that time.',
    button: 'Hold back',
    done: 'Held back.',
  },
  resume: {
    title: 'Go on with this campaign?',
    detail: 'What lies ahead has moved by the time it was held back.',
    button: 'Go on',
    done: 'It goes on.',
  },
  skip: {
    title: 'Skip the next step?',
    detail: 'It is left out for this invoice only. All other steps keep their time.',
    button: 'Skip the step',
    done: 'The step is left out.',
  },
  stop: {
    title: 'Stop this campaign?',
    detail:
      'Nothing more is done by itself. The invoice stays open, and access stays as it is until it is paid.',
    button: 'Stop',
    done: 'Stopped. A case was opened.',
  },
} as const;

export interface RunDialogProps {
  readonly run: DunningRun;
  /** Null while nothing is asked. */
  readonly verb: RunVerb | null;
  readonly onClose: () => void;
}

/** Asks for the reason, which is kept in the audit log. */
export function RunDialog({ run, verb, onClose }: RunDialogProps) {
  const { api } = useScope();
  const words = WORDS[verb?.kind ?? 'pause'];
  const change = useCommand(
    ({ reason }: { reason: string }, options) => {
      if (verb?.kind === 'skip') return api.dunning.skipStep(run.id, { step: verb.step, reason }, options);
      if (verb?.kind === 'resume') return api.dunning.resumeRun(run.id, { reason }, options);
      return verb?.kind === 'stop'
        ? api.dunning.stopRun(run.id, { reason }, options)
        : api.dunning.pauseRun(run.id, { reason }, options);
    },
    () => {
      toast(words.done);
      onClose();
    },
  );
  return (
    <Dialog
      open={verb !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={words.title}
      description={words.detail}
    >
      <Form<{ reason: string }>
        onSubmit={({ reason }) => change.run({ reason: reason.trim() })}
        {...formProblem(change.error)}
      >
        <TextField
          name="reason"
          label="Reason"
          required
          maxLength={500}
          hint="Kept with the step and in the audit log."
        />
        <FormActions>
          <Button onClick={onClose}>Leave it</Button>
          <Button variant={verb?.kind === 'stop' ? 'danger' : 'primary'} type="submit" busy={change.busy}>
            {words.button}
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
