import { MeterBar } from '@billhook/ui/meter-bar';
import { Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { SkeletonText } from '@billhook/ui/skeleton';
import { ProblemState } from '../../lib/problem.tsx';
import { useSubjects } from './rights-queries.ts';

/** Members or devices by what they used, most first. */
export function SubjectList({ customer, feature }: { customer: string; feature: string }) {
  const found = useSubjects(customer, feature);
  if (found.error) return <ProblemState error={found.error} compact />;
  if (!found.data) return <SkeletonText lines={3} />;
  const { subjects, limit, unit, isPartial } = found.data;
  return (
    <Section title="Who used it">
      {subjects.length === 0 ? (
        <p className="text-muted">Nobody yet in this window.</p>
      ) : (
        <div className="flex flex-col gap-4">
          {subjects.map(({ subject, used }) => (
            <MeterBar
              key={subject}
              label={subject}
              used={used}
              limit={limit}
              usedText={<Quantity value={used} unit={unit} maximumFractionDigits={2} />}
              limitText={limit === null ? undefined : <Quantity value={limit} unit={unit} />}
              overageAllowed={false}
            />
          ))}
        </div>
      )}
      {isPartial ? <p className="pt-3 text-muted">The hundred who used most.</p> : null}
    </Section>
  );
}
