import type { Customer, ErasurePreview, ErasureTopic } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { KeyValue } from '@billhook/ui/key-value';
import { Section } from '@billhook/ui/page-header';
import { SkeletonText } from '@billhook/ui/skeleton';
import { ProblemState } from '../../lib/problem.tsx';
import { EraseForm } from './erase-form.tsx';
import { ErasureState } from './erasure-state.tsx';
import { HoldForm } from './hold-form.tsx';
import { useErasurePreview } from './queries.ts';
import { HINDRANCES, TOPICS } from './words.ts';

const whole = new Intl.NumberFormat('en');

export interface PrivacySheetProps {
  readonly customer: Customer;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What would go and stay if the customer were erased, what stands in the way, and the hold that keeps it. */
export function PrivacySheet({ customer, open, onClose }: PrivacySheetProps) {
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="Personal data"
      description="Erase the customer, or keep it from being erased."
    >
      {open ? <PrivacyBody customer={customer} /> : null}
    </SideSheet>
  );
}

function PrivacyBody({ customer }: { customer: Customer }) {
  const { data, error, refetch, isFetching } = useErasurePreview(customer.id);
  if (error && !data)
    return <ProblemState error={error} onRetry={() => void refetch()} retrying={isFetching} compact />;
  if (data === undefined) return <SkeletonText lines={8} />;
  const { erasure } = data;
  const isUnderWay = erasure?.status === 'running' || erasure?.status === 'queued';
  const isOver = isUnderWay || erasure?.status === 'done';
  return (
    <div className="flex flex-col gap-8">
      {erasure === null ? null : <ErasureState erasure={erasure} />}
      {isOver ? null : <Hindrances preview={data} />}
      {isOver ? null : <Goes preview={data} />}
      <Stays preview={data} />
      {data.token === null ? null : <EraseForm customer={customer} preview={data} token={data.token} />}
      {isUnderWay ? null : <HoldForm customer={customer.id} hold={data.legalHold} isErased={isOver} />}
    </div>
  );
}

function Hindrances({ preview: { hindrances } }: { preview: ErasurePreview }) {
  const told = hindrances.filter((one) => one !== 'under_way');
  if (told.length === 0) return null;
  return (
    <Section title="It cannot be erased yet">
      <ul className="flex list-disc flex-col gap-1 ps-5">
        {told.map((one) => (
          <li key={one}>{HINDRANCES[one]}</li>
        ))}
      </ul>
    </Section>
  );
}

const ORDER = Object.keys(TOPICS);
const byTopic = (left: { topic: ErasureTopic }, right: { topic: ErasureTopic }) =>
  ORDER.indexOf(left.topic) - ORDER.indexOf(right.topic);

function Goes({ preview: { goes } }: { preview: ErasurePreview }) {
  return (
    <Section title="What would go">
      <KeyValue
        layout="sum"
        items={goes
          .toSorted(byTopic)
          .map(({ topic, rows }) => ({ label: TOPICS[topic], value: whole.format(rows) }))}
      />
    </Section>
  );
}

function Stays({ preview: { stays, keptUntil } }: { preview: ErasurePreview }) {
  if (stays.length === 0) return null;
  return (
    <Section
      title="What stays"
      {...(keptUntil === null
        ? {}
        : {
            description: (
              <>
                Documents must be kept until <DateText value={`${keptUntil}T12:00:00Z`} />. Then they are
                taken away.
              </>
            ),
          })}
    >
      <ul className="flex flex-col">
        {[...Map.groupBy(stays, ({ topic }) => topic)].map(([topic, kept]) => (
          <li key={topic} className="flex justify-between gap-4 border-t border-line py-2 first:border-t-0">
            <span className="min-w-0">
              {TOPICS[topic]}
              {kept.map(({ reason }) => (
                <span key={reason} className="block text-muted">
                  {reason}
                </span>
              ))}
            </span>
            <span className="num shrink-0">
              {whole.format(kept.reduce((sum, { rows }) => sum + rows, 0))}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
