import type { FastifyReply } from 'fastify';
import { CONTENT_SECURITY_POLICY } from './style.ts';

/** Sends a page with headers that keep it out of caches, frames and referrers. */
export function sendPage(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .code(status)
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .type('text/html; charset=utf-8')
    .send(text);
}
