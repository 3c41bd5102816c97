import { describe, expect, test } from 'vitest';
import { rational } from '../../money/rational.ts';
import { A_BUG } from '../../testing/said.ts';
import { applyInOrder } from './apply-in-order.ts';
import { roundingToStep } from './document-totals.ts';
import { spreadTo } from './spread-to.ts';

const parts = (...pairs: readonly (readonly [bigint, bigint])[]) =>
  pairs.map(([up, down]) => rational(up, down));

describe('a total given to parts that nearly add up to it', () => {
  test('units that are missing go to the largest fractions, among equal ones to the first', () => {
    expect(spreadTo(2n, parts([1n, 4n], [3n, 4n], [1n, 2n]))).toEqual([0n, 1n, 1n]);
    expect(spreadTo(1n, parts([1n, 2n], [2n, 4n]))).toEqual([1n, 0n]);
    expect(spreadTo(1n, parts([1n, 3n], [2n, 5n], [4n, 15n]))).toEqual([0n, 1n, 0n]);
    expect(spreadTo(4n, parts([7n, 3n], [3n, 2n]))).toEqual([2n, 2n]);
    expect(spreadTo(4n, parts([3n, 2n], [7n, 3n]))).toEqual([2n, 2n]);
  });

  test('parts below zero are rounded down too', () => {
    expect(spreadTo(-1n, parts([-1n, 4n], [-3n, 4n]))).toEqual([0n, -1n]);
    expect(spreadTo(-2n, parts([-2n, 1n], [0n, 1n]))).toEqual([-2n, 0n]);
    expect(spreadTo(-3n, parts([-5n, 4n], [-7n, 4n]))).toEqual([-1n, -2n]);
    expect(spreadTo(1n, parts([-1n, 2n], [3n, 2n]))).toEqual([0n, 1n]);
    expect(spreadTo(0n, parts([-3n, 4n], [1n, 2n]))).toEqual([-1n, 1n]);
    expect(spreadTo(-2n, parts([-2n, 1n], [-1n, 4n], [1n, 4n]))).toEqual([-2n, 0n, 0n]);
    expect(spreadTo(-2n, parts([-2n, 1n], [-3n, 4n], [1n, 2n]))).toEqual([-2n, -1n, 1n]);
  });

  test('units that are too many are taken from the smallest fractions', () => {
    expect(spreadTo(1n, parts([5n, 4n], [3n, 2n]))).toEqual([0n, 1n]);
    expect(spreadTo(1n, parts([3n, 2n], [5n, 4n]))).toEqual([1n, 0n]);
    expect(spreadTo(0n, parts([5n, 4n], [3n, 2n]))).toEqual([0n, 0n]);
  });

  test('a total far from the sum goes around and around', () => {
    expect(spreadTo(7n, parts([1n, 2n], [1n, 4n]))).toEqual([4n, 3n]);
    expect(spreadTo(-5n, parts([1n, 2n], [1n, 4n]))).toEqual([-2n, -3n]);
    expect(spreadTo(6n, parts([1n, 2n], [1n, 4n]))).toEqual([3n, 3n]);
  });

  test('no parts share nothing, and something without a part is a bug', () => {
    expect(spreadTo(0n, [])).toEqual([]);
    expect(() => spreadTo(1n, [])).toThrow(A_BUG);
  });
});

test('credits pay one after the other, each as far as it goes; none pays an amount of nothing or less', () => {
  const credits = [
    { id: 'a', leftMinor: 30n },
    { id: 'b', leftMinor: 0n },
    { id: 'c', leftMinor: 50n },
    { id: 'd', leftMinor: 50n },
  ];
  const used = {
    applied: [
      { id: 'a', amountMinor: 30n },
      { id: 'c', amountMinor: 20n },
    ],
    appliedMinor: 50n,
    leftMinor: 0n,
  };
  expect(applyInOrder(50n, credits)).toEqual(used);
  expect(applyInOrder(0n, credits)).toEqual({ applied: [], appliedMinor: 0n, leftMinor: 0n });
  expect(applyInOrder(-5n, credits)).toEqual({ applied: [], appliedMinor: 0n, leftMinor: -5n });
  expect(() => applyInOrder(1n, [{ id: 'a', leftMinor: -1n }])).toThrow(A_BUG);
});

test('an amount is made payable by the nearest step, half away from zero', () => {
  const rounded = [0n, 2n, 3n, 5n, 7n, 8n, -2n, -3n, -7n, -8n].map(
    (amount) => amount + roundingToStep(amount, 5n),
  );
  expect(rounded).toEqual([0n, 0n, 5n, 5n, 5n, 10n, 0n, -5n, -5n, -10n]);
  expect([50n, -50n].map((amount) => roundingToStep(amount, 100n))).toEqual([50n, -50n]);
});
