import type { HealthReport, SecretAge } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { Status, type Tone } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useCommand } from '../../lib/command.ts';
import { ProblemText } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

const STATES: Readonly<Record<HealthReport['checks'][number]['state'], { tone: Tone; word: string }>> = {
  ok: { tone: 'ok', word: 'Well' },
  attention: { tone: 'attention', word: 'Look' },
  problem: { tone: 'problem', word: 'Problem' },
  off: { tone: 'neutral', word: 'Not set up' },
};

interface KeyCareProps {
  readonly kind: SecretAge['kind'];
  /** As the checks name the provider. */
  readonly subject: string;
}

/** How old the keys of a provider are, and a look at whether they work. Looking charges and changes nothing. */
export function KeyCare({ kind, subject }: KeyCareProps) {
  const { api, tenant } = useScope();
  const ages = useQuery({
    queryKey: [tenant.id, 'secret-ages'],
    queryFn: ({ signal }) => api.health.secrets({ signal }),
  });
  const report = useQuery({
    queryKey: [tenant.id, 'health'],
    queryFn: ({ signal }) => api.health.report({ signal }),
    enabled: false,
  });
  const subscribe = useCommand(
    (body: Record<string, never>, options) => api.paymentProvider.subscribeEvents(body, options),
    ({ added }) => {
      toast(`Stripe sends ${added.length} more kinds of events.`);
      void report.refetch();
    },
  );
  const secrets = ages.data?.data.filter((secret) => secret.kind === kind) ?? [];
  const checks = report.data?.checks.filter((check) => check.subject === subject) ?? [];
  return (
    <div className="mt-4 flex flex-col gap-4">
      {secrets.length === 0 ? null : (
        <KeyValue items={secrets.map((secret) => ({ label: secret.name, value: <Age secret={secret} /> }))} />
      )}
      <div>
        <Button busy={report.isFetching} onClick={() => void report.refetch()}>
          Test the keys
        </Button>
      </div>
      {report.error === null ? null : <ProblemText error={report.error} />}
      <ul aria-live="polite">
        {checks.map(({ id, title, state, detail, nextStep, missingEvents }) => (
          <li
            key={id}
            className="flex flex-col gap-0.5 border-b border-line py-2 first:border-t sm:flex-row sm:gap-4"
          >
            <span className="w-28 shrink-0">
              <Status tone={STATES[state].tone}>{STATES[state].word}</Status>
            </span>
            <span className="min-w-0">
              <Seen title={title} detail={detail} isLong={missingEvents.length > FEW_EVENTS} />{' '}
              {nextStep ? <strong className="font-medium">{nextStep}</strong> : null}
              {kind === 'stripe' && missingEvents.length > 0 ? (
                <span className="mt-2 flex flex-col items-start gap-2">
                  <Button busy={subscribe.busy} onClick={() => subscribe.run({})}>
                    Subscribe {missingEvents.length} missing {missingEvents.length === 1 ? 'event' : 'events'}
                  </Button>
                  {subscribe.error ? <ProblemText error={subscribe.error} /> : null}
                </span>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const FEW_EVENTS = 5;

/** What a check saw. Where it names every one of many events, the first lines of them are enough; the button counts them. */
function Seen({ title, detail, isLong }: { title: string; detail: string; isLong: boolean }) {
  return (
    <span className={isLong ? 'line-clamp-2' : undefined} title={isLong ? detail : undefined}>
      <span className="font-medium">{title}.</span> {detail}
    </span>
  );
}

function Age({ secret }: { secret: SecretAge }) {
  return (
    <>
      In use since <DateText value={secret.since} />. {secret.state === 'overdue' ? 'It was to be' : 'To be'}{' '}
      replaced by <DateText value={secret.dueAt} />.
    </>
  );
}
