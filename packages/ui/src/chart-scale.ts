/** Geometry of charts. Numbers here are only for drawing; what is written comes from the exact strings. */

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** A scale that holds zero and all values, with three to five round steps; where all is zero, zero alone. `whole` keeps steps whole. */
export function niceScale(
  values: readonly number[],
  { whole = true }: { whole?: boolean | undefined } = {},
): Scale {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high - low || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  const step = whole ? Math.max(1, Math.ceil(factor * power)) : factor * power;
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  const ticks =
    low === high ? [0] : Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { min: first * step, max: last * step, ticks };
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function xAt(index: number, count: number, box: Box): number {
  return box.left + (count < 2 ? box.width : (index / (count - 1)) * box.width);
}

export function yAt(value: number, scale: Scale, box: Box): number {
  return box.top + box.height - ((value - scale.min) / (scale.max - scale.min)) * box.height;
}

/** The path of a line. A missing value breaks it, because a line through a gap would claim a value. */
export function linePath(values: readonly (number | null)[], scale: Scale, box: Box): string {
  let drawing = false;
  const parts: string[] = [];
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = xAt(index, values.length, box).toFixed(1);
    const y = yAt(value, scale, box).toFixed(1);
    // A value between two gaps is drawn as a dot: a step of no length with round ends.
    parts.push(drawing ? `L${x} ${y}` : `M${x} ${y}h0`);
    drawing = true;
  });
  return parts.join('');
}

/** Moves labels apart that would overlap, keeping their order and staying inside the range. */
export function spreadLabels(ys: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = ys.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  let floor = top;
  for (const label of order) {
    label.y = Math.max(label.y, floor);
    floor = label.y + gap;
  }
  let ceiling = bottom;
  for (const label of order.toReversed()) {
    label.y = Math.min(label.y, ceiling);
    ceiling = label.y - gap;
  }
  const placed: number[] = new Array(ys.length).fill(0);
  for (const label of order) placed[label.index] = label.y;
  return placed;
}

/** The room between two labels below a chart. */
const LABEL_GAP = 6;

/**
 * Which labels below a chart are written: the last one, the first one where there is room for both, and as many
 * evenly between them as do not touch. The outer ones stand inside the box, the others around their point.
 */
export function shownLabels(widths: readonly number[], box: Box): number[] {
  const last = widths.length - 1;
  const startOf = (index: number) => {
    const width = widths[index] ?? 0;
    const share = index === 0 ? 0 : index === last ? 1 : 0.5;
    return xAt(index, widths.length, box) - width * share;
  };
  const fits = (chosen: readonly number[]) =>
    chosen.every((index, place) => {
      const before = chosen[place - 1];
      return before === undefined || startOf(before) + (widths[before] ?? 0) + LABEL_GAP <= startOf(index);
    });
  for (let every = 1; every <= last; every += 1) {
    const chosen = widths.map((_, index) => index);
    const some = chosen.filter((index) => index === last || (index % every === 0 && last - index >= every));
    if (fits(some)) return some;
  }
  return last < 0 ? [] : [last];
}
