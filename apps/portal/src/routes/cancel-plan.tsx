import type { Subscription, SubscriptionPreview } from '@billhook/sdk/generated/types';
import { useFilters, useGo } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { DateText } from '@billhook/ui/date-text';
import { Form, FormActions } from '@billhook/ui/form';
import { formatDate } from '@billhook/ui/format-date';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Card, PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useDashboard } from '../features/dashboard/use-dashboard.ts';
import { namedSubscription } from '../features/plan/which-plan.tsx';
import { useCommand } from '../lib/command.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { formProblem } from '../lib/problem.tsx';
import { Loaded, useRead } from '../lib/read.tsx';
import { Redirect } from '../lib/redirect.tsx';

const REASONS = [
  'Too expensive',
  'I use it too little',
  'Something is missing',
  'Another product',
  'Another reason',
];

/** What cancelling does, and one button that does it. */
export function CancelPlanScreen() {
  const { base, session } = useMembership();
  usePageTitle('Cancel plan', session.seller.name);
  const dashboard = useDashboard();
  const [search] = useFilters();
  return (
    <div className="mx-auto max-w-xl">
      <Loaded query={dashboard} skeleton={<Skeleton className="h-80 w-full" />}>
        {(data) => {
          const subscription = namedSubscription(data, search.subscription);
          return subscription === null ||
            subscription.status === 'canceled' ||
            subscription.cancelAt !== null ? (
            <Redirect href={`${base}/plan`} />
          ) : (
            <Cancel subscription={subscription} />
          );
        }}
      </Loaded>
    </div>
  );
}

type Values = { reason?: string; more?: string };

function Cancel({ subscription }: { subscription: Subscription }) {
  const { base, api, mayPay } = useMembership();
  const { locale, timeZone } = useLocale();
  const go = useGo();
  const end = subscription.currentPeriodEnd;
  const preview = useRead(['change-preview', subscription.id, 'cancel'], (own, signal) =>
    own.subscription.preview(
      { action: 'cancel', when: 'period_end' },
      { subscription: subscription.id },
      { signal },
    ),
  );
  const cancel = useCommand(
    ({ reason = '', more = '' }: Values, options) => {
      const text = [reason, more.trim()].filter((part) => part !== '').join(': ');
      return api.subscription.cancel(
        { when: 'period_end', ...(text === '' ? {} : { reason: text }) },
        { subscription: subscription.id },
        options,
      );
    },
    () => {
      toast('Your plan is cancelled', { detail: 'You can undo it on this page until it ends.' });
      go(`${base}/plan`);
    },
  );
  return (
    <>
      <PageHeader
        title={`Cancel ${subscription.plan.name}?`}
        parents={[{ label: 'Plan', href: `${base}/plan` }]}
      />
      <Consequences end={end} preview={preview.data} />
      <Form<Values> onSubmit={cancel.run} {...formProblem(cancel.error)}>
        <RadioGroup
          name="reason"
          label="Why do you cancel? You need not say, but it helps us."
          options={REASONS.map((reason) => ({ value: reason, label: reason }))}
        />
        <TextField label="More to say" name="more" lines={3} maxLength={400} optional />
        <FormActions>
          <LinkButton href={`${base}/plan`}>Keep the plan</LinkButton>
          <Button type="submit" variant="danger" busy={cancel.busy} disabled={!mayPay}>
            Cancel on {formatDate(end, 'weekday', locale, timeZone)}
          </Button>
        </FormActions>
      </Form>
    </>
  );
}

interface ConsequencesProps {
  readonly end: string;
  readonly preview: SubscriptionPreview | undefined;
}

/** What cancelling does and costs. */
function Consequences({ end, preview }: ConsequencesProps) {
  return (
    <Card className="mb-6">
      <ul className="flex list-disc flex-col gap-1 ps-5">
        <li>
          Everything works until <DateText value={end} as="weekday-time" />, when the current period ends.
        </li>
        <li>After that the plan is not charged any more. Use until then may still come on a last invoice.</li>
        {preview ? (
          <li>
            You pay{' '}
            {preview.dueToday === '0' ? (
              'nothing'
            ) : (
              <Money amountMinor={preview.dueToday} currency={preview.currency} />
            )}{' '}
            today
            {preview.due === '0' ? null : (
              <>
                , and <Money amountMinor={preview.due} currency={preview.currency} /> at the end for what you
                have used so far
              </>
            )}
            .
          </li>
        ) : null}
        <li>Your account and your invoices stay. You can come back at any time.</li>
        <li>You can undo this until the plan ends.</li>
      </ul>
    </Card>
  );
}
