import { BillhookConnectionError, BillhookError, type Problem } from '@billhook/sdk/error';
import { expect, test } from 'vitest';
import { mayPass } from '../src/problem.tsx';

const refused = (status: number, retryable: boolean): BillhookError => {
  const problem: Problem = {
    type: 'about:blank',
    title: 'Refused',
    detail: '',
    code: 'server.unavailable',
    status,
    retryable,
    request_id: null,
    errors: [],
  };
  return new BillhookError(problem, null);
};

test('another try is offered where it may go well, and not where the server refuses for good', () => {
  expect(mayPass(refused(409, false))).toBe(false);
  expect(mayPass(refused(404, false))).toBe(false);
  expect(mayPass(refused(409, true))).toBe(true);
  expect(mayPass(refused(503, true))).toBe(true);
  expect(mayPass(new BillhookConnectionError('no answer'))).toBe(true);
  expect(mayPass(new TypeError('a fault of the page'))).toBe(true);
});
