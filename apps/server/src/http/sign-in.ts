import type { ErrorCode } from '@billhook/contract/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, refuse } from '../platform/refuse.ts';
import { checkOrigin, fetchHeaders } from './authenticate.ts';
import { decodeUtf8, parseStrictJson } from './json.ts';
import type { RateLimiter } from './limits.ts';
import { mediaType } from './read-body.ts';
import { textFaults } from './text-faults.ts';

/** One sign-in library's side of a base path. */
export type SignIn = { handle(request: Request): Promise<Response> };

export type SignInDeps = {
  operators(): Promise<SignIn>;
  /** Undefined where the slug names no tenant. */
  members(slug: string): Promise<SignIn | undefined>;
  limiter: RateLimiter;
  ownOrigin(): string;
};

/** What may be asked; everything else that the library could do is not there. */
const TAKEN = new Set([
  'POST /sign-in/email',
  'POST /sign-up/email',
  'POST /sign-out',
  'POST /request-password-reset',
  'POST /reset-password',
  'POST /send-verification-email',
  'POST /change-password',
  'GET /verify-email',
]);

/** Mounts sign-in, sign-out, verification and reset for operators and for the members of each tenant. */
export function mountSignIn(app: FastifyInstance, deps: SignInDeps): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/auth/*',
    handler: async (request, reply) => pass(deps, '/auth', await deps.operators(), request, reply),
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/p/:slug/auth/*',
    async handler(request, reply) {
      const { slug } = request.params as { slug: string };
      const signIn = await deps.members(slug);
      if (signIn === undefined) refuse('tenant.not_found', 'There is no portal at this address.');
      return pass(deps, `/p/${slug}/auth`, signIn, request, reply);
    },
  });
}

async function pass(
  deps: SignInDeps,
  basePath: string,
  signIn: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const operation = `${request.method} /${(request.params as { '*': string })['*']}`;
  if (!TAKEN.has(operation)) refuse('request.not_found', 'There is nothing at this address.');
  checkOrigin(deps, request);
  deps.limiter.take('auth', `${basePath} ${request.ip}`);
  if (operation === 'POST /sign-up/email') deps.limiter.take('signUp', `${basePath} ${request.ip}`);
  const body = readCredentials(deps, basePath, request);
  const headers = fetchHeaders(request);
  for (const name of ['content-length', 'transfer-encoding', 'connection', 'host']) headers.delete(name);
  const response = await signIn.handle(
    new Request(new URL(request.url, deps.ownOrigin()), {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return answer(reply, response);
}

function readCredentials(deps: SignInDeps, basePath: string, request: FastifyRequest): unknown {
  if (request.method === 'GET') return undefined;
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (bytes.byteLength === 0) return {};
  if (mediaType(request.headers['content-type']) !== 'application/json') {
    refuse('request.unsupported_media_type', 'Send Content-Type application/json.');
  }
  const value = parseStrictJson(decodeUtf8(bytes));
  const faults = textFaults(value);
  if (faults.length > 0) refuse('request.invalid', 'A text cannot be kept as it is.', { faults });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse('request.invalid', 'The request has one fault; nothing was changed.', {
      faults: [{ pointer: '', code: 'type', detail: 'The value must be an object.' }],
    });
  }
  const { email } = value as { email?: unknown };
  if (typeof email === 'string') deps.limiter.take('account', `${basePath} ${email.toLowerCase()}`);
  return value;
}

async function answer(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  if (response.status >= 400) throw await toRefusal(response);
  reply.code(response.status).header('cache-control', 'no-store');
  const location = response.headers.get('location');
  if (location !== null) reply.header('location', location);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) reply.header('set-cookie', cookies);
  // The token of a session is in the cookie alone; a page has no use for it.
  const text = (await response.text()).replace(/"token":"[^"]*",?/, '');
  return reply.type('application/json; charset=utf-8').send(text === '' ? '{}' : text);
}

const CODES: Record<number, ErrorCode> = {
  400: 'request.invalid',
  401: 'auth.required',
  403: 'auth.forbidden',
  404: 'request.not_found',
  422: 'request.invalid',
  429: 'rate.limited',
};

async function toRefusal(response: Response): Promise<Error> {
  const body = (await response.json().catch(() => ({}))) as { message?: unknown; code?: unknown };
  const code = CODES[response.status];
  if (code === undefined) return new Error(`sign-in failed with ${response.status}`);
  const detail =
    typeof body.message === 'string' && body.message !== ''
      ? body.message
      : 'The request cannot be done as it was sent.';
  return new Refusal(code, detail.endsWith('.') ? detail : `${detail}.`, {
    facts: typeof body.code === 'string' ? { reason: body.code.toLowerCase() } : {},
  });
}
