import { BillhookError } from '@billhook/sdk/error';
import type { MySubscriptionAction, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Card } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Banner } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useEffect, useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemBox, ProblemState } from '../../lib/problem.tsx';
import { useRead } from '../../lib/read.tsx';
import { PreviewSums } from './preview-sums.tsx';

/** Pausing by oneself where the seller allows it, and going on again. The sums are shown before anything is done. */
export function PauseCard({ subscription }: { subscription: Subscription }) {
  const { session, mayPay } = useMembership();
  const [isOpen, setOpen] = useState(false);
  const isPaused = subscription.status === 'paused';
  const mayPause =
    subscription.status === 'active' && !subscription.schedule.some(({ kind }) => kind === 'pause');
  if (!session.seller.allowsPause || !mayPay || !(isPaused || mayPause)) return null;
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-4">
        <p className="min-w-0 text-muted">
          {isPaused
            ? 'Your plan is paused. Nothing is charged until it goes on.'
            : 'You can pause your plan. What is paid for stands, and nothing more is charged until you go on.'}
        </p>
        {isOpen ? null : (
          <Button variant={isPaused ? 'primary' : 'secondary'} onClick={() => setOpen(true)}>
            {isPaused ? 'Go on with the plan' : 'Pause the plan'}
          </Button>
        )}
      </div>
      {isOpen ? <Offer isPaused={isPaused} id={subscription.id} onDone={() => setOpen(false)} /> : null}
    </Card>
  );
}

interface OfferProps {
  readonly isPaused: boolean;
  readonly id: string;
  readonly onDone: () => void;
}

function Offer({ isPaused, id, onDone }: OfferProps) {
  const { api } = useMembership();
  const { locale } = useLocale();
  const wish: MySubscriptionAction = isPaused ? { action: 'resume' } : { action: 'pause' };
  const preview = useRead(['change-preview', id, wish.action], (own, signal) =>
    own.subscription.preview(wish, { signal }),
  );
  const { refetch } = preview;
  const command = useCommand(
    (previewToken: string, options) =>
      isPaused
        ? api.subscription.resume({ previewToken }, options)
        : api.subscription.pause({ previewToken }, options),
    () => {
      toast(isPaused ? 'Your plan goes on' : 'Your plan is paused');
      onDone();
    },
  );
  const isStale = command.error instanceof BillhookError && command.error.code === 'preview.stale';
  useEffect(() => {
    if (isStale) void refetch();
  }, [isStale, refetch]);
  if (preview.error) return <ProblemState error={preview.error} onRetry={() => void refetch()} compact />;
  if (preview.data === undefined) return <Skeleton className="mt-4 h-40 w-full" />;
  const { dueToday, currency, token } = preview.data;
  const cost =
    dueToday === '0' ? 'pay nothing today' : `pay ${formatMoney(dueToday, currency, locale).full} today`;
  return (
    <div className="mt-4 flex flex-col gap-4 border-t border-line pt-4">
      <PreviewSums preview={preview.data} later={false} />
      {isStale ? (
        <Banner tone="attention" title="Something changed meanwhile">
          Nothing was done. The sums above are new; look at them and press again.
        </Banner>
      ) : (
        <ProblemBox error={command.error} />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>Leave it as it is</Button>
        <Button variant="primary" busy={command.busy} onClick={() => command.run(token)}>
          {isPaused ? `Go on, ${cost}` : `Pause now, ${cost}`}
        </Button>
      </div>
    </div>
  );
}
