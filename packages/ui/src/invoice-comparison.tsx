import type { InvoiceComparison as Comparison } from '@billhook/sdk/generated/types';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { cx } from './cx.ts';
import { DateText, PeriodText } from './date-text.tsx';
import { Money, Quantity } from './money.tsx';

type Pair = Comparison['lines'][number];
type Side = NonNullable<Pair['before']>;

export interface InvoiceComparisonProps {
  readonly comparison: Comparison;
  /** The days of usage that a line rests on; asked for once a line is opened. */
  readonly usageOf: (line: string) => ReactNode;
}

const CAUSES: readonly (readonly [keyof Pair['causes'], string])[] = [
  ['quantity', 'more or less of it'],
  ['share', 'another part of the period'],
  ['price', 'another price'],
  ['discount', 'discount'],
  ['tax', 'tax'],
];

/** Two invoices line by line: what each cost on either, and why it differs. */
export function InvoiceComparison({ comparison, usageOf }: InvoiceComparisonProps) {
  const { currency, lines, other } = comparison;
  const head = 'border-b border-line-strong py-2 text-sm font-medium text-muted';
  return (
    <table className="w-full border-separate border-spacing-0">
      <caption className="sr-only">
        {comparison.againstNumber} beside {comparison.number}
      </caption>
      <thead>
        <tr>
          <th scope="col" className={cx(head, 'text-start')}>
            Line
          </th>
          {[
            { number: comparison.againstNumber, at: comparison.againstIssuedAt },
            { number: comparison.number, at: comparison.issuedAt },
          ].map(({ number, at }) => (
            <th key={number} scope="col" className={cx(head, 'ps-4 text-end max-sm:hidden')}>
              <span className="block text-text">{number}</span>
              <DateText value={at} as="date" />
            </th>
          ))}
          <th scope="col" className={cx(head, 'ps-4 text-end')}>
            Change
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((pair) => (
          <PairRows key={keyOf(pair)} pair={pair} currency={currency} usageOf={usageOf} />
        ))}
        {other === '0' ? null : (
          <tr>
            <td className="border-b border-line py-2" colSpan={3}>
              Allowances and charges on the whole invoice
            </td>
            <Amount value={other} currency={currency} plus />
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr className="font-semibold">
          <td className="py-2">Total with tax, {currency}</td>
          <Amount value={comparison.before} currency={currency} wideOnly last />
          <Amount value={comparison.after} currency={currency} wideOnly last />
          <Amount value={comparison.change} currency={currency} plus last />
        </tr>
      </tfoot>
    </table>
  );
}

const keyOf = ({ before, after }: Pair) => `${before?.lines[0] ?? ''}/${after?.lines[0] ?? ''}`;

interface AmountProps {
  readonly value: string | undefined;
  readonly currency: string;
  readonly plus?: boolean;
  readonly wideOnly?: boolean;
  readonly last?: boolean;
}

function Amount({ value, currency, plus, wideOnly, last }: AmountProps) {
  return (
    <td
      className={cx(
        'py-2 ps-4 text-end align-top',
        last ? '' : 'border-b border-line',
        wideOnly && 'max-sm:hidden',
      )}
    >
      {value === undefined ? (
        <span className="text-faint">–</span>
      ) : (
        <Money amountMinor={value} currency={currency} plus={plus} hideCurrency />
      )}
    </td>
  );
}

interface PairProps {
  readonly pair: Pair;
  readonly currency: string;
  readonly usageOf: (line: string) => ReactNode;
}

function PairRows({ pair, currency, usageOf }: PairProps) {
  const [open, setOpen] = useState(false);
  const panelId = useId();
  const { before, after, change, causes } = pair;
  const shown = after ?? before;
  const moved = CAUSES.filter(([cause]) => causes[cause] !== '0').map(([, word]) => word);
  return (
    <>
      <tr>
        <td className="border-b border-line py-2 align-top">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={panelId}
            onClick={() => setOpen(!open)}
            className="-ms-1 inline-flex items-start gap-1 rounded-[4px] text-start hover:text-accent-text"
          >
            <ChevronRight
              aria-hidden="true"
              size={14}
              className={cx(
                'no-print mt-[3px] shrink-0 text-faint transition-transform duration-[120ms]',
                open ? 'rotate-90' : 'rtl:-scale-x-100',
              )}
            />
            <span>{shown?.description}</span>
          </button>
          <span className="ms-4 block text-sm text-muted">{wordOf(pair, moved)}</span>
        </td>
        <Amount value={before?.amount} currency={currency} wideOnly />
        <Amount value={after?.amount} currency={currency} wideOnly />
        <Amount value={change} currency={currency} plus />
      </tr>
      <tr id={panelId} hidden={!open}>
        <td colSpan={4} className="border-b border-line py-3">
          {open ? <Why pair={pair} currency={currency} usageOf={usageOf} /> : null}
        </td>
      </tr>
    </>
  );
}

function wordOf({ before, after, change }: Pair, moved: readonly string[]): string {
  if (before === null) return 'New';
  if (after === null) return 'Not any more';
  if (change === '0' && moved.length === 0) return 'The same';
  const text = moved.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Why({ pair, currency, usageOf }: PairProps) {
  const { before, after, causes } = pair;
  // What is on one of them only has nothing to be split into.
  const isOnBoth = before !== null && after !== null;
  const moved = isOnBoth ? CAUSES.filter(([cause]) => causes[cause] !== '0') : [];
  return (
    <div className="flex flex-col gap-4 rounded-md bg-sunk px-3 py-3 text-sm">
      {moved.length === 0 ? null : (
        <dl className="grid max-w-80 grid-cols-[1fr_auto] gap-x-6 gap-y-1">
          {moved.map(([cause, word]) => (
            <div key={cause} className="contents">
              <dt className="text-muted first-letter:uppercase">{word}</dt>
              <dd className="text-end">
                <Money amountMinor={causes[cause]} currency={currency} plus />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <div className="grid gap-6 sm:grid-cols-2">
        <SideFacts title="Before" side={before} currency={currency} usageOf={usageOf} />
        <SideFacts title="After" side={after} currency={currency} usageOf={usageOf} />
      </div>
    </div>
  );
}

interface SideProps {
  readonly title: string;
  readonly side: Side | null;
  readonly currency: string;
  readonly usageOf: (line: string) => ReactNode;
}

function SideFacts({ title, side, currency, usageOf }: SideProps) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">{title}</h3>
      {side === null ? (
        <p className="text-muted">Not on this invoice.</p>
      ) : (
        <>
          <p>
            <Quantity value={side.quantity} unit={side.unit} maximumFractionDigits={6} />,{' '}
            <PeriodText start={side.start} end={side.end} timeZone={side.timeZone} />,{' '}
            <Money amountMinor={side.amount} currency={currency} /> with tax
          </p>
          {side.meter === null ? null : side.lines.map((line) => <div key={line}>{usageOf(line)}</div>)}
        </>
      )}
    </div>
  );
}
