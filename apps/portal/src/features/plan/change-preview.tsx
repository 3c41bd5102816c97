import { BillhookError } from '@billhook/sdk/error';
import type { Subscription, SubscriptionPreview } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { formatMoney } from '@billhook/ui/format';
import { formatDate } from '@billhook/ui/format-date';
import { useLater } from '@billhook/ui/later';
import { useLocale } from '@billhook/ui/locale';
import { Card } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Banner } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { type ReactNode, useEffect } from 'react';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemBox, ProblemState } from '../../lib/problem.tsx';
import { useRead } from '../../lib/read.tsx';
import { PreviewSums } from './preview-sums.tsx';

export interface ChangeWish {
  readonly plan: string;
  readonly quantity: number;
  readonly when: 'now' | 'period_end';
}

export interface ChangePreviewProps {
  readonly subscription: Subscription;
  /** Null while nothing differs from what one has. */
  readonly wish: ChangeWish | null;
  /** What one has and what one would have, where both are on sale and differ. */
  readonly comparison: ReactNode;
}

/** What the wish costs, computed by what will charge it, and the button that does it at just that price. */
export function ChangePreview({ subscription, wish, comparison }: ChangePreviewProps) {
  const settled = useLater(JSON.stringify(wish), 200);
  const query = useRead(
    ['change-preview', subscription.id, settled],
    (api, signal) =>
      api.subscription.previewChange(
        JSON.parse(settled) as ChangeWish,
        { subscription: subscription.id },
        { signal },
      ),
    // What is left of the period is worth less with each day, also on a page that stays open.
    { enabled: settled !== 'null', keep: true, staleTimeMs: 0, refetchMs: 60_000 },
  );
  if (wish === null) {
    return (
      <Card>
        <p className="text-muted">
          Choose another plan to see what changes, what you pay today and what comes next.
        </p>
      </Card>
    );
  }
  if (query.error) {
    return (
      <Card>
        <ProblemState
          error={query.error}
          onRetry={() => void query.refetch()}
          retrying={query.isFetching}
          compact
        />
      </Card>
    );
  }
  if (query.data === undefined) return <Skeleton className="h-80 w-full" />;
  const stale = query.isPlaceholderData || settled !== JSON.stringify(wish);
  return (
    <Offer
      subscription={subscription}
      preview={query.data}
      wish={wish}
      stale={stale}
      reload={query.refetch}
      comparison={comparison}
    />
  );
}

interface OfferProps {
  readonly subscription: Pick<Subscription, 'id'>;
  readonly preview: SubscriptionPreview;
  readonly wish: ChangeWish;
  readonly stale: boolean;
  readonly reload: () => unknown;
  readonly comparison: ReactNode;
}

function useButtonText(
  { due, currency, effectiveAt }: SubscriptionPreview,
  when: ChangeWish['when'],
): string {
  const { locale, timeZone } = useLocale();
  if (when === 'period_end')
    return `Change on ${formatDate(effectiveAt, 'weekday', locale, timeZone)}, pay nothing today`;
  return due === '0'
    ? 'Change now, pay nothing today'
    : `Change now, pay ${formatMoney(due, currency, locale).full} today`;
}

function Offer({ subscription, preview, wish, stale, reload, comparison }: OfferProps) {
  const { base, api, mayPay } = useMembership();
  const go = useGo();
  const change = useCommand(
    (_: undefined, options) =>
      api.subscription.change(
        { ...wish, previewToken: preview.token },
        { subscription: subscription.id },
        options,
      ),
    () => {
      const later = wish.when === 'period_end';
      toast(later ? `${preview.toPlan.name} is scheduled` : `You have ${preview.toPlan.name} now`);
      go(`${base}/plan`);
    },
  );
  const outdated = change.error instanceof BillhookError && change.error.code === 'preview.stale';
  const label = useButtonText(preview, wish.when);
  useEffect(() => {
    if (outdated) reload();
  }, [outdated, reload]);
  return (
    <Card className="md:sticky md:top-20">
      <div className={stale ? 'opacity-55' : ''} aria-busy={stale || undefined}>
        <PreviewSums
          preview={preview}
          later={wish.when === 'period_end'}
          withoutFeatures={comparison !== undefined}
        />
      </div>
      <div className="mt-4 flex flex-col gap-3">
        {outdated ? (
          <Banner tone="attention" title="Something changed meanwhile">
            Nothing was done. The sums above are new; look at them and press again.
          </Banner>
        ) : (
          <ProblemBox error={change.error} />
        )}
        <Button
          variant="primary"
          size="lg"
          wide
          disabled={!mayPay || stale}
          busy={change.busy}
          onClick={() => change.run(undefined)}
        >
          {label}
        </Button>
        {mayPay ? null : (
          <p className="text-sm text-muted">Ask an owner or admin of your company to change it.</p>
        )}
      </div>
      {comparison}
    </Card>
  );
}
