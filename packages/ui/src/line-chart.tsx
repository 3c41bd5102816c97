import { ChartLine, Table2 } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { IconButton } from './button.tsx';
import { ChartDrawing } from './line-chart-drawing.tsx';
import { useLocale } from './locale.tsx';
import { Skeleton } from './skeleton.tsx';

export interface ChartSeries {
  readonly name: string;
  /** Integer or decimal strings, one for each label; null where there is no value. */
  readonly values: readonly (string | null)[];
}

export interface LineChartProps {
  readonly title: ReactNode;
  /** What the columns are: dates or months, already written for the reader. */
  readonly labels: readonly string[];
  /** The first series is the one that matters; the others are drawn faint. */
  readonly series: readonly ChartSeries[];
  /** Writes a value. Is given the exact string of a point, or the whole number of a step of the axis. */
  readonly format: (value: string) => string;
  readonly height?: number | undefined;
  /** The frame stands and the place is kept. */
  readonly loading?: boolean | undefined;
  /** "Data complete to 31 May, 12:04". */
  readonly note?: ReactNode;
}

/** The course of one number, others faint behind it. Arrow keys read out points; `t` shows the table. */
export function LineChart(props: LineChartProps) {
  const { title, labels, series, format, height = 220, loading, note } = props;
  const { words, direction } = useLocale();
  const [asTable, setAsTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const shown = at ?? labels.length - 1;
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 't') setAsTable(!asTable);
    const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const step = event.key === forward ? 1 : -1;
      setAt(Math.min(Math.max(shown + step, 0), labels.length - 1));
    }
    if (event.key === 'Escape') setAt(null);
  }
  return (
    <figure className="min-w-0" onKeyDown={onKeyDown}>
      <figcaption className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <div className="font-medium">{title}</div>
          <p className="num flex min-h-5 flex-wrap gap-x-3 text-sm text-muted" aria-live="polite">
            {loading || labels.length === 0 ? null : (
              <>
                <span>{labels[shown]}</span>
                {series.map((one, index) => (
                  <span key={one.name} className={index === 0 ? 'font-medium text-text' : ''}>
                    {series.length > 1 ? `${one.name} ` : ''}
                    {one.values[shown] == null ? '–' : format(one.values[shown])}
                  </span>
                ))}
              </>
            )}
          </p>
        </div>
        <IconButton
          icon={asTable ? ChartLine : Table2}
          label={`${asTable ? words.showChart : words.showTable} (t)`}
          onClick={() => setAsTable(!asTable)}
          className="no-print"
        />
      </figcaption>
      <div className="mt-2 overflow-y-auto" style={{ height }}>
        {loading ? (
          <Skeleton className="h-full w-full" />
        ) : asTable ? (
          <ChartTable labels={labels} series={series} format={format} />
        ) : (
          <ChartDrawing {...{ labels, series, format, height, at, onPoint: setAt }} />
        )}
      </div>
      {note ? <p className="mt-1 text-sm text-faint">{note}</p> : null}
    </figure>
  );
}

function ChartTable({ labels, series, format }: Pick<LineChartProps, 'labels' | 'series' | 'format'>) {
  const cell = 'border-b border-line py-1 text-end';
  return (
    <table className="num w-full text-sm">
      <thead>
        <tr>
          <td className="border-b border-line-strong" />
          {series.map((one) => (
            <th key={one.name} scope="col" className="border-b border-line-strong py-1 text-end font-medium">
              {one.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {labels.map((label, index) => (
          <tr key={label}>
            <th scope="row" className="border-b border-line py-1 text-start font-normal text-muted">
              {label}
            </th>
            {series.map((one) => (
              <td key={one.name} className={cell}>
                {one.values[index] == null ? '–' : format(one.values[index])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
