import { type ServerResponse, STATUS_CODES } from 'node:http';
import { systemClock } from '../platform/clock.ts';
import { commonHeaders, limitHeaders } from './answer-head.ts';
import type { LimitState } from './limits.ts';

/** An answer that is there as a whole. */
export type WholeAnswer = { id: string; status: number; limit: LimitState; text: string };

/** Sends an answer, with the headers that each has and those of JSON. */
export type SendWhole = (response: ServerResponse, answer: WholeAnswer) => void;

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * What Node keeps of an answer until its body is sent. Only its own `writeHead` fills it elsewhere; what stands here is held
 * to be the same by test.
 */
type Headed = ServerResponse & {
  _header: string | null;
  _keepAliveTimeout: number;
  _maxRequestsPerSocket: number | null;
  maxRequestsOnConnectionReached: boolean;
};

const LAST_PRINTED_STATUS = 299;
const FIRST_PRINTED_STATUS = 200;
const NO_CONTENT = 204;

/**
 * Node checks each header that it is given letter by letter, which costs more than all else that it does for a small answer.
 * Nothing in the head of an answer that succeeded comes from outside, so it is written as one text. Where the connection
 * does not stay, Node writes it.
 */
export function wholeAnswers(options: { secure: boolean }): SendWhole {
  const openings = new Map<number, string>();
  const constant = commonHeaders(options, '').slice(2);
  const afterId = `\r\n${linesOf(constant)}ratelimit-limit: `;

  function openingOf(status: number): string {
    const known = openings.get(status);
    if (known !== undefined) return known;
    const opening = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\nrequest-id: `;
    openings.set(status, opening);
    return opening;
  }

  return (response, { id, status, limit, text }) => {
    const bytes = Buffer.byteLength(text);
    const headed = response as Headed;
    if (isOrdinary(headed, status)) {
      const { limit: most, remaining, resetSeconds } = limit;
      response.statusCode = status;
      headed._header = `${openingOf(status)}${id}${afterId}${most}\r\nratelimit-remaining: ${remaining}\r\nratelimit-reset: ${resetSeconds}\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${bytes}${dateAndConnection(headed)}`;
    } else {
      const head = commonHeaders(options, id);
      limitHeaders(head, limit);
      head.push('content-type', JSON_TYPE, 'content-length', String(bytes));
      response.writeHead(status, head);
    }
    // Text of plain letters needs no other encoding, which is much of the work of a small answer.
    response.end(text, bytes === text.length ? 'latin1' : 'utf8');
  };
}

function isOrdinary(response: Headed, status: number): boolean {
  return (
    status >= FIRST_PRINTED_STATUS &&
    status <= LAST_PRINTED_STATUS &&
    status !== NO_CONTENT &&
    response._header === null &&
    response.sendDate &&
    response.shouldKeepAlive &&
    !response.maxRequestsOnConnectionReached &&
    !response._maxRequestsPerSocket &&
    response._keepAliveTimeout > 0
  );
}

function linesOf(head: readonly string[]): string {
  let lines = '';
  for (let at = 0; at < head.length; at += 2) lines += `${head[at]}: ${head[at + 1]}\r\n`;
  return lines;
}

/** Of one second on connections that wait equally long: a server has one such time for all of them. */
let ending = { second: -1, keepAliveMs: -1, text: '' };

function dateAndConnection({ _keepAliveTimeout: keepAliveMs }: Headed): string {
  const nowMs = systemClock();
  const second = Math.floor(nowMs / 1000);
  if (ending.second !== second || ending.keepAliveMs !== keepAliveMs) {
    const date = new Date(nowMs).toUTCString();
    const text = `\r\nDate: ${date}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}\r\n\r\n`;
    ending = { second, keepAliveMs, text };
  }
  return ending.text;
}
