import { describe, expect, test } from 'vitest';
import { rational } from '../../money/rational.ts';
import { A_BUG } from '../../testing/said.ts';
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
