import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { YearOfPlan } from '@billhook/core/worker/answer';
import type { PublicPlan } from '@billhook/sdk/generated/types';
import { Money, Quantity } from '@billhook/ui/money';
import { Skeleton } from '@billhook/ui/skeleton';
import { ChevronRight } from 'lucide-react';
import { intervalOf } from './offers.ts';

interface PlanBillProps {
  readonly plan: PublicPlan;
  /** Undefined until it is known, null where it cannot be told ahead. */
  readonly year: YearOfPlan | null | undefined;
  /** The engine did not start in this browser. */
  readonly failed: boolean;
}

/** What a year of one plan costs, and behind a click what its first period is made of. */
export function PlanBill({ plan, year, failed }: PlanBillProps) {
  const { currency } = plan;
  const interval = intervalOf(plan);
  const money = (minor: bigint) => <Money amountMinor={`${minor}`} currency={currency} />;
  return (
    <details className="group border-b border-line first:border-t">
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-md py-1 hover:bg-hover">
        <ChevronRight
          aria-hidden="true"
          size={14}
          className="shrink-0 text-faint transition-transform duration-[120ms] group-open:rotate-90 rtl:-scale-x-100"
        />
        <span className="min-w-0 grow font-medium">{plan.name}</span>
        <span className="text-end" aria-live="polite">
          {year ? (
            <>
              <span className="block text-md font-semibold">
                {money(year.yearMinor)} <span className="text-sm font-normal text-muted">a year</span>
              </span>
              {interval === 'month' ? (
                <span className="block text-sm text-muted">{money(year.firstMinor)} a month</span>
              ) : null}
            </>
          ) : year === undefined && !failed ? (
            <Skeleton className="h-10 w-28" />
          ) : (
            <span className="text-muted">Depends on each use</span>
          )}
        </span>
      </summary>
      <div className="pb-3 ps-5 text-sm text-muted">
        {failed ? <p>This browser could not start the engine. The checkout shows what you pay.</p> : null}
        {year === null ? <p>The amount of each event decides, so it cannot be told ahead.</p> : null}
        {year?.lines.map((line) => (
          <p key={line.key} className="flex justify-between gap-4 py-0.5">
            <span className="min-w-0">
              {line.description} <LineQuantity plan={plan} line={line} />
            </span>
            {money(line.netMinor)}
          </p>
        ))}
      </div>
    </details>
  );
}

function LineQuantity({ plan, line }: { plan: PublicPlan; line: YearOfPlan['lines'][number] }) {
  const value = formatDecimal12(line.quantity);
  const unit = line.meterId === null ? 'seats' : (plan.units[line.meterId] ?? '');
  if (line.meterId === null && value === '1') return null;
  return (
    <span className="text-faint">
      (<Quantity value={value} unit={unit} />)
    </span>
  );
}
