import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface Column<Row, Sort extends string = string> {
  readonly key: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Amounts and counts: at the end of the cell, in tabular digits. */
  readonly numeric?: boolean | undefined;
  /** Given where the server can sort by it. Anywhere else there is no sorting. */
  readonly sort?: Sort | undefined;
  /** A CSS width for what must not change with its content. */
  readonly width?: string | undefined;
  /** Takes the room that is left; text that is longer ends in an ellipsis. At most one in a table. */
  readonly fill?: boolean | undefined;
  /**
   * Where it stands on a phone, where a row has two lines. By default the first column is the title, numbers stand
   * at the end of its line, and everything else below.
   */
  readonly phone?: 'title' | 'end' | 'below' | undefined;
  /** Left out below 640 px, where only what identifies a row and what matters most has room. */
  readonly wideOnly?: boolean | undefined;
}

export interface SortState<Sort extends string> {
  readonly by: Sort;
  readonly descending: boolean;
}

export interface Selection {
  readonly keys: ReadonlySet<string>;
  readonly onChange: (keys: ReadonlySet<string>) => void;
  /** What can be done with all selected rows. */
  readonly actions: ReactNode;
}

/** Where the text of a column stands, in its head and in its cells. */
export function alignment(column: Pick<Column<never>, 'numeric' | 'wideOnly' | 'fill'>): string {
  return cx(
    column.numeric ? 'num text-end' : 'text-start',
    column.wideOnly && 'max-sm:hidden',
    column.fill && 'sm:w-full sm:min-w-40 sm:max-w-0',
  );
}

const PHONE = {
  title: 'max-sm:order-1 max-sm:min-w-0 max-sm:grow max-sm:basis-20 max-sm:font-medium',
  end: 'max-sm:order-2 max-sm:ms-auto',
  below: 'max-sm:order-4 max-sm:min-w-0 max-sm:max-w-full max-sm:text-sm max-sm:text-muted',
} as const;

type Placed = Pick<Column<never>, 'key' | 'numeric' | 'phone' | 'wideOnly'>;

/**
 * The place of a cell in the two lines that a row has on a phone: of several numbers the last is the one that matters,
 * and the first column names the row unless another one does.
 */
export function phonePlace(columns: readonly Placed[], index: number): string {
  const column = columns[index] as Placed;
  const isEnd = column.numeric && column.key === phoneNumbers(columns).at(-1);
  const isTitle = index === 0 && columns.every(({ phone }) => phone !== 'title');
  return PHONE[column.phone ?? (isTitle ? 'title' : isEnd ? 'end' : 'below')];
}

/** Whether a number says on a phone what it is: the head is not shown there, so two numbers could not be told apart. */
export function isLabelled(columns: readonly Placed[], index: number): boolean {
  const numbers = phoneNumbers(columns);
  return numbers.length > 1 && numbers.includes(columns[index]?.key ?? '');
}

/** Columns of numbers whose place on a phone is not told. */
function phoneNumbers(columns: readonly Placed[]): string[] {
  return columns.flatMap(({ key, numeric, phone, wideOnly }, index) =>
    index > 0 && numeric && phone === undefined && !wideOnly ? [key] : [],
  );
}

/** Turns a row into two lines on a phone: title and numbers, and below them the rest. */
export const phoneRowClass =
  'max-sm:flex max-sm:h-auto max-sm:min-h-14 max-sm:flex-wrap max-sm:content-center max-sm:items-baseline max-sm:gap-x-3 max-sm:gap-y-0.5 max-sm:border-b max-sm:px-2 max-sm:py-2 max-sm:after:order-3 max-sm:after:basis-full max-sm:after:content-[""]';
