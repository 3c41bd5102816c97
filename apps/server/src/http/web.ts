import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../platform/refuse.ts';

export type WebFolders = { admin: string; portal: string };

/** Whether a seller's pages show a table of prices that comes from Stripe. */
export type ShowsStripe = (slug: string) => Promise<boolean>;

const STRIPE = 'https://js.stripe.com';

/** The strict rules, and beside them what Stripe's table needs: its script and its frame. */
function withStripe(rules: string): string {
  return rules
    .split(';')
    .map((rule) => (/^(?:script|frame)-src /.test(rule) ? `${rule} ${STRIPE}` : rule))
    .join(';');
}

const YEAR_MS = 31_536_000_000;
const WAIT_PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Billhook</title></head><body><p>The pages are being built. This page reloads by itself.</p></body></html>`;

/**
 * Serves the two web apps: admin below /admin, the portal at / and below /p/<slug>. Files under assets/ carry a hash
 * in their names and never change; the pages themselves are asked for anew each time.
 */
export async function serveWeb(
  app: FastifyInstance,
  folders: WebFolders,
  showsStripe: ShowsStripe,
): Promise<void> {
  await app.register(fastifyStatic, { root: path.dirname(folders.admin), serve: false });
  const asset = (folder: string) => (request: { params: unknown }, reply: FastifyReply) => {
    const name = `assets/${(request.params as { '*': string })['*']}`;
    if (name.includes('..') || !existsSync(path.join(folder, name)))
      refuse('request.not_found', 'There is no such file.');
    return reply.sendFile(name, folder, { maxAge: YEAR_MS, immutable: true });
  };
  const page = (folder: string) => (request: { params: unknown }, reply: FastifyReply) => {
    const name = (request.params as { '*'?: string })['*'] ?? '';
    // Files beside the page, such as an icon, have an ending; addresses inside the app have none.
    if (/^[A-Za-z0-9_-]+\.[a-z0-9]+$/.test(name) && existsSync(path.join(folder, name)))
      return reply.sendFile(name, folder);
    return sendPage(reply, folder);
  };
  app.get('/admin/assets/*', asset(folders.admin));
  app.get('/admin', page(folders.admin));
  app.get('/admin/*', page(folders.admin));
  app.get('/assets/*', asset(folders.portal));
  app.get('/', page(folders.portal));
  app.get('/pricing', page(folders.portal));
  app.get('/favicon.svg', (_request, reply) => sendIcon(reply, folders.portal));
  app.get('/favicon.ico', (_request, reply) => sendIcon(reply, folders.portal));
  const ofSeller = async (request: FastifyRequest, reply: FastifyReply) => {
    const { slug } = request.params as { slug: string };
    const rules = reply.getHeader('content-security-policy');
    if (typeof rules === 'string' && (await showsStripe(slug)))
      reply.header('content-security-policy', withStripe(rules));
    return page(folders.portal)(request, reply);
  };
  app.get('/p/:slug', ofSeller);
  app.get('/p/:slug/*', ofSeller);
  app.get('/*', (request, reply) => {
    if (!isPerson(request)) refuse('request.not_found', 'There is nothing at this address.');
    return sendPage(reply, folders.portal, 404);
  });
}

/** Somebody with a browser who mistyped an address reads a page; what calls the API or asks for a file reads JSON. */
function isPerson({ url, headers }: FastifyRequest): boolean {
  const [, first = ''] = url.split(/[/?]/);
  return !['v1', 'auth', 'assets'].includes(first) && (headers.accept ?? '').includes('text/html');
}

function sendPage(reply: FastifyReply, folder: string, status = 200): FastifyReply {
  if (!existsSync(path.join(folder, 'index.html'))) {
    return reply
      .code(503)
      .header('retry-after', '2')
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(WAIT_PAGE);
  }
  return reply
    .code(status)
    .header('cache-control', 'no-cache')
    .sendFile('index.html', folder, { cacheControl: false });
}

function sendIcon(reply: FastifyReply, folder: string): FastifyReply {
  if (!existsSync(path.join(folder, 'favicon.svg'))) refuse('request.not_found', 'There is no such file.');
  return reply.sendFile('favicon.svg', folder);
}
