import type { FastifyRequest } from 'fastify';
import type { Account } from '../state/account.ts';
import { isDenied } from '../state/faults.ts';
import { accountOfKey, type World } from '../state/world.ts';
import { ApiError } from './error.ts';

const KEY_SHAPE = /^(sk|rk)_test_[A-Za-z0-9_]{1,200}$/;

/** The account of a request's API key, sent as a bearer token or as the user name of basic authentication. */
export function accountOfRequest(world: World, request: FastifyRequest): Account {
  const header = request.headers.authorization ?? '';
  const key = /^Bearer /i.test(header) ? header.slice(7).trim() : userOf(header);
  if (key === '') {
    throw unauthorized(
      'You did not provide an API key. Send it as a bearer token in the Authorization header.',
    );
  }
  if (!KEY_SHAPE.test(key)) {
    throw unauthorized('Invalid API Key provided: the sandbox takes keys of the form sk_test_...');
  }
  return accountOfKey(world, key);
}

/** Namespaces of the API whose resources are named behind them. */
const NAMESPACES = new Set(['checkout', 'billing', 'billing_portal', 'tax']);

/** Refuses what the key has no right to, before anything of the request is looked at, in Stripe's words. */
export function refuseDenied({ settings }: Account, request: FastifyRequest): void {
  const [first = '', second = ''] = (request.url.split('?')[0] ?? '').split('/').slice(2);
  const resource = NAMESPACES.has(first) ? `${first}_${second}` : first;
  const deed = request.method === 'GET' ? 'read' : 'write';
  if (!isDenied(settings.faults, resource, deed)) return;
  throw new ApiError(403, {
    type: 'invalid_request_error',
    message: `The provided key does not have the required permissions for this endpoint on account '${settings.id}'. Having the 'rak_${resource}_${deed}' permission would allow this request to continue.`,
  });
}

function userOf(header: string): string {
  if (!/^Basic /i.test(header)) return '';
  return Buffer.from(header.slice(6), 'base64').toString('utf8').split(':')[0] ?? '';
}

function unauthorized(message: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message });
}
