import { linePath, niceScale, xAt, yAt } from './chart-scale.ts';

export interface SparklineProps {
  /** What it shows and how it ends, since the line itself cannot be read out. */
  readonly label: string;
  /** Decimal strings in order of time; null where there is no value. */
  readonly values: readonly (string | null)[];
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** The course of a number in the height of a line of text, its last value marked. */
export function Sparkline({ label, values, width = 96, height = 24 }: SparklineProps) {
  const numbers = values.map((value) => (value === null ? null : Number(value)));
  const known = numbers.filter((value) => value !== null);
  const scale = niceScale(known, { whole: false });
  const box = { left: 2, top: 3, width: width - 5, height: height - 6 };
  const last = numbers.findLastIndex((value) => value !== null);
  return (
    <svg role="img" aria-label={label} width={width} height={height} className="block shrink-0">
      <line
        x1={0}
        x2={width}
        y1={yAt(0, scale, box)}
        y2={yAt(0, scale, box)}
        className="stroke-line-strong"
        strokeWidth={1}
      />
      <path
        d={linePath(numbers, scale, box)}
        className="stroke-accent-text"
        fill="none"
        strokeWidth={1.5}
        strokeLinejoin="round"
      />
      {last >= 0 ? (
        <circle
          cx={xAt(last, numbers.length, box)}
          cy={yAt(numbers[last] ?? 0, scale, box)}
          r={2.25}
          className="fill-accent-text"
        />
      ) : null}
    </svg>
  );
}
