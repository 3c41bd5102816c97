import type { PublicPlan } from '@billhook/sdk/generated/types';
import { Money, Quantity } from '@billhook/ui/money';
import { Skeleton } from '@billhook/ui/skeleton';
import { ChevronRight } from 'lucide-react';
import { tell } from '../../lib/problem.tsx';
import { usePublicRead } from '../../lib/read.tsx';
import { usageFor } from './usage-scale.ts';

interface PlanBillProps {
  readonly plan: PublicPlan;
  /** The usage as JSON, so that equal usage is one question. */
  readonly usageText: string;
  readonly moving: boolean;
}

/** The bill of one plan, with its lines behind a click. The last answer stays, quieter, until the next is there. */
export function PlanBill({ plan, usageText, moving }: PlanBillProps) {
  const usage = usageFor(plan, JSON.parse(usageText) as Record<string, string>);
  const query = usePublicRead(
    ['price', plan.key, plan.currency, usageText],
    (api, signal) => api.plans.preview({ plan: plan.key, currency: plan.currency, usage }, { signal }),
    { keep: true, staleTimeMs: 300_000 },
  );
  const stale = moving || query.isPlaceholderData;
  return (
    <details className="group border-b border-line first:border-t">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 rounded-md hover:bg-hover">
        <ChevronRight
          aria-hidden="true"
          size={14}
          className="shrink-0 text-faint transition-transform duration-[120ms] group-open:rotate-90 rtl:-scale-x-100"
        />
        <span className="min-w-0 grow font-medium">{plan.name}</span>
        <span className={`text-md font-semibold ${stale ? 'text-faint' : ''}`} aria-live="polite">
          {query.data ? (
            <Money amountMinor={query.data.total} currency={query.data.currency} />
          ) : query.error ? (
            <span className="text-base font-normal text-problem">not known</span>
          ) : (
            <Skeleton className="h-5 w-20" />
          )}
        </span>
      </summary>
      <div className="pb-3 ps-5 text-sm text-muted">
        {query.error ? <p>{tell(query.error).title}</p> : null}
        {query.data?.lines.map((line) => (
          <p key={`${line.description} ${line.kind}`} className="flex justify-between gap-4 py-0.5">
            <span className="min-w-0">
              {line.description}{' '}
              {line.kind === 'usage' ? (
                <span className="text-faint">
                  (<Quantity value={line.quantity} unit={line.unit} />)
                </span>
              ) : null}
            </span>
            <Money amountMinor={line.amount} currency={line.currency} />
          </p>
        ))}
      </div>
    </details>
  );
}
