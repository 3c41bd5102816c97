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

export function alignment(column: { numeric?: boolean | undefined; wideOnly?: boolean | undefined }): string {
  return cx(column.numeric ? 'num text-end' : 'text-start', column.wideOnly && 'max-sm:hidden');
}
