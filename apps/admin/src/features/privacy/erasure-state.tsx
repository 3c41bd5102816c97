import type { Erasure } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { FormActions } from '@billhook/ui/form';
import { KeyValue } from '@billhook/ui/key-value';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import type { ComponentProps } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ProblemText } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

type Said = { readonly word: string; readonly tone: ComponentProps<typeof Status>['tone'] };

const STATES: Readonly<Record<Erasure['status'], Said>> = {
  waiting: { tone: 'attention', word: 'Waits for a second person' },
  expired: { tone: 'neutral', word: 'Nobody agreed in time' },
  queued: { tone: 'info', word: 'About to begin' },
  running: { tone: 'info', word: 'Being erased' },
  done: { tone: 'ok', word: 'Erased' },
  canceled: { tone: 'neutral', word: 'Not carried out' },
};

const whole = new Intl.NumberFormat('en');

/** Where the newest erasure stands, and what a second person may do with it. */
export function ErasureState({ erasure }: { erasure: Erasure }) {
  const { status, fault, rowsDone, rowsTotal, createdAt, finishedAt } = erasure;
  const { tone, word } = STATES[status];
  return (
    <Section title="Erasure">
      <KeyValue
        items={[
          { label: 'State', value: <Status tone={tone}>{word}</Status> },
          { label: 'Asked for', value: <DateText value={createdAt} as="time" /> },
          { label: 'Reason', value: erasure.reason },
          ...(status === 'running' || status === 'done'
            ? [
                {
                  label: 'Rows',
                  value: (
                    <span className="num">
                      {whole.format(rowsDone)}
                      {status === 'running' ? ` of ${whole.format(rowsTotal)}` : ''}
                    </span>
                  ),
                },
              ]
            : []),
          ...(finishedAt === null
            ? []
            : [{ label: 'Erased', value: <DateText value={finishedAt} as="time" /> }]),
          ...(fault === null ? [] : [{ label: 'Look at this', value: fault }]),
        ]}
      />
      {status === 'waiting' ? <Decide erasure={erasure} /> : null}
    </Section>
  );
}

function Decide({ erasure: { id, isOwn } }: { erasure: Erasure }) {
  const { api } = useScope();
  const may = useMay(ROLES.admins);
  const approve = useCommand((_: null, options) => api.erasures.approve(id, {}, options));
  const cancel = useCommand((_: null, options) => api.erasures.cancel(id, {}, options));
  const error = approve.error ?? cancel.error;
  if (!may) return null;
  return (
    <div className="mt-4 flex flex-col gap-3">
      {error ? <ProblemText error={error} /> : null}
      <FormActions>
        <Button busy={cancel.busy} onClick={() => cancel.run(null)}>
          {isOwn ? 'Take it back' : 'Decline'}
        </Button>
        {isOwn ? null : (
          <Button variant="danger" busy={approve.busy} onClick={() => approve.run(null)}>
            Agree and erase
          </Button>
        )}
      </FormActions>
    </div>
  );
}
