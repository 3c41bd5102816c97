import { expect, test } from 'vitest';
import { faultOf } from './faults.ts';

test('a provider that refuses without a word is told of with a sentence', () => {
  for (const said of [{ message: '' }, {}]) {
    expect(faultOf({ statusCode: 404, ...said })).toMatchObject({
      kind: 'refused',
      message: 'The payment provider gave no reason.',
    });
  }
});
