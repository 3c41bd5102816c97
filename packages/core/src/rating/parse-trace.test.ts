import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../kernel/json.ts';
import { unwrap } from '../testing/factories.ts';
import { parseTrace } from './parse-trace.ts';
import { traceJson } from './trace-json.ts';
import { verifyTrace } from './verify-trace.ts';

/** A trace with every kind of step. 7 and 3 earlier are 10, halved 5, less 1 before 4, less 1 free 3: 3 × 2.00 and 5. */
const whole = {
  model: 'per_unit',
  currency: 'EUR',
  quantity: '7',
  quantity_steps: [
    { step: 'earlier_units', units: '3', from: '7', to: '10' },
    {
      step: 'conversion',
      conversion: { operation: 'divide', factor: '2', rounding: 'ceiling', places: 0 },
      from: '10',
      to: '5',
    },
    { step: 'billed_before', units: '1', from: '5', to: '4' },
    { step: 'included_units', units: '1', from: '4', to: '3' },
    { step: 'packages', size: '1', from: '3', to: '3' },
  ],
  slices: [
    {
      label: 'one',
      unit: 'units',
      from: '0',
      up_to: '10',
      quantity: '3',
      unit_price: '2',
      per: '1',
      flat_minor: '5',
      cap_minor: '900',
      exact_minor: '605',
    },
  ],
  amount_steps: [
    { step: 'flat_fee', amount_minor: '95', from: '605', to: '700' },
    { step: 'discount', percent: '10', from: '700', to: '630' },
    { step: 'maximum', bound_minor: '700', billed_before_minor: '100', from: '630', to: '600' },
    { step: 'minimum', bound_minor: '900', billed_before_minor: '100', from: '600', to: '800' },
    { step: 'not_yet_due', from: '800', to: '0' },
  ],
  exact_minor: '0',
  rounding: 'half_even',
  amount_minor: '0',
};

function changed(pointer: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(whole)) as JsonObject;
  const names = pointer.split('/').slice(1);
  const last = names.pop() as string;
  let parent = copy as Record<string, unknown>;
  for (const name of names) parent = parent[name] as Record<string, unknown>;
  parent[last] = value;
  return copy;
}

const refusedAt = (document: unknown) => {
  const result = parseTrace(document);
  return result.ok ? null : [result.refusal.code, result.refusal.facts.pointer, result.refusal.detail];
};

test('a trace with every kind of step is read, holds, and is written as it was', () => {
  const trace = unwrap(parseTrace(whole));
  expect(verifyTrace(trace)).toEqual({ ok: true });
  expect(traceJson(trace)).toEqual(whole);
});

describe('what cannot be read', () => {
  const places: [string, readonly unknown[]][] = [
    ['/currency', ['eur', 5, null]],
    ['/model', ['free', null]],
    ['/quantity', ['x', 7, '1/2', null]],
    ['/quantity_steps', [null, {}, 'x']],
    ['/quantity_steps/0/step', ['magic', null]],
    ['/quantity_steps/0/units', ['x', 3, null]],
    ['/quantity_steps/0/from', ['x', '1/0']],
    ['/quantity_steps/0/to', ['x', null]],
    ['/quantity_steps/1/conversion/operation', ['add']],
    ['/quantity_steps/1/conversion/factor', ['0', '-1', 'x']],
    ['/quantity_steps/1/conversion/rounding', ['up', null]],
    ['/quantity_steps/1/conversion/places', [-1, 13, 1.5, '0', null]],
    ['/quantity_steps/4/size', ['0', '-1', null]],
    ['/slices', [null, {}]],
    ['/slices/0/label', [5, 'x'.repeat(1001)]],
    ['/slices/0/unit', ['hours', null]],
    ['/slices/0/from', ['x', null]],
    ['/slices/0/up_to', ['x', 5]],
    ['/slices/0/quantity', ['x', null]],
    ['/slices/0/unit_price', ['x', null]],
    ['/slices/0/per', ['0', '-1', '1.5', '01', 1]],
    ['/slices/0/flat_minor', ['1.5', 'x1', '1x', null, '9'.repeat(101)]],
    ['/slices/0/cap_minor', ['x', 900]],
    ['/slices/0/exact_minor', ['x', '1.5']],
    ['/amount_steps', [null]],
    ['/amount_steps/0/step', ['gift']],
    ['/amount_steps/0/amount_minor', ['x']],
    ['/amount_steps/0/from', ['x', '1.5']],
    ['/amount_steps/0/to', ['x']],
    ['/amount_steps/1/percent', ['x', null]],
    ['/amount_steps/2/bound_minor', ['x']],
    ['/amount_steps/2/billed_before_minor', ['x']],
    ['/amount_steps/3/bound_minor', [null]],
    ['/exact_minor', ['x']],
    ['/rounding', ['up and down']],
    ['/amount_minor', ['1.5', 5, '-0x']],
  ];
  test.each(places)('%s is refused with its place', (pointer, values) => {
    for (const value of values)
      expect(refusedAt(changed(pointer, value))).toEqual([
        'trace.malformed',
        pointer,
        `The explanation cannot be read at ${pointer}.`,
      ]);
  });

  test('is the first member where nothing is a trace', () => {
    for (const document of [null, undefined, 5, 'text', [], {}])
      expect(refusedAt(document)?.[1]).toBe('/currency');
  });
});

describe('what can be read at the edges', () => {
  test.each([
    ['/slices/0/label', null],
    ['/slices/0/label', ''],
    ['/slices/0/label', 'x'.repeat(1000)],
    ['/slices/0/up_to', null],
    ['/slices/0/cap_minor', null],
    ['/quantity_steps/1/conversion/places', 12],
    ['/quantity_steps/1/conversion/places', 0],
    ['/quantity_steps/1/conversion/operation', 'multiply'],
    ['/quantity_steps/1/conversion/rounding', 'half_up'],
    ['/quantity_steps/0/units', '1/3'],
    ['/amount_minor', '-7'],
    ['/amount_minor', '9'.repeat(100)],
    ['/exact_minor', '-7/3'],
    ['/amount_steps/1/percent', '12.5'],
  ])('%s may be %o', (pointer, value) => {
    expect(traceJson(unwrap(parseTrace(changed(pointer, value))))).toEqual(changed(pointer, value));
  });
});

describe('a figure that does not follow', () => {
  const wrong: [string, string, { at: string; stated: string; found: string }][] = [
    ['/quantity_steps/0/units', '4', { at: '/quantity_steps/0/to', stated: '10', found: '11' }],
    ['/quantity_steps/0/from', '8', { at: '/quantity_steps/0/from', stated: '8', found: '7' }],
    ['/quantity_steps/1/to', '4', { at: '/quantity_steps/1/to', stated: '4', found: '5' }],
    ['/quantity_steps/2/units', '6', { at: '/quantity_steps/2/to', stated: '4', found: '0' }],
    ['/quantity_steps/3/units', '5', { at: '/quantity_steps/3/to', stated: '3', found: '0' }],
    ['/quantity_steps/4/size', '2', { at: '/quantity_steps/4/to', stated: '3', found: '2' }],
    ['/slices/0/unit_price', '1', { at: '/slices/0/exact_minor', stated: '605', found: '305' }],
    ['/slices/0/per', '2', { at: '/slices/0/exact_minor', stated: '605', found: '305' }],
    ['/slices/0/flat_minor', '6', { at: '/slices/0/exact_minor', stated: '605', found: '606' }],
    ['/slices/0/cap_minor', '604', { at: '/slices/0/exact_minor', stated: '605', found: '604' }],
    ['/amount_steps/0/amount_minor', '1', { at: '/amount_steps/0/to', stated: '700', found: '606' }],
    ['/amount_steps/0/from', '1', { at: '/amount_steps/0/from', stated: '1', found: '605' }],
    ['/amount_steps/1/percent', '20', { at: '/amount_steps/1/to', stated: '630', found: '560' }],
    ['/amount_steps/2/bound_minor', '50', { at: '/amount_steps/2/to', stated: '600', found: '0' }],
    ['/amount_steps/2/billed_before_minor', '0', { at: '/amount_steps/2/to', stated: '600', found: '630' }],
    ['/amount_steps/3/bound_minor', '650', { at: '/amount_steps/3/to', stated: '800', found: '600' }],
    ['/amount_steps/3/billed_before_minor', '0', { at: '/amount_steps/3/to', stated: '800', found: '900' }],
    ['/amount_steps/4/to', '1', { at: '/amount_steps/4/to', stated: '1', found: '0' }],
    ['/exact_minor', '1', { at: '/exact_minor', stated: '1', found: '0' }],
    ['/amount_minor', '1', { at: '/amount_minor', stated: '1', found: '0' }],
  ];
  test.each(wrong)('%s as %s is found with what it should be', (pointer, value, verdict) => {
    expect(verifyTrace(unwrap(parseTrace(changed(pointer, value))))).toEqual({ ok: false, ...verdict });
  });

  test('units that no slice prices are found, where the model prices all of them', () => {
    const none = { ...whole, slices: [], amount_steps: [], rounding: 'up' };
    const verdict = (model: string) => verifyTrace(unwrap(parseTrace({ ...none, model })));
    const missing = { ok: false, at: '/slices', stated: '0', found: '3' };
    for (const model of ['per_unit', 'package', 'dynamic_multiplier'])
      expect(verdict(model)).toEqual(missing);
    for (const model of ['flat', 'volume', 'graduated', 'percentage'])
      expect(verdict(model)).toEqual({ ok: true });
  });

  test('graduated tiers price all units only where the last one has no end', () => {
    const [slice] = whole.slices;
    const two = { ...slice, quantity: '2', flat_minor: '0', cap_minor: null, exact_minor: '400' };
    const graduated = {
      ...whole,
      model: 'graduated',
      amount_steps: [],
      exact_minor: '400',
      amount_minor: '400',
    };
    const verdict = (upTo: string | null) =>
      verifyTrace(unwrap(parseTrace({ ...graduated, slices: [{ ...two, up_to: upTo }] })));
    expect(verdict('10')).toEqual({ ok: true });
    expect(verdict(null)).toEqual({ ok: false, at: '/slices', stated: '2', found: '3' });
  });

  test('conversions are computed again, with every way of rounding', () => {
    const converted = (to: string, conversion: object) => {
      const steps = [{ step: 'conversion', conversion, from: '7', to }];
      const none = { model: 'flat', slices: [], amount_steps: [] };
      const verdict = verifyTrace(unwrap(parseTrace({ ...whole, ...none, quantity_steps: steps })));
      return verdict.ok ? to : verdict.found;
    };
    const by = (operation: string, factor: string, rounding: string, places = 0) =>
      converted('999', { operation, factor, rounding, places });
    expect(by('divide', '2', 'none')).toBe('7/2');
    expect(by('multiply', '1.5', 'none')).toBe('21/2');
    expect([by('divide', '2', 'ceiling'), by('divide', '2', 'floor'), by('divide', '2', 'half_up')]).toEqual([
      '4',
      '3',
      '4',
    ]);
    expect([
      by('divide', '3', 'ceiling', 1),
      by('divide', '3', 'floor', 1),
      by('divide', '3', 'half_up', 1),
    ]).toEqual(['12/5', '23/10', '23/10']);
    expect(converted('3.5', { operation: 'divide', factor: '2', rounding: 'none', places: 0 })).toBe('3.5');
  });

  test('the one rounding is computed again on both sides of zero', () => {
    const rounded = (exact: string, rounding: string) => {
      const [numerator = '0', denominator = '1'] = exact.split('/');
      const slice = {
        ...whole.slices[0],
        quantity: `${numerator}/${denominator}`,
        unit_price: '0.01',
        flat_minor: '0',
        cap_minor: null,
        exact_minor: exact,
      };
      const document = { ...whole, model: 'volume', quantity_steps: [], slices: [slice], amount_steps: [] };
      const trace = parseTrace({ ...document, exact_minor: exact, rounding, amount_minor: '999' });
      const verdict = verifyTrace(unwrap(trace));
      return verdict.ok ? null : verdict.found;
    };
    const modes = ['half_away_from_zero', 'half_even', 'up', 'down'];
    const all = (exact: string) => modes.map((mode) => rounded(exact, mode));
    expect(all('5/2')).toEqual(['3', '2', '3', '2']);
    expect(all('7/2')).toEqual(['4', '4', '4', '3']);
    expect(all('-5/2')).toEqual(['-3', '-2', '-3', '-2']);
    expect(all('9/4')).toEqual(['2', '2', '3', '2']);
    expect(all('11/4')).toEqual(['3', '3', '3', '2']);
    expect(all('3')).toEqual(['3', '3', '3', '3']);
  });
});
