import { BillhookError } from '@billhook/sdk/error';
import type { MySubscriptionAction, Subscription, SubscriptionPreview } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { formatMoney } from '@billhook/ui/format';
import { useLater } from '@billhook/ui/later';
import { useLocale } from '@billhook/ui/locale';
import { Skeleton } from '@billhook/ui/skeleton';
import { Banner } from '@billhook/ui/status';
import { useEffect } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ProblemBox, ProblemState } from '../../lib/problem.tsx';
import { useRead } from '../../lib/read.tsx';
import { PreviewSums } from './preview-sums.tsx';

export interface ActionOfferProps {
  readonly subscription: Pick<Subscription, 'id'>;
  readonly wish: MySubscriptionAction;
  /** It takes effect on a later day. */
  readonly later: boolean;
  /** What the button does, before what it costs: `Add it`. */
  readonly verb: string;
  readonly send: (previewToken: string, options: { idempotencyKey: string }) => Promise<unknown>;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** The sums of an act before it is done, and the button that does it at just that price. */
export function ActionOffer(props: ActionOfferProps) {
  const { subscription, wish, later, verb, send, onDone, onCancel } = props;
  const { locale } = useLocale();
  const text = JSON.stringify(wish);
  const settled = useLater(text, 200);
  const preview = useRead(
    ['change-preview', subscription.id, settled],
    (api, signal) =>
      api.subscription.preview(
        JSON.parse(settled) as MySubscriptionAction,
        { subscription: subscription.id },
        { signal },
      ),
    { keep: true, staleTimeMs: 0 },
  );
  const { refetch } = preview;
  const command = useCommand(send, onDone);
  const isOutdated = command.error instanceof BillhookError && command.error.code === 'preview.stale';
  useEffect(() => {
    if (isOutdated) void refetch();
  }, [isOutdated, refetch]);
  if (preview.error) return <ProblemState error={preview.error} onRetry={() => void refetch()} compact />;
  if (preview.data === undefined) return <Skeleton className="h-40 w-full" />;
  const stale = preview.isPlaceholderData || settled !== text;
  return (
    <div className="flex flex-col gap-4">
      <div className={stale ? 'opacity-55' : ''} aria-busy={stale || undefined}>
        <PreviewSums preview={preview.data} later={later} />
      </div>
      {isOutdated ? (
        <Banner tone="attention" title="Something changed meanwhile">
          Nothing was done. The sums above are new; look at them and press again.
        </Banner>
      ) : (
        <ProblemBox error={command.error} />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Leave it as it is</Button>
        <Button
          variant="primary"
          busy={command.busy}
          disabled={stale}
          onClick={() => command.run(preview.data.token)}
        >
          {verb}, {costOf(preview.data, locale)}
        </Button>
      </div>
    </div>
  );
}

function costOf({ dueToday, currency }: SubscriptionPreview, locale: string): string {
  return dueToday === '0' ? 'pay nothing today' : `pay ${formatMoney(dueToday, currency, locale).full} today`;
}
