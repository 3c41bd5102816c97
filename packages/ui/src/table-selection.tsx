import { X } from 'lucide-react';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';
import { useLocale } from './locale.tsx';
import type { Selection } from './table-model.ts';

const boxClass = 'block size-4 cursor-pointer accent-[var(--accent)]';
const cellClass = 'sm:w-8 sm:border-b sm:border-line sm:ps-2';

interface AllProps<Row> {
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly selection: Selection;
}

function All<Row>({ rows, rowKey, selection }: AllProps<Row>) {
  const { words } = useLocale();
  const chosen = rows.filter((row) => selection.keys.has(rowKey(row))).length;
  const all = rows.length > 0 && chosen === rows.length;
  return (
    <th
      scope="col"
      className={cx(cellClass, 'sticky top-[var(--sticky-top,0px)] z-[2] border-line-strong bg-bg')}
    >
      <label className="grid size-6 place-items-center">
        <input
          type="checkbox"
          aria-label={words.selectAll}
          checked={all}
          ref={(box) => {
            if (box) box.indeterminate = chosen > 0 && !all;
          }}
          onChange={() => selection.onChange(all ? new Set() : new Set(rows.map(rowKey)))}
          className={boxClass}
        />
      </label>
    </th>
  );
}

interface OneProps {
  readonly rowKey: string;
  readonly name: string;
  readonly selection: Selection;
}

function One({ rowKey, name, selection }: OneProps) {
  const { words } = useLocale();
  return (
    <td className={cellClass}>
      <label className="grid size-6 place-items-center">
        <input
          type="checkbox"
          aria-label={`${words.selectRow} ${name}`}
          checked={selection.keys.has(rowKey)}
          onChange={() => {
            const next = new Set(selection.keys);
            if (!next.delete(rowKey)) next.add(rowKey);
            selection.onChange(next);
          }}
          className={boxClass}
        />
      </label>
    </td>
  );
}

/** The checkboxes of a table: one for each row, one for all rows shown. */
export const SelectCell = { All, One };

/** What can be done with the selected rows. Floats at the bottom while there are any. */
export function SelectionBar({ selection }: { selection: Selection }) {
  const { words } = useLocale();
  return (
    <div className="no-print pointer-events-none sticky bottom-4 z-20 flex justify-center pt-4">
      <section
        aria-label={words.selected(selection.keys.size)}
        className="edge-forced pointer-events-auto flex max-w-full flex-wrap items-center gap-2 rounded-lg border border-line bg-raised py-2 ps-4 pe-2 shadow-float"
      >
        <span className="num me-2 font-medium" role="status">
          {words.selected(selection.keys.size)}
        </span>
        {selection.actions}
        <IconButton icon={X} label={words.clearSelection} onClick={() => selection.onChange(new Set())} />
      </section>
    </div>
  );
}
