import type { MeterStanding, Subscription } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { MeterBar } from '@billhook/ui/meter-bar';
import { Quantity } from '@billhook/ui/money';

interface UsageMetersProps {
  readonly usage: readonly MeterStanding[];
  readonly subscriptions: readonly Subscription[];
}

/** What is used of each metered feature in the running window; of several plans, in which. */
export function UsageMeters({ usage, subscriptions }: UsageMetersProps) {
  const running = subscriptions.filter(({ status }) => status !== 'canceled');
  if (usage.length === 0)
    return (
      <p className="text-muted">No entitlement counts usage. What prices count stands in the tab Usage.</p>
    );
  const nameOf = (named: string | null) => running.find(({ id }) => id === named)?.plan.name;
  return (
    <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
      {usage.map((standing) => (
        <MeterBar
          key={`${standing.subscription} ${standing.feature}`}
          label={
            <>
              {standing.featureName}
              {running.length > 1 ? <InPlan name={nameOf(standing.subscription)} /> : null}
            </>
          }
          used={standing.used}
          limit={standing.limit}
          usedText={<Quantity value={standing.used} unit={standing.unit} maximumFractionDigits={2} />}
          limitText={
            standing.limit === null ? undefined : (
              <Quantity value={standing.limit} unit={standing.unit} maximumFractionDigits={2} />
            )
          }
          overageAllowed={standing.overage === 'allow'}
          note={
            standing.resetsAt ? (
              <>
                Resets <DateText value={standing.resetsAt} as="weekday" />
              </>
            ) : (
              'Never resets'
            )
          }
        />
      ))}
    </div>
  );
}

function InPlan({ name }: { name: string | undefined }) {
  return name === undefined ? null : <span className="font-normal text-muted"> in {name}</span>;
}
