import { type Instant, instant } from '@billhook/core/time/instant';

/** Due moments in order of time, and of entry where they are equal: the only clock of the simulation. */
export interface Agenda<T> {
  readonly now: Instant;
  add(at: Instant, entry: T): void;
  /** Takes the earliest entry up to a moment and moves the clock to it; null if there is none. */
  takeUntil(until: Instant): T | null;
}

interface Slot<T> {
  readonly at: number;
  readonly order: number;
  readonly entry: T;
}

export function agendaFrom<T>(start: Instant): Agenda<T> {
  const heap: Slot<T>[] = [];
  let nowMs: number = start;
  let order = 0;
  return {
    get now() {
      return instant(nowMs);
    },
    add(at, entry) {
      order += 1;
      heap.push({ at, order, entry });
      siftUp(heap);
    },
    takeUntil(until) {
      const first = heap[0];
      if (first === undefined || first.at > until) {
        nowMs = Math.max(nowMs, until);
        return null;
      }
      const last = heap.pop() as Slot<T>;
      if (heap.length > 0) {
        heap[0] = last;
        siftDown(heap);
      }
      nowMs = Math.max(nowMs, first.at);
      return first.entry;
    },
  };
}

function before<T>(left: Slot<T>, right: Slot<T>): boolean {
  return left.at === right.at ? left.order < right.order : left.at < right.at;
}

function siftUp<T>(heap: Slot<T>[]): void {
  for (let index = heap.length - 1; index > 0; ) {
    const parent = (index - 1) >> 1;
    if (!before(heap[index] as Slot<T>, heap[parent] as Slot<T>)) return;
    swap(heap, index, parent);
    index = parent;
  }
}

function siftDown<T>(heap: Slot<T>[]): void {
  for (let index = 0; ; ) {
    let least = index;
    for (const child of [index * 2 + 1, index * 2 + 2]) {
      if (child < heap.length && before(heap[child] as Slot<T>, heap[least] as Slot<T>)) least = child;
    }
    if (least === index) return;
    swap(heap, index, least);
    index = least;
  }
}

function swap<T>(heap: Slot<T>[], left: number, right: number): void {
  const slot = heap[left] as Slot<T>;
  heap[left] = heap[right] as Slot<T>;
  heap[right] = slot;
}
