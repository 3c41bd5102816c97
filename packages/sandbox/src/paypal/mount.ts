import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PayPalOptions, PayPalService } from './service.ts';

/** The stand-in's journal; while there is none, nothing waits to be delivered. */
const JOURNAL = 'paypal.jsonl';

const API = [
  '/v1/oauth2/*',
  '/v2/checkout/*',
  '/v2/payments/*',
  '/v3/vault/*',
  '/v1/customer/disputes',
  '/v1/customer/disputes/*',
  '/v1/notifications/*',
  '/v1/reporting/*',
];
/** Evidence comes with its files. */
const MAX_BODY_BYTES = 52 * 1024 * 1024;

const PAGES = ['/checkoutnow', '/agreements/approve'];

/** The stand-in for PayPal, not opened yet. */
export interface PayPalMount {
  /** Opens it where deliveries of an earlier run may wait. */
  readonly resume: () => void;
  readonly stop: () => Promise<void>;
}

type Respond = (
  service: PayPalService,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply>;

/**
 * Binds the stand-in for PayPal: its API, the pages that buyers visit, and its part of the control API. Code and state
 * are loaded with the first request, so that nobody who does without it waits for it or keeps it in memory.
 */
export function mountPayPal(
  app: FastifyInstance,
  options: PayPalOptions,
  checkToken: (request: FastifyRequest) => void,
): PayPalMount {
  let opening: Promise<PayPalService> | null = null;
  const open = () => {
    opening ??= import('./service.ts').then(({ openPayPal }) => openPayPal(options));
    return opening;
  };
  const responding = (load: () => Promise<Respond>) => async (request: FastifyRequest, reply: FastifyReply) =>
    (await load())(await open(), request, reply);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    );
    for (const url of API) {
      scope.all(
        url,
        responding(async () => (await import('./answer.ts')).answerApi),
      );
    }
    for (const url of PAGES) {
      scope.all(
        url,
        responding(async () => (await import('./pages.ts')).answerPage),
      );
    }
    scope.all('/_sandbox/paypal/*', async (request, reply) => {
      checkToken(request);
      const { answerControl } = await import('./control.ts');
      return answerControl(await open(), request, reply);
    });
  });
  return {
    resume: () => {
      if (existsSync(join(options.folder, JOURNAL))) void open();
    },
    stop: async () => (await opening)?.stop(),
  };
}
