import { Button } from '@billhook/ui/button';
import { DataTable, type DataTableProps } from '@billhook/ui/data-table';
import { EmptyState } from '@billhook/ui/empty-state';
import { useLocale } from '@billhook/ui/locale';
import { SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CursorList } from './lists.ts';
import { ProblemState } from './problem.tsx';

export interface ListTableProps<Row>
  extends Pick<
    DataTableProps<Row>,
    | 'label'
    | 'columns'
    | 'rowKey'
    | 'rowName'
    | 'onOpen'
    | 'openKey'
    | 'dense'
    | 'hotkeys'
    | 'loadingRows'
    | 'selection'
  > {
  readonly list: CursorList<Row>;
  /** Stands there when nothing exists yet. */
  readonly empty: ReactNode;
  /** Takes the filters away; given while there are any. */
  readonly onClearFilters?: (() => void) | undefined;
}

/** A cursor list as a table, with its skeleton, its two kinds of emptiness and its error. */
export function ListTable<Row>({ list, empty, onClearFilters, ...table }: ListTableProps<Row>) {
  const { words } = useLocale();
  return (
    <DataTable
      {...table}
      rows={list.rows}
      loading={list.loading}
      onLoadMore={list.loadMore}
      loadingMore={list.loadingMore}
      error={
        list.error ? (
          <ProblemState error={list.error} onRetry={list.retry} retrying={list.retrying} />
        ) : undefined
      }
      empty={
        onClearFilters ? (
          <EmptyState
            icon={SearchX}
            title="Nothing matches these filters."
            action={<Button onClick={onClearFilters}>{words.clearFilters}</Button>}
          />
        ) : (
          empty
        )
      }
    />
  );
}
