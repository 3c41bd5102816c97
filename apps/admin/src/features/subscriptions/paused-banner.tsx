import type { Subscription } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { Banner } from '@billhook/ui/status';

const INVOICES = {
  keep_as_draft: 'Invoices are kept as drafts at Stripe and asked for later.',
  mark_uncollectible: 'Stripe gives its invoices up.',
  void: 'Stripe voids its invoices.',
} as const;

type Terms = NonNullable<Subscription['atStripe']>;

/** That collecting is paused at Stripe, and what that does. */
export function PausedBanner({ paused }: { paused: NonNullable<Terms['collectionPaused']> }) {
  const { invoices, resumesAt, serviceRests } = paused;
  return (
    <Banner
      tone="attention"
      title={
        resumesAt === null ? (
          'Collecting is paused at Stripe'
        ) : (
          <>
            Collecting is paused at Stripe until <DateText value={resumesAt} as="weekday-time" />
          </>
        )
      }
    >
      {INVOICES[invoices]} {serviceRests ? 'Access rests as in a pause.' : 'The service goes on meanwhile.'}
    </Banner>
  );
}
