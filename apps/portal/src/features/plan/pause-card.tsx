import type { Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Card } from '@billhook/ui/page-header';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useMembership } from '../../lib/portal.tsx';
import { ActionOffer } from './action-offer.tsx';

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
  return (
    <div className="mt-4 border-t border-line pt-4">
      <ActionOffer
        subscription={{ id }}
        wish={isPaused ? { action: 'resume' } : { action: 'pause' }}
        later={false}
        verb={isPaused ? 'Go on' : 'Pause now'}
        send={(previewToken, options) =>
          isPaused
            ? api.subscription.resume({ previewToken }, { subscription: id }, options)
            : api.subscription.pause({ previewToken }, { subscription: id }, options)
        }
        onDone={() => {
          toast(isPaused ? 'Your plan goes on' : 'Your plan is paused');
          onDone();
        }}
        onCancel={onDone}
      />
    </div>
  );
}
