import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { registerBillingPages } from './billing-pages/routes.ts';
import { registerCheckout } from './checkout/routes.ts';
import { closePromptly } from './close-promptly.ts';
import type { Context } from './context.ts';
import { ControlError } from './control/read-input.ts';
import { registerControl, tokenCheck } from './control/routes.ts';
import type { Mailbox } from './mail/mailbox.ts';
import { mountPayPal, type PayPalMount } from './paypal/mount.ts';
import type { PayPalOptions } from './paypal/service.ts';
import { registerPeppol } from './peppol/routes.ts';
import { ApiError } from './stripe/error.ts';
import { FormError, parseForm } from './stripe/form.ts';
import { type FormBody, registerStripe } from './stripe/http.ts';
import { MAX_UPLOAD_BYTES, parseMultipart } from './stripe/multipart.ts';
import { registerTwilio } from './twilio/routes.ts';
import { Texts } from './twilio/texts.ts';
import { registerVies } from './vies/routes.ts';

const MAX_BODY_BYTES = 256 * 1024;

/** Builds the HTTP side: the APIs of Stripe and PayPal, the hosted pages and the control API. */
export function buildApp(
  context: Context,
  mailbox: Mailbox,
  controlToken: string,
  payPal: PayPalOptions,
): { app: FastifyInstance; payPal: PayPalMount; texts: Texts } {
  const app = Fastify({ logger: false, bodyLimit: MAX_BODY_BYTES, forceCloseConnections: 'idle' });
  closePromptly(app);
  app.register(formbody, {
    bodyLimit: MAX_BODY_BYTES,
    parser: (text): FormBody & Record<string, unknown> => ({ text, values: parseForm(text) }),
  });
  app.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer', bodyLimit: MAX_UPLOAD_BYTES },
    async (request: FastifyRequest, body: Buffer) =>
      parseMultipart(new Uint8Array(body), request.headers['content-type'] ?? ''),
  );
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      error: {
        type: 'invalid_request_error',
        message: `Unrecognized request URL (${request.method}: ${request.url.split('?')[0]}). The sandbox does not have it.`,
      },
    }),
  );
  app.setErrorHandler((error, request, reply) => {
    const { status, message } = describe(error);
    if (status === 500)
      context.log.warn('A request failed.', { method: request.method, cause: String(error) });
    if (request.url.startsWith('/_sandbox')) {
      const title = status === 500 ? 'Something went wrong in the sandbox' : message;
      return reply
        .code(status)
        .type('application/problem+json')
        .send({ type: 'about:blank', title, status, detail: message });
    }
    if (error instanceof ApiError) return reply.code(error.status).send({ error: error.body });
    const type = status === 500 ? 'api_error' : 'invalid_request_error';
    return reply.code(status).send({ error: { type, message } });
  });
  app.addHook('preClose', async () => {
    for (const raw of context.held) raw.destroy();
  });
  registerStripe(app, context);
  registerCheckout(app, context);
  registerBillingPages(app, context);
  registerControl(app, context, mailbox, controlToken);
  registerVies(app, context.world.wallNow);
  registerPeppol(app, context.world.wallNow);
  const texts = new Texts(context.world.wallNow, payPal.randomBytes);
  registerTwilio(app, texts, context.held, tokenCheck(controlToken));
  return { app, texts, payPal: mountPayPal(app, payPal, tokenCheck(controlToken)) };
}

function describe(error: unknown): { status: number; message: string } {
  if (error instanceof ApiError || error instanceof ControlError)
    return { status: error.status, message: error.message };
  if (error instanceof FormError) return { status: 400, message: error.message };
  if (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode < 500
  ) {
    return { status: error.statusCode, message: error.message };
  }
  return { status: 500, message: 'An error occurred in the sandbox.' };
}
