import { live, move, reprice, subscribe } from './life.ts';
import { askAhead, bank, card, closeMonth, dispute, dun, giveBack, settleUp, weather } from './money.ts';
import { correct, credits, reserve, track, use } from './use.ts';
import type { Play } from './world.ts';

/** What is done, and how often it is drawn. */
export const PLAYS = {
  subscribe: [8, subscribe],
  change: [5, live],
  seats: [4, live],
  pause: [2, live],
  resume: [2, live],
  cancel: [3, live],
  undo: [2, live],
  discount: [2, live],
  charge: [2, live],
  addOn: [4, live],
  price: [2, live],
  trial: [1, live],
  renewal: [1, live],
  threshold: [1, live],
  migrate: [1, live],
  reprice: [1, reprice],
  move: [2, move],
  pay: [6, settleUp],
  transfer: [4, settleUp],
  credit: [4, settleUp],
  debit: [2, settleUp],
  void: [3, settleUp],
  reissue: [1, settleUp],
  collect: [1, settleUp],
  refund: [4, giveBack],
  reverse: [1, giveBack],
  ahead: [4, askAhead],
  dispute: [2, dispute],
  card: [2, card],
  dun: [1, dun],
  weather: [3, weather],
  bank: [3, bank],
  closeMonth: [1, closeMonth],
  use: [8, use],
  correct: [3, correct],
  track: [3, track],
  reserve: [3, reserve],
  buy: [3, credits],
  reload: [2, credits],
  grant: [2, credits],
  revoke: [1, credits],
  giveCreditsBack: [1, credits],
} as const satisfies Record<string, readonly [number, Play]>;

export type Kind = keyof typeof PLAYS;
