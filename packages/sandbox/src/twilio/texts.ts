import { createHmac } from 'node:crypto';
import type { RandomBytes } from '../state/ids.ts';
import { postWebhook } from '../webhooks/post.ts';
import { outcomeOf } from './behaviour.ts';

/** A text as the stand-in took it. */
export interface TextRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly statusCallback: string | null;
  readonly createdAtMs: number;
  status: string;
  errorCode: number | null;
}

/** The newest that are kept; what is older was read long ago. */
const MOST_KEPT = 10_000;

/** Twilio's signature: HMAC-SHA1 over the address and the sorted fields, in base64. */
export function twilioSignature(token: string, url: string, fields: URLSearchParams): string {
  const pairs = [...fields].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  const text = url + pairs.map(([name, value]) => name + value).join('');
  return createHmac('sha1', token).update(text, 'utf8').digest('base64');
}

function statusFields(text: TextRecord): URLSearchParams {
  return new URLSearchParams({
    AccountSid: text.accountSid,
    From: text.from,
    MessageSid: text.sid,
    MessageStatus: text.status,
    SmsSid: text.sid,
    SmsStatus: text.status,
    To: text.to,
    ...(text.errorCode === null ? {} : { ErrorCode: `${text.errorCode}` }),
  });
}

/** Texts of all accounts, and what is told of them. They are kept in memory: whoever sends one keeps it themselves. */
export class Texts {
  readonly #kept = new Map<string, TextRecord>();
  /** The token that each account last showed, by which its webhooks are signed. */
  readonly #tokens = new Map<string, string>();
  readonly #ended = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #randomBytes: RandomBytes;
  readonly #wallNow: () => number;

  constructor(wallNow: () => number, randomBytes: RandomBytes) {
    this.#wallNow = wallNow;
    this.#randomBytes = randomBytes;
  }

  know(accountSid: string, token: string): void {
    this.#tokens.set(accountSid, token);
  }

  take(fields: Pick<TextRecord, 'accountSid' | 'to' | 'from' | 'body' | 'statusCallback'>): TextRecord {
    const sid = `SM${Buffer.from(this.#randomBytes(16)).toString('hex')}`;
    const text: TextRecord = {
      ...fields,
      sid,
      createdAtMs: this.#wallNow(),
      status: 'queued',
      errorCode: null,
    };
    this.#kept.set(sid, text);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return text;
  }

  find(accountSid: string, sid: string): TextRecord | undefined {
    const text = this.#kept.get(sid);
    return text?.accountSid === accountSid ? text : undefined;
  }

  /** Newest first. */
  list(filter: { accountSid?: string; to?: string; limit: number }): TextRecord[] {
    const { accountSid, to } = filter;
    return [...this.#kept.values()]
      .reverse()
      .filter((text) => (accountSid ?? text.accountSid) === text.accountSid && (to ?? text.to) === text.to)
      .slice(0, filter.limit);
  }

  /** Tells what becomes of a text, step by step; none is told of the first state. Resolves once all is told. */
  deliver(text: TextRecord): Promise<void> {
    const { status, errorCode } = outcomeOf(text.to);
    return this.#run(async () => {
      for (const step of ['sent', status]) {
        text.status = step;
        if (step === status) text.errorCode = errorCode;
        await this.tell(text, step, text.errorCode);
      }
    });
  }

  /** Tells a state of a text, as it comes late or again over the network. The status of the answer is returned. */
  tell(text: TextRecord, status: string, errorCode: number | null): Promise<number> {
    if (text.statusCallback === null) return Promise.resolve(0);
    const fields = statusFields({ ...text, status, errorCode });
    return this.#post(text.accountSid, text.statusCallback, fields);
  }

  /** Has somebody answer: posts their message to the seller's address. The status of the answer is returned. */
  answer(
    accountSid: string,
    url: string,
    message: { from: string; to: string; body: string },
  ): Promise<number> {
    const MessageSid = `SM${Buffer.from(this.#randomBytes(16)).toString('hex')}`;
    const { from: From, to: To, body: Body } = message;
    const fields = new URLSearchParams({ AccountSid: accountSid, Body, From, MessageSid, NumMedia: '0', To });
    return this.#post(accountSid, url, fields);
  }

  /** Resolves once nothing more is to be told. */
  async quiet(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.quiet();
  }

  #run(work: () => Promise<void>): Promise<void> {
    // What cannot be told is lost, as it is at Twilio: the sender asks by itself.
    const running: Promise<void> = work()
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
    return running;
  }

  #post(accountSid: string, url: string, fields: URLSearchParams): Promise<number> {
    const signature = twilioSignature(this.#tokens.get(accountSid) ?? '', url, fields);
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature,
    };
    return postWebhook(url, `${fields}`, headers, this.#ended.signal);
  }
}
