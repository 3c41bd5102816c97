import { counted } from '@billhook/core/kernel/counted';
import type { CorrectionPreview } from '@billhook/sdk/generated/types';
import { cx } from '@billhook/ui/cx';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import { Money, Quantity } from '@billhook/ui/money';
import { SkeletonText } from '@billhook/ui/skeleton';

export interface CorrectionEffectsProps {
  readonly preview: CorrectionPreview | undefined;
  /** The figures are of the wish before; new ones are on their way. */
  readonly stale: boolean;
}

type Billed = CorrectionPreview['billed'][number];
type Upcoming = CorrectionPreview['upcoming'][number];

/** Every invoice that a correction touches, with its quantities and amounts before and after it. */
export function CorrectionEffects({ preview, stale }: CorrectionEffectsProps) {
  if (!preview) return <SkeletonText lines={5} />;
  const { billed, upcoming } = preview;
  const isNothing = billed.length === 0 && upcoming.length === 0;
  return (
    <section
      aria-label="What this changes"
      className={cx('flex flex-col gap-5', stale && 'opacity-55')}
      aria-busy={stale || undefined}
    >
      <p>{countsOf(preview)}</p>
      {isNothing ? <p className="text-muted">No invoice changes by this.</p> : null}
      {billed.map((one) => (
        <BilledDifference key={`${one.subscription} ${one.priceName} ${one.period.start}`} one={one} />
      ))}
      {upcoming.map((one) => (
        <UpcomingDifference key={one.subscription} one={one} />
      ))}
    </section>
  );
}

interface DifferenceProps {
  readonly before: string;
  readonly after: string;
}

function Quantities({ before, after }: DifferenceProps) {
  return (
    <span className="whitespace-nowrap">
      <Quantity value={before} /> → <Quantity value={after} />
    </span>
  );
}

/** The currency is said once, so that both amounts stand in its column. */
function Amounts({ before, after, currency }: DifferenceProps & { readonly currency: string }) {
  return (
    <span className="whitespace-nowrap">
      <Money amountMinor={before} currency={currency} hideCurrency /> →{' '}
      <Money amountMinor={after} currency={currency} />
    </span>
  );
}

/** What becomes of the events, such as `3 events are added, 1 event stays as it is.` */
function countsOf({ added, amended, voided, unchanged }: CorrectionPreview): string {
  const told = [
    say(added, 'is added', 'are added'),
    say(amended, 'is amended', 'are amended'),
    say(voided, 'is voided', 'are voided'),
    say(unchanged, 'stays as it is', 'stay as they are'),
  ].filter((part) => part !== '');
  return told.length === 0 ? 'No event changes.' : `${told.join(', ')}.`;
}

function say(count: number, one: string, many: string): string {
  if (count === 0) return '';
  return counted(count, `event ${one}`, `events ${many}`);
}

function BilledDifference({ one }: { one: Billed }) {
  const { currency, invoices } = one;
  return (
    <div>
      <h3 className="mb-1 font-medium">
        {one.priceName}, <PeriodText start={one.period.start} end={one.period.end} />
      </h3>
      <p className="mb-2 text-sm text-muted">
        Billed to {one.customerName}
        {invoices.map(({ id, number }) => (
          <span key={id}>
            {' '}
            on <TextLink href={`/invoices/${id}`}>{number}</TextLink>
          </span>
        ))}
        , which stays as it is.
      </p>
      <KeyValue
        layout="sum"
        items={[
          { label: 'Quantity', value: <Quantities before={one.quantityBefore} after={one.quantityAfter} /> },
          {
            label: 'Before discounts and tax',
            value: <Amounts before={one.amountBefore} after={one.amountAfter} currency={currency} />,
          },
          {
            label:
              one.outcome === 'credited' && one.deducted !== '0' ? CREDITED_IN_PART : OUTCOMES[one.outcome],
            value: <Money amountMinor={one.settled} currency={currency} />,
            strong: true,
          },
        ]}
      />
    </div>
  );
}

const OUTCOMES: Readonly<Record<Billed['outcome'], string>> = {
  credited: 'Credit note',
  charged: 'Charged on another invoice',
  debited: 'Debit note',
  deducted: 'Deducted on another invoice',
  none: 'Nothing is charged or credited',
};

const CREDITED_IN_PART = 'Credit note, and deducted on another invoice';

function UpcomingDifference({ one }: { one: Upcoming }) {
  const { currency } = one;
  return (
    <div>
      <h3 className="mb-2 font-medium">
        Next invoice of {one.customerName}, <DateText value={one.at} />
      </h3>
      <KeyValue
        layout="sum"
        items={[
          ...one.lines.map((line) => ({
            label: line.description,
            value: (
              <span className="flex flex-wrap justify-end gap-x-3">
                <span className="text-muted">
                  <Quantities before={line.quantityBefore} after={line.quantityAfter} />
                </span>
                <Amounts before={line.amountBefore} after={line.amountAfter} currency={currency} />
              </span>
            ),
          })),
          {
            label: 'Total',
            value: <Amounts before={one.totalBefore} after={one.totalAfter} currency={currency} />,
            strong: true,
          },
        ]}
      />
    </div>
  );
}
