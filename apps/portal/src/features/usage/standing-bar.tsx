import type { MeterStanding } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { MeterBar } from '@billhook/ui/meter-bar';
import { Quantity } from '@billhook/ui/money';

function Note({ standing }: { standing: MeterStanding }) {
  const { limit, overage, resetsAt, level } = standing;
  const beyond =
    limit === null ? 'No limit' : overage === 'allow' ? 'More is charged by use' : 'Stops at the limit';
  const state = level === 'over' ? (overage === 'allow' ? 'Beyond what is included' : 'All used') : beyond;
  return (
    <>
      {state}
      {resetsAt === null ? null : (
        <>
          , resets on <DateText value={resetsAt} as="weekday" />
        </>
      )}
    </>
  );
}

/** One metered feature: used of what is included, with marks at 80 and 95 %; of several plans, in which. */
export function StandingBar({ standing, plan }: { standing: MeterStanding; plan?: string | undefined }) {
  const { featureName, used, limit, unit, overage } = standing;
  return (
    <MeterBar
      label={
        plan === undefined ? (
          featureName
        ) : (
          <>
            {featureName} <span className="font-normal text-muted">in {plan}</span>
          </>
        )
      }
      used={used}
      limit={limit}
      usedText={<Quantity value={used} unit={limit === null ? unit : undefined} />}
      limitText={limit === null ? undefined : <Quantity value={limit} unit={unit} />}
      overageAllowed={overage === 'allow'}
      note={<Note standing={standing} />}
    />
  );
}
