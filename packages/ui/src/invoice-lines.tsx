import { ChevronRight } from 'lucide-react';
import { Fragment, type ReactNode, useId, useState } from 'react';
import { cx } from './cx.ts';
import { PeriodText } from './date-text.tsx';
import type { InvoiceWords } from './invoice-words.ts';
import { Money } from './money.tsx';

export interface InvoiceLine {
  readonly id: string;
  readonly description: ReactNode;
  /** The service period; the end is exclusive. */
  readonly period?: { readonly start: string; readonly end: string; readonly timeZone?: string } | undefined;
  /** A `Quantity`. */
  readonly quantity?: ReactNode;
  /** A unit price may have more decimals than the currency; it is given as text. */
  readonly unitPrice?: ReactNode;
  /** How units are priced where no one price says it: `in tiers`, `included`. */
  readonly pricedBy?: string | undefined;
  /** What it cost before coupons, and what each of them took off; left out where there were none. */
  readonly discounted?:
    | {
        readonly grossMinor: string;
        readonly by: readonly { readonly name: string; readonly amountMinor: string }[];
      }
    | undefined;
  readonly amountMinor: string;
  /** Rule, tiers, readings and rounding: what stands behind the amount. */
  readonly explanation?: ReactNode;
}

/** The lines of one subscription on an invoice that bills several. */
export interface InvoiceGroup {
  readonly id: string;
  readonly name: ReactNode;
  readonly lines: readonly InvoiceLine[];
  readonly subtotalMinor: string;
}

export interface InvoiceLinesProps {
  readonly lines: readonly InvoiceLine[];
  /** The same lines by subscription; left out or empty where there is one. */
  readonly groups?: readonly InvoiceGroup[] | undefined;
  readonly currency: string;
  readonly words: InvoiceWords;
}

/** The lines of an invoice. On a phone, quantity and unit price move under the description. */
export function InvoiceLines({ lines, groups = [], currency, words }: InvoiceLinesProps) {
  // A heading over an empty column asks what is missing there.
  const priced = lines.some(({ unitPrice, pricedBy }) => (unitPrice ?? pricedBy) !== undefined);
  const rows = (own: readonly InvoiceLine[]) =>
    own.map((line) => <Line key={line.id} {...{ line, currency, words, priced }} />);
  const head = 'border-b border-line-strong py-2 text-sm font-medium text-muted';
  return (
    <table className="mt-4 w-full border-separate border-spacing-0">
      <thead>
        <tr>
          <th scope="col" className={cx(head, 'text-start')}>
            {words.description}
          </th>
          <th scope="col" className={cx(head, 'ps-4 text-end max-sm:hidden')}>
            {words.quantity}
          </th>
          {priced ? (
            <th scope="col" className={cx(head, 'ps-4 text-end max-sm:hidden')}>
              {words.unitPrice}
            </th>
          ) : null}
          <th scope="col" className={cx(head, 'ps-4 text-end')}>
            {words.amount}
          </th>
        </tr>
      </thead>
      {groups.length < 2 ? <tbody>{rows(lines)}</tbody> : null}
      {groups.length < 2
        ? null
        : groups.map((group) => (
            <tbody key={group.id}>
              <tr>
                <th scope="rowgroup" colSpan={priced ? 4 : 3} className="pt-5 pb-1 text-start font-medium">
                  {group.name}
                </th>
              </tr>
              {rows(group.lines)}
              <tr>
                <th
                  scope="row"
                  colSpan={priced ? 3 : 2}
                  className="py-2 text-start font-normal text-muted max-sm:hidden"
                >
                  {words.subtotal}: {group.name}
                </th>
                <th scope="row" className="py-2 text-start font-normal text-muted sm:hidden">
                  {words.subtotal}
                </th>
                <td className="py-2 ps-4 text-end font-medium">
                  <Money amountMinor={group.subtotalMinor} currency={currency} />
                </td>
              </tr>
            </tbody>
          ))}
    </table>
  );
}

interface LineProps {
  readonly line: InvoiceLine;
  readonly currency: string;
  readonly words: InvoiceWords;
  /** Any line of the invoice says how it is priced. */
  readonly priced: boolean;
}

function Line({ line, currency, words, priced }: LineProps) {
  const [open, setOpen] = useState(false);
  const panelId = useId();
  const cell = cx('py-2 align-top', !open && 'border-b border-line');
  return (
    <Fragment>
      <tr>
        <td className={cell}>
          {line.explanation ? (
            <button
              type="button"
              aria-expanded={open}
              aria-controls={panelId}
              title={words.explain}
              onClick={() => setOpen(!open)}
              className="-ms-1 inline-flex items-start gap-1 rounded-[4px] text-start hover:text-accent-text print:ms-0"
            >
              <ChevronRight
                aria-hidden="true"
                size={14}
                className={cx(
                  'no-print mt-[3px] shrink-0 text-faint transition-transform duration-[120ms]',
                  open ? 'rotate-90' : 'rtl:-scale-x-100',
                )}
              />
              <span>{line.description}</span>
            </button>
          ) : (
            <span>{line.description}</span>
          )}
          {line.period ? <PeriodText {...line.period} className="block text-sm text-faint" /> : null}
          {line.discounted ? (
            <Discounts discounted={line.discounted} currency={currency} words={words} />
          ) : null}
          {line.quantity || line.unitPrice || line.pricedBy ? (
            <span className="num block text-sm text-muted sm:hidden">
              {line.quantity}
              {line.quantity && line.unitPrice ? ' × ' : null}
              {line.unitPrice}
              {line.quantity && line.pricedBy ? ', ' : null}
              {line.pricedBy}
            </span>
          ) : null}
        </td>
        <td className={cx(cell, 'num ps-4 text-end max-sm:hidden')}>{line.quantity}</td>
        {priced ? (
          <td className={cx(cell, 'num ps-4 text-end max-sm:hidden')}>{line.unitPrice ?? line.pricedBy}</td>
        ) : null}
        <td className={cx(cell, 'ps-4 text-end')}>
          <Money amountMinor={line.amountMinor} currency={currency} />
        </td>
      </tr>
      {line.explanation ? (
        <tr id={panelId} hidden={!open} className="no-print">
          <td colSpan={priced ? 4 : 3} className="border-b border-line pb-3">
            <div className="rounded-md bg-sunk px-3 py-2 text-sm">{line.explanation}</div>
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
}

interface DiscountsProps {
  readonly discounted: NonNullable<InvoiceLine['discounted']>;
  readonly currency: string;
  readonly words: InvoiceWords;
}

function Discounts({ discounted, currency, words }: DiscountsProps) {
  return (
    <>
      <span className="block text-sm text-muted">
        {words.beforeDiscounts} <Money amountMinor={discounted.grossMinor} currency={currency} hideCurrency />
      </span>
      {discounted.by.map(({ name, amountMinor }) => (
        <span key={name} className="block text-sm text-muted">
          {name} <Money amountMinor={negated(amountMinor)} currency={currency} hideCurrency />
        </span>
      ))}
    </>
  );
}

const negated = (minor: string) => (minor.startsWith('-') ? minor.slice(1) : `-${minor}`);
