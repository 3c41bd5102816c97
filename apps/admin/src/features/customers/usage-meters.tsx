import type { MeterStanding } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { MeterBar } from '@billhook/ui/meter-bar';
import { Quantity } from '@billhook/ui/money';

/** What is used of each metered feature in the running window. */
export function UsageMeters({ usage }: { usage: readonly MeterStanding[] }) {
  if (usage.length === 0) return <p className="text-muted">Nothing is metered.</p>;
  return (
    <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
      {usage.map((standing) => (
        <MeterBar
          key={standing.feature}
          label={standing.featureName}
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
