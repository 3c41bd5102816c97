import { ArrowDown, ArrowUp } from 'lucide-react';
import { cx } from './cx.ts';
import { useLocale } from './locale.tsx';
import { alignment, type Column, type SortState } from './table-model.ts';

export interface HeadCellProps<Row, Sort extends string> {
  readonly column: Column<Row, Sort>;
  readonly first: boolean;
  readonly sort: SortState<Sort> | undefined;
  readonly onSortChange: ((sort: SortState<Sort>) => void) | undefined;
}

/** The head of one column, a button where the column can be sorted by. */
export function HeadCell<Row, Sort extends string>(props: HeadCellProps<Row, Sort>) {
  const { column, first, sort, onSortChange } = props;
  const { words } = useLocale();
  const by = column.sort;
  const active = by !== undefined && sort?.by === by;
  const descends = active && sort.descending;
  const Icon = descends ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      style={column.width ? { width: column.width } : undefined}
      aria-sort={active ? (descends ? 'descending' : 'ascending') : undefined}
      className={cx(
        'sticky top-[var(--sticky-top,0px)] z-[2] h-9 align-bottom py-2 leading-5 whitespace-nowrap border-b border-line-strong bg-bg px-3 text-sm font-medium text-muted first:ps-2 last:pe-2',
        alignment(column),
        first && 'group-data-scrolls/scroll:start-0 group-data-scrolls/scroll:z-[3]',
      )}
    >
      {by === undefined || !onSortChange ? (
        column.header
      ) : (
        <button
          type="button"
          title={active && !descends ? words.sortDescending : words.sortAscending}
          onClick={() => onSortChange({ by, descending: active ? !descends : Boolean(column.numeric) })}
          className={cx(
            '-mx-1 inline-flex min-h-6 items-center gap-1 rounded-[4px] px-1 font-medium hover:bg-hover hover:text-text',
            column.numeric && 'flex-row-reverse',
            active && 'text-text',
          )}
        >
          {column.header}
          <Icon aria-hidden="true" size={12} className={active ? '' : 'opacity-0'} />
        </button>
      )}
    </th>
  );
}
