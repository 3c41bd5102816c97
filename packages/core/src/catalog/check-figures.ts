import { isStorableDecimal12 } from '../kernel/decimal.ts';
import { isAmountInRange } from '../money/money.ts';

/** Notes one fault: where, a stable code, a sentence for a person. */
export type AddFault = (pointer: string, code: string, detail: string) => void;

const PERCENT_100 = 100n * 10n ** 12n;
const MAX_COUNT = 10n ** 12n;

export function checkAmount(amountMinor: bigint, pointer: string, add: AddFault): void {
  if (amountMinor < 0n || !isAmountInRange(amountMinor)) {
    add(pointer, 'amount.out_of_range', 'A price is zero or more and below 9e14 minor units.');
  }
}

export function checkUnitPrice(unitPrice: bigint, pointer: string, add: AddFault): void {
  if (unitPrice < 0n || !isStorableDecimal12(unitPrice)) {
    add(pointer, 'price.unit_price', 'A unit price is zero or more, with at most 12 places.');
  }
}

export function checkQuantity(quantity: bigint, pointer: string, add: AddFault): void {
  if (quantity < 0n || !isStorableDecimal12(quantity)) {
    add(pointer, 'price.quantity', 'A quantity is zero or more, with at most 12 places.');
  }
}

/** A size or factor: something may be divided by it. */
export function checkSize(size: bigint, pointer: string, add: AddFault): void {
  if (size <= 0n || !isStorableDecimal12(size)) {
    add(pointer, 'price.size', 'A size is above zero, with at most 12 places.');
  }
}

export function checkPercent(percent: bigint, pointer: string, add: AddFault): void {
  if (percent < 0n || percent > PERCENT_100) {
    add(pointer, 'price.percent', 'A percentage lies between 0 and 100.');
  }
}

/** A whole number of things, one or more unless zero is allowed. */
export function checkCount(count: bigint, min: bigint, pointer: string, add: AddFault): void {
  if (count < min || count > MAX_COUNT) {
    add(pointer, 'price.count', `A number lies between ${min} and 1000000000000.`);
  }
}

/** How many units a price covers. */
export function checkPer(per: bigint, pointer: string, add: AddFault): void {
  if (per < 1n || per > MAX_COUNT) {
    add(pointer, 'price.per', 'A price covers a whole number of units, one or more.');
  }
}

export function checkNames(names: readonly string[], at: (index: number) => string, add: AddFault): void {
  for (const [index, name] of names.entries()) {
    if (name === '' || name.length > 200) {
      add(at(index), 'price.name', 'A name has 1 to 200 characters.');
    } else if (names.indexOf(name) !== index) {
      add(at(index), 'price.name_duplicate', `The name ${name} is used twice.`);
    }
  }
}
