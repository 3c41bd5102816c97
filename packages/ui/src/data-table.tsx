import { type ReactNode, useRef } from 'react';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import { useHotkeys } from './hotkeys.tsx';
import { useLocale } from './locale.tsx';
import { ScrollRegion } from './scroll-region.tsx';
import { HeadCell } from './table-head.tsx';
import {
  alignment,
  type Column,
  isLabelled,
  phonePlace,
  phoneRowClass,
  type Selection,
  type SortState,
} from './table-model.ts';
import { focusRow, opensRow } from './table-rows.ts';
import { SelectCell, SelectionBar } from './table-selection.tsx';

export interface DataTableProps<Row, Sort extends string = string> {
  /** What the rows are, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row, Sort>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** What a row is called, for the checkbox that selects it. */
  readonly rowName?: ((row: Row) => string) | undefined;
  readonly onOpen?: ((row: Row) => void) | undefined;
  /** The row whose detail is shown beside the list. */
  readonly openKey?: string | undefined;
  readonly dense?: boolean | undefined;
  /** The first page is on its way: rows of the same height stand in for it. */
  readonly loading?: boolean | undefined;
  readonly loadingRows?: number | undefined;
  /** Stands in place of rows: `EmptyState`, or one that offers to clear filters. */
  readonly empty?: ReactNode;
  /** Stands in place of rows when they could not be had: an `ErrorState`. */
  readonly error?: ReactNode;
  readonly sort?: SortState<Sort> | undefined;
  readonly onSortChange?: ((sort: SortState<Sort>) => void) | undefined;
  readonly selection?: Selection | undefined;
  /** Cursor paging: present while there is more. */
  readonly onLoadMore?: (() => void) | undefined;
  readonly loadingMore?: boolean | undefined;
  /** How many there are in all, once known; it may arrive after the rows. */
  readonly countText?: ReactNode;
  /** Switches `j`, `k`, `x` off where another table on the screen has them. */
  readonly hotkeys?: boolean | undefined;
}

/** Rows of one kind: the heart of a working screen. */
export function DataTable<Row, Sort extends string = string>(props: DataTableProps<Row, Sort>) {
  const { columns, rows, error, empty, loading = false, selection, onLoadMore } = props;
  const { words } = useLocale();
  const bodyRef = useRef<HTMLTableSectionElement>(null);
  useTableKeys(props, bodyRef);
  const blank = !loading && (error || rows.length === 0);
  return (
    <div className="min-w-0">
      <ScrollRegion label={props.label}>
        <table
          className="w-full max-sm:block border-separate border-spacing-0"
          aria-busy={loading || undefined}
        >
          <caption className="sr-only">{props.label}</caption>
          <thead className="max-sm:sr-only">
            <tr>
              {selection ? <SelectCell.All rows={rows} rowKey={props.rowKey} selection={selection} /> : null}
              {columns.map((column, index) => (
                <HeadCell
                  key={column.key}
                  column={column}
                  first={index === 0}
                  sort={props.sort}
                  onSortChange={props.onSortChange}
                />
              ))}
            </tr>
          </thead>
          <tbody ref={bodyRef} className="max-sm:block">
            {loading && rows.length === 0 ? (
              <LoadingRows
                columns={columns}
                count={props.loadingRows ?? 8}
                select={Boolean(selection)}
                dense={props.dense}
              />
            ) : blank ? null : (
              rows.map((row) => <BodyRow key={props.rowKey(row)} row={row} table={props} />)
            )}
          </tbody>
        </table>
      </ScrollRegion>
      {blank ? (error ?? empty) : null}
      {!blank && (onLoadMore || props.countText) ? (
        <div className="no-print flex min-h-12 items-center justify-between gap-4 py-2 text-sm text-faint">
          <span className="num">{props.countText}</span>
          {onLoadMore ? (
            <Button size="sm" onClick={onLoadMore} busy={props.loadingMore ?? false}>
              {words.loadMore}
            </Button>
          ) : null}
        </div>
      ) : null}
      {selection && selection.keys.size > 0 ? <SelectionBar selection={selection} /> : null}
    </div>
  );
}

function useTableKeys<Row, Sort extends string>(
  { rows, rowKey, selection, hotkeys }: DataTableProps<Row, Sort>,
  bodyRef: { readonly current: HTMLTableSectionElement | null },
): void {
  useHotkeys(
    {
      j: () => focusRow(bodyRef.current, 1),
      k: () => focusRow(bodyRef.current, -1),
      x: () => {
        const key = bodyRef.current?.querySelector<HTMLElement>('tr:focus-within')?.dataset.key;
        if (!selection || key === undefined || !rows.some((row) => rowKey(row) === key)) return;
        const next = new Set(selection.keys);
        if (!next.delete(key)) next.add(key);
        selection.onChange(next);
      },
    },
    { enabled: hotkeys ?? true },
  );
}

const cellClass = 'max-sm:p-0 sm:border-b sm:border-line sm:px-3 sm:first:ps-2 sm:last:pe-2';
const firstClass =
  'sm:group-data-scrolls/scroll:sticky start-0 sm:group-data-scrolls/scroll:z-[1] bg-inherit';

function BodyRow<Row, Sort extends string>({ row, table }: { row: Row; table: DataTableProps<Row, Sort> }) {
  const key = table.rowKey(row);
  const { onOpen, selection } = table;
  const selected = selection?.keys.has(key) ?? false;
  const open = table.openKey === key;
  // Where one column takes the room that is left, the others would be squeezed until their words stand in two lines.
  const isSqueezed = table.columns.some(({ fill }) => fill);
  return (
    <tr
      data-key={key}
      tabIndex={onOpen || selection ? 0 : undefined}
      aria-selected={selection ? selected : undefined}
      aria-current={open || undefined}
      onClick={(event) => {
        if (onOpen && opensRow(event.nativeEvent)) onOpen(row);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget) onOpen?.(row);
      }}
      className={cx(
        'ring-inside scroll-my-14',
        phoneRowClass,
        table.dense ? 'h-7 text-sm' : 'h-9',
        selected || open ? 'bg-accent-soft' : 'bg-bg',
        onOpen && 'cursor-pointer',
        onOpen && !selected && !open && 'hover:bg-hover',
      )}
    >
      {selection ? (
        <SelectCell.One rowKey={key} name={table.rowName?.(row) ?? key} selection={selection} />
      ) : null}
      {table.columns.map((column, index) => (
        <td
          key={column.key}
          className={cx(
            cellClass,
            alignment(column),
            phonePlace(table.columns, index),
            index === 0 && firstClass,
            column.fill ? 'sm:truncate' : isSqueezed && 'sm:whitespace-nowrap',
          )}
        >
          {isLabelled(table.columns, index) ? (
            <span aria-hidden="true" className="font-normal text-sm text-faint sm:hidden">
              {column.header}{' '}
            </span>
          ) : null}
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

interface LoadingRowsProps<Row, Sort extends string> {
  readonly columns: readonly Column<Row, Sort>[];
  readonly count: number;
  readonly select: boolean;
  readonly dense: boolean | undefined;
}

function LoadingRows<Row, Sort extends string>({
  columns,
  count,
  select,
  dense,
}: LoadingRowsProps<Row, Sort>) {
  return Array.from({ length: count }, (_, line) => (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a placeholder row cannot take focus.
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholder rows have no identity but their place.
    <tr key={line} aria-hidden="true" className={cx(phoneRowClass, dense ? 'h-7' : 'h-9')}>
      {select ? <td className={cellClass} /> : null}
      {columns.map((column, index) => (
        <td key={column.key} className={cx(cellClass, alignment(column), phonePlace(columns, index))}>
          <span
            className="skeleton inline-block h-3 min-w-12 align-middle"
            style={{ width: `${45 + ((line * 13 + index * 29) % 40)}%` }}
          />
        </td>
      ))}
    </tr>
  ));
}
