import type { Entitlement, RightExplanation } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { KeyValue } from '@billhook/ui/key-value';
import { Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import { RULES, SERVICE_RULES, SOURCES, STATES, standing } from './right-words.ts';
import { SubjectList } from './subject-list.tsx';

export interface RightSheetProps {
  readonly customer: string;
  readonly right: Entitlement | undefined;
  readonly onClose: () => void;
  /** Left out for those who may not. */
  readonly onAgree?: ((kind: 'override' | 'grant') => void) | undefined;
}

/** One right with everything that it rests on: where it comes from, what usage counted, how service stands. */
export function RightSheet({ customer, right, onClose, onAgree }: RightSheetProps) {
  return (
    <SideSheet
      open={right !== undefined}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={right?.featureName ?? ''}
      description={right ? <span className="font-mono text-sm">{right.feature}</span> : undefined}
      actions={
        onAgree && right ? (
          <>
            <Button onClick={() => onAgree('grant')}>Give for a time</Button>
            <Button variant="primary" onClick={() => onAgree('override')}>
              Agree on another right
            </Button>
          </>
        ) : undefined
      }
    >
      {right ? (
        <div className="flex flex-col gap-6">
          <Explained right={right} />
          {right.counted === 'subject' ? <SubjectList customer={customer} feature={right.feature} /> : null}
        </div>
      ) : null}
    </SideSheet>
  );
}

function Explained({ right }: { right: Entitlement }) {
  const { sources, windowUsage, service, changesAt } = right.explanation;
  const state = standing(right);
  return (
    <div className="flex flex-col gap-6">
      <Status tone={state.tone === 'neutral' && !right.allowed ? 'attention' : state.tone}>
        {state.word}
      </Status>
      <Section title="Where it comes from">
        <ol className="flex flex-col">
          {sources.map((source) => (
            <li key={source.id} className="flex flex-col gap-1 border-b border-line py-3">
              <span className="flex flex-wrap justify-between gap-x-4">
                <span className="font-medium">
                  {SOURCES[source.kind]}
                  {source.quantity === 1 ? null : ` × ${source.quantity}`}
                </span>
                <span className="tabular-nums">
                  <Given face={source.gives} unit={right.unit} />
                </span>
              </span>
              <span className="text-sm text-muted">
                {source.name} · {RULES[source.rule]}
                {source.until === null ? null : (
                  <>
                    {' '}
                    · until <DateText value={source.until} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ol>
        <p className="flex justify-between py-3 font-medium">
          <span>Together</span>
          <span className="tabular-nums">
            <Given face={sources.at(-1)?.after} unit={right.unit} />
          </span>
        </p>
      </Section>
      <KeyValue items={factsOf(right, windowUsage, service, changesAt)} />
    </div>
  );
}

type Face = RightExplanation['sources'][number]['gives'];

/** A limit, a switch or a value. */
function Given({ face, unit }: { face: Face | undefined; unit: string | null }) {
  if (face === undefined) return null;
  if (face.enabled !== null) return face.enabled ? 'On' : 'Off';
  if (face.value !== null) return [face.value].flat().join(', ');
  const each = face.limit === null ? 'Unlimited' : <Quantity value={face.limit} unit={unit ?? undefined} />;
  if (face.poolLimit === null) return each;
  return (
    <>
      {each}, all together <Quantity value={face.poolLimit} unit={unit ?? undefined} />
    </>
  );
}

function factsOf(
  right: Entitlement,
  usage: RightExplanation['windowUsage'],
  service: RightExplanation['service'],
  changesAt: string | null,
) {
  const unit = right.unit ?? undefined;
  return [
    ...(usage === null
      ? []
      : [
          {
            label: 'Counted',
            value: right.counted === 'customer' ? 'For the whole customer' : 'For each member or device',
          },
          {
            label: right.counted === 'customer' ? 'Used' : 'Used by all',
            value: <Quantity value={usage.poolUsed ?? usage.used} unit={unit} maximumFractionDigits={2} />,
          },
          {
            label: 'Between',
            value: (
              <>
                <DateText value={usage.period.start} /> and <DateText value={usage.period.end} />
              </>
            ),
          },
        ]),
    ...(service === null
      ? []
      : [{ label: 'Service', value: `${STATES[service.state]}: ${SERVICE_RULES[service.rule]}` }]),
    ...(changesAt === null ? [] : [{ label: 'Changes by itself', value: <DateText value={changesAt} /> }]),
  ];
}
