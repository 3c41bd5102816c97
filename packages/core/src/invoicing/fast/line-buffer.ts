/** The lines of one run as columns of plain numbers, kept from run to run so that no run makes garbage. */
export interface LineBuffer {
  count: number;
  capacity: number;
  /** The place of its source. */
  source: Int32Array;
  /** The place of its period in the table of its source. */
  period: Int32Array;
  billableAt: Float64Array;
  serviceStart: Float64Array;
  serviceEnd: Float64Array;
  grossMinor: Float64Array;
  amountMinor: Float64Array;
  netMinor: Float64Array;
  taxMinor: Float64Array;
  /** The measured quantity of a usage line, scaled by 10^12. */
  quantity: bigint[];
  /** What each discount takes, at `line × discounts + discount`; −1 for a line that it does not lower. */
  takenMinor: Float64Array;
  /** What an amount had left before this run, by the same places. */
  availableMinor: Float64Array;
  /** The period of the discount, by the same places. */
  discountPlace: Int32Array;
  /** Working space for splits and for putting lines in order; what stands in it is of no meaning afterwards. */
  places: Int32Array;
  remainders: Float64Array;
}

export function lineBuffer(capacity: number, discounts: number): LineBuffer {
  const wide = capacity * discounts;
  return {
    count: 0,
    capacity,
    source: new Int32Array(capacity),
    period: new Int32Array(capacity),
    billableAt: new Float64Array(capacity),
    serviceStart: new Float64Array(capacity),
    serviceEnd: new Float64Array(capacity),
    grossMinor: new Float64Array(capacity),
    amountMinor: new Float64Array(capacity),
    netMinor: new Float64Array(capacity),
    taxMinor: new Float64Array(capacity),
    quantity: new Array<bigint>(capacity).fill(0n),
    takenMinor: new Float64Array(wide),
    availableMinor: new Float64Array(wide),
    discountPlace: new Int32Array(wide),
    places: new Int32Array(capacity),
    remainders: new Float64Array(capacity),
  };
}

/** A line that a source gives; its amounts come later. */
export function pushLine(
  lines: LineBuffer,
  source: number,
  period: number,
  billableAt: number,
  serviceStart: number,
  serviceEnd: number,
): void {
  const at = lines.count;
  if (at === lines.capacity) growLines(lines);
  lines.source[at] = source;
  lines.period[at] = period;
  lines.billableAt[at] = billableAt;
  lines.serviceStart[at] = serviceStart;
  lines.serviceEnd[at] = serviceEnd;
  lines.count = at + 1;
}

/** Twice the room; what stands in the columns that lines begin with is kept. */
function growLines(lines: LineBuffer): void {
  const discounts = lines.takenMinor.length / lines.capacity;
  const next = lineBuffer(lines.capacity * 2, discounts);
  next.count = lines.count;
  next.source.set(lines.source);
  next.period.set(lines.period);
  next.billableAt.set(lines.billableAt);
  next.serviceStart.set(lines.serviceStart);
  next.serviceEnd.set(lines.serviceEnd);
  Object.assign(lines, next);
}

/** Up to so many lines are put in order one by one; more are sorted. */
const FEW = 48;

/** Puts lines in order of time, before they have amounts. Those of one moment already stand in theirs. */
export function sortByTime(lines: LineBuffer): void {
  const { count, billableAt, places: order, remainders: figures } = lines;
  if (count <= FEW) {
    if (!insertByTime(order, billableAt, count)) return;
  } else {
    const sorted = order.subarray(0, count);
    sorted.forEach((_, at) => {
      sorted[at] = at;
    });
    sorted.sort((a, b) => (billableAt[a] as number) - (billableAt[b] as number));
  }
  reorderWhole(lines.source, order, figures, count);
  reorderWhole(lines.period, order, figures, count);
  reorder(billableAt, order, figures, count);
  reorder(lines.serviceStart, order, figures, count);
  reorder(lines.serviceEnd, order, figures, count);
}

/** False if all lines stand in order already. */
function insertByTime(order: Int32Array, billableAt: Float64Array, count: number): boolean {
  let isMoved = false;
  for (let at = 0; at < count; at += 1) {
    const moment = billableAt[at] as number;
    let to = at;
    for (; to > 0; to -= 1) {
      const before = order[to - 1] as number;
      if ((billableAt[before] as number) <= moment) break;
      order[to] = before;
      isMoved = true;
    }
    order[to] = at;
  }
  return isMoved;
}

function reorder(column: Float64Array, order: Int32Array, figures: Float64Array, count: number): void {
  figures.set(column);
  for (let at = 0; at < count; at += 1) column[at] = figures[order[at] as number] as number;
}

/** The same for whole numbers: apart, because a loop over columns of one kind is faster. */
function reorderWhole(column: Int32Array, order: Int32Array, figures: Float64Array, count: number): void {
  figures.set(column);
  for (let at = 0; at < count; at += 1) column[at] = figures[order[at] as number] as number;
}

/** Takes a line out. Only credits of nothing are, so it does not happen often. */
export function dropLine(lines: LineBuffer, at: number, discounts: number): void {
  const { count } = lines;
  for (const column of [
    lines.source,
    lines.period,
    lines.billableAt,
    lines.serviceStart,
    lines.serviceEnd,
    lines.grossMinor,
    lines.amountMinor,
  ])
    column.copyWithin(at, at + 1, count);
  lines.quantity.copyWithin(at, at + 1, count);
  for (const column of [lines.takenMinor, lines.availableMinor, lines.discountPlace])
    column.copyWithin(at * discounts, (at + 1) * discounts, count * discounts);
  lines.count = count - 1;
}
