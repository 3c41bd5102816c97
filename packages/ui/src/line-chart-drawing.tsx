import { useLayoutEffect, useRef, useState } from 'react';
import {
  type Box,
  linePath,
  niceScale,
  type Scale,
  shownLabels,
  spreadLabels,
  xAt,
  yAt,
} from './chart-scale.ts';
import type { LineChartProps } from './line-chart.tsx';

interface DrawingProps extends Pick<LineChartProps, 'labels' | 'series' | 'format'> {
  readonly height: number;
  readonly at: number | null;
  readonly onPoint: (index: number | null) => void;
}

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(entry.contentRect.width);
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

/** The room text of this length takes, near enough to keep it from being cut. */
function textWidth(text: string): number {
  return text.length * 7.4 + 10;
}

/** The lines themselves: steps and zero, the strong line over faint ones, names and last values at their ends. */
export function ChartDrawing({ labels, series, format, height, at, onPoint }: DrawingProps) {
  const { ref, width } = useWidth();
  const numbers = series.map((one) => one.values.map((value) => (value === null ? null : Number(value))));
  const known = numbers.flat().filter((value) => value !== null);
  const scale = niceScale(known);
  const ticks = scale.ticks.map((tick) => ({ tick, text: format(String(tick)) }));
  const ends = series.map((one, index) => endLabel(one.name, one.values, format, index === 0, series.length));
  const left = Math.max(...ticks.map(({ text }) => textWidth(text)));
  const right = Math.min(Math.max(0, ...ends.map((text) => textWidth(text))), width * 0.4);
  const box: Box = { left, top: 10, width: Math.max(40, width - left - right), height: height - 36 };
  const endYs = spreadLabels(
    numbers.map((values) => yAt(values.findLast((value) => value !== null) ?? 0, scale, box)),
    15,
    box.top,
    box.top + box.height,
  );
  return (
    <div ref={ref} dir="ltr" className="h-full">
      <svg
        width={width}
        height={height}
        aria-hidden="true"
        className="num block max-w-full text-xs"
        onPointerMove={(event) => {
          const offset = event.clientX - event.currentTarget.getBoundingClientRect().left - box.left;
          const index = Math.round((offset / box.width) * (labels.length - 1));
          onPoint(Math.min(Math.max(index, 0), labels.length - 1));
        }}
        onPointerLeave={() => onPoint(null)}
      >
        <Steps ticks={ticks} scale={scale} box={box} />
        <TimeLabels labels={labels} box={box} />
        {numbers.map((values, index) => (
          <path
            key={series[index]?.name}
            d={linePath(values, scale, box)}
            fill="none"
            strokeLinejoin="round"
            strokeLinecap="round"
            strokeWidth={index === 0 ? 2 : 1.25}
            className={index === 0 ? 'stroke-accent-text' : 'stroke-control'}
          />
        ))}
        {ends.map((text, index) => (
          <text
            key={series[index]?.name}
            x={box.left + box.width + 8}
            y={(endYs[index] ?? 0) + 4}
            className={index === 0 ? 'fill-accent-text font-medium' : 'fill-faint'}
          >
            {text}
          </text>
        ))}
        {at === null ? null : <Crosshair at={at} values={numbers[0] ?? []} scale={scale} box={box} />}
      </svg>
    </div>
  );
}

function endLabel(
  name: string,
  values: readonly (string | null)[],
  format: (value: string) => string,
  strong: boolean,
  count: number,
): string {
  const last = values.findLast((value) => value !== null);
  if (last == null) return '';
  if (!strong) return name;
  return count > 1 ? `${name} ${format(last)}` : format(last);
}

interface StepsProps {
  readonly ticks: readonly { readonly tick: number; readonly text: string }[];
  readonly scale: Scale;
  readonly box: Box;
}

function Steps({ ticks, scale, box }: StepsProps) {
  return ticks.map(({ tick, text }) => {
    const y = yAt(tick, scale, box);
    return (
      <g key={tick}>
        <line
          x1={box.left}
          x2={box.left + box.width}
          y1={y}
          y2={y}
          className={tick === 0 ? 'stroke-control' : 'stroke-line'}
        />
        <text x={box.left - 8} y={y + 4} textAnchor="end" className="fill-faint">
          {text}
        </text>
      </g>
    );
  });
}

function TimeLabels({ labels, box }: { labels: readonly string[]; box: Box }) {
  const last = labels.length - 1;
  return shownLabels(labels.map(textWidth), box).map((index) => (
    <text
      key={index}
      x={xAt(index, labels.length, box)}
      y={box.top + box.height + 20}
      textAnchor={index === last ? 'end' : index === 0 ? 'start' : 'middle'}
      className="fill-faint"
    >
      {labels[index]}
    </text>
  ));
}

interface CrosshairProps {
  readonly at: number;
  readonly values: readonly (number | null)[];
  readonly scale: Scale;
  readonly box: Box;
}

function Crosshair({ at, values, scale, box }: CrosshairProps) {
  const x = xAt(at, values.length, box);
  const value = values[at];
  return (
    <g>
      <line x1={x} x2={x} y1={box.top} y2={box.top + box.height} className="stroke-control" />
      {value == null ? null : (
        <circle
          cx={x}
          cy={yAt(value, scale, box)}
          r={3.5}
          className="fill-accent-text stroke-bg"
          strokeWidth={2}
        />
      )}
    </g>
  );
}
