import type { Dashboard } from '@billhook/sdk/generated/types';
import { LinkButton } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Banner, type Tone } from '@billhook/ui/status';
import type { ReactNode } from 'react';
import { hrefOf, useHere } from '../../lib/address.ts';
import { useMembership } from '../../lib/portal.tsx';
import { planNameOf } from '../plan/which-plan.tsx';
import { useDashboard } from './use-dashboard.ts';

type Notice = Dashboard['notices'][number];
type Words = { tone: Tone; title: ReactNode; text?: ReactNode; path: string; action: string };

/** The most pressing first; only one is shown at a time. */
const ORDER: readonly Notice['kind'][] = [
  'past_due',
  'paused',
  'payment_method_missing',
  'limit_reached',
  'trial_ending',
  'cancel_scheduled',
  'change_scheduled',
  'limit_near',
];

/** @param plan where there are several, the one whose limit it is */
function wordsOf(notice: Notice, moreIsCharged: boolean, plan: string | undefined): Words {
  const { kind, at, subject } = notice;
  const day = at === null ? null : <DateText value={at} as="weekday" />;
  switch (kind) {
    case 'past_due':
      return {
        tone: 'problem',
        title: 'Your last payment did not go through',
        text: day ? <>We try again on {day}. Or pay it now.</> : 'Pay what is open, or use another card.',
        path: '/invoices?status=open',
        action: 'See what is open',
      };
    case 'paused':
      return {
        tone: 'attention',
        title: `${subject ?? 'Your plan'} is paused`,
        text: 'Nothing is provided and nothing is charged until it goes on.',
        path: '/plan',
        action: 'See the plan',
      };
    case 'payment_method_missing':
      return {
        tone: 'attention',
        title: 'There is no card for the next charge',
        text: day ? <>Add one before {day}, so that nothing stops.</> : undefined,
        path: '/payment-methods',
        action: 'Add a card',
      };
    case 'trial_ending':
    case 'cancel_scheduled':
    case 'change_scheduled':
      return planWords(kind, subject, day);
    case 'limit_reached':
    case 'limit_near':
      return limitWords(notice, day, moreIsCharged, plan);
  }
}

/** What a plan does by itself. Where there are several plans, `subject` says which. */
function planWords(
  kind: 'trial_ending' | 'cancel_scheduled' | 'change_scheduled',
  subject: string | null,
  day: ReactNode,
): Words {
  const plan = subject ?? 'Your plan';
  switch (kind) {
    case 'trial_ending':
      return {
        tone: 'info',
        title: (
          <>
            {subject ? `The trial of ${subject}` : 'Your trial'} ends {day ? <>on {day}</> : 'soon'}
          </>
        ),
        text: 'Then your plan goes on and is charged. You can change or cancel it until then.',
        path: '/plan',
        action: 'See the plan',
      };
    case 'cancel_scheduled':
      return {
        tone: 'attention',
        title: (
          <>
            {plan} ends {day ? <>on {day}</> : 'with this period'}
          </>
        ),
        text: 'Until then everything works as before.',
        path: '/plan',
        action: 'Keep the plan',
      };
    case 'change_scheduled':
      return {
        tone: 'info',
        title: (
          <>
            {plan} changes
            {day ? <> on {day}</> : null}
          </>
        ),
        path: '/plan',
        action: 'See the change',
      };
  }
}

/** A limit that stops is worse than one beyond which use is charged. */
function limitWords(notice: Notice, day: ReactNode, moreIsCharged: boolean, plan: string | undefined): Words {
  const anew = day ? <>It starts anew on {day}.</> : undefined;
  const feature = notice.subject ?? 'A limit';
  const subject = plan === undefined ? feature : `${feature} in ${plan}`;
  if (notice.kind !== 'limit_reached') {
    return {
      tone: moreIsCharged ? 'info' : 'attention',
      title: `${subject}: little of what is included is left`,
      text: anew,
      path: '/usage',
      action: 'See the usage',
    };
  }
  return {
    tone: moreIsCharged ? 'attention' : 'problem',
    title: `${subject}: all that is included is used`,
    text: moreIsCharged ? (
      <>More is charged by use{day ? <>, until it starts anew on {day}</> : null}.</>
    ) : (
      anew
    ),
    path: hrefOf('/plan/change', { subscription: notice.subscription ?? undefined }),
    action: 'See larger plans',
  };
}

/** What concerns the whole account, above every page. */
export function AccountNotice() {
  const { base } = useMembership();
  const { data } = useDashboard();
  const path = useHere().split('?')[0] ?? '';
  // The page of the plan says itself what is scheduled, with the way to take it back.
  const kinds = path.startsWith(`${base}/plan`)
    ? ORDER.filter((kind) => !kind.endsWith('_scheduled'))
    : ORDER;
  const notice = kinds.flatMap((kind) => data?.notices.filter((one) => one.kind === kind) ?? [])[0];
  if (notice === undefined) return null;
  const meter = data?.meters.find(
    ({ featureName, subscription }) => featureName === notice.subject && subscription === notice.subscription,
  );
  const plan = data && data.subscriptions.length > 1 ? planNameOf(data, notice.subscription) : undefined;
  const words = wordsOf(notice, meter?.overage === 'allow', plan);
  return (
    <Banner
      tone={words.tone}
      title={words.title}
      action={<LinkButton href={`${base}${words.path}`}>{words.action}</LinkButton>}
    >
      {words.text}
    </Banner>
  );
}
