import { createHash } from 'node:crypto';
import { type ProviderAccount, ProviderFault } from '../../modules/payments/provider.ts';
import { type Members, members, text } from './read.ts';

export type PayPalOptions = {
  /** Base of the stand-in, which sandbox tenants talk to; null where none runs. */
  sandboxUrl: string | null;
  timeoutMs?: number;
  /** How requests are sent; the platform's own unless a test listens in. */
  fetch?: typeof fetch;
};

/** One answer of the API. */
export type PayPalAnswer = {
  status: number;
  body: Members;
  debugId: string | null;
  serverTime: number | null;
  /** What the access token may be used for, as PayPal told with it; empty where it told nothing. */
  scopes: readonly string[];
};

export type PayPalRequest = {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: object | FormData;
  /** Sent as `PayPal-Request-Id`. */
  key?: string;
};

/** Sends a request; whatever is no success is thrown as a `ProviderFault`. */
export type PayPalCall = (request: PayPalRequest) => Promise<PayPalAnswer>;

const CALL_TIMEOUT_MS = 30_000;
const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** A token is dropped this long before it ends. */
const TOKEN_MARGIN_MS = 60_000;
const MAX_KEY_LENGTH = 108;

const HOSTS = { live: 'https://api-m.paypal.com', test: 'https://api-m.sandbox.paypal.com' } as const;

/** Where an account's API is. */
export function baseUrlOf(mode: ProviderAccount['mode'], sandboxUrl: string | null): string {
  if (mode !== 'sandbox') return HOSTS[mode];
  if (sandboxUrl === null) throw new Error('A sandbox tenant needs the sandbox, and none runs here.');
  return sandboxUrl;
}

/** The API's clients, one an account, each with the access token that it has at present. */
export function createPayPalClients(options: PayPalOptions): (account: ProviderAccount) => PayPalCall {
  const tokens = new Map<string, Promise<Token>>();
  return (account) => {
    const { mode, publicId, secretKey } = account;
    const secretHash = createHash('sha256').update(secretKey).digest('base64url');
    const name = `${mode}/${publicId ?? ''}/${secretHash}`;
    const session: Session = {
      baseUrl: baseUrlOf(mode, options.sandboxUrl),
      send: options.fetch ?? fetch,
      timeoutMs: options.timeoutMs ?? CALL_TIMEOUT_MS,
      async token() {
        const held = await tokens.get(name);
        if (held !== undefined && held.untilMs > performance.now()) return held;
        const asked = askToken(session, publicId ?? '', secretKey);
        tokens.set(name, asked);
        // One that could not be had is asked for again with the next call.
        asked.catch(() => tokens.delete(name));
        return asked;
      },
      forget: () => {
        tokens.delete(name);
      },
    };
    return (request) => callApi(session, request);
  };
}

type Token = { value: string; untilMs: number; scopes: readonly string[] };

type Session = {
  baseUrl: string;
  send: typeof fetch;
  timeoutMs: number;
  token(): Promise<Token>;
  forget(): void;
};

/** A call whose token was not taken did not happen, so it is made once more with a new one. */
async function callApi(session: Session, request: PayPalRequest): Promise<PayPalAnswer> {
  const first = await sendOnce(session, request);
  if (first.status !== 401) return succeeded(first);
  session.forget();
  return succeeded(await sendOnce(session, request));
}

async function sendOnce(session: Session, { method, path, body, key }: PayPalRequest): Promise<PayPalAnswer> {
  if (key !== undefined && key.length > MAX_KEY_LENGTH) throw new Error(`a key of ${key.length} characters`);
  const isForm = body instanceof FormData;
  const token = await session.token();
  const headers: Record<string, string> = {
    authorization: `Bearer ${token.value}`,
    accept: 'application/json',
    // The whole object is answered, so that nothing has to be asked again.
    prefer: 'return=representation',
  };
  if (!isForm && method === 'POST') headers['content-type'] = 'application/json';
  if (key !== undefined) headers['paypal-request-id'] = key;
  const answer = await exchange(session, path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  return { ...answer, scopes: token.scopes };
}

async function askToken(session: Session, clientId: string, secret: string): Promise<Token> {
  let answer: PayPalAnswer;
  try {
    answer = await exchange(session, '/v1/oauth2/token', {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: 'grant_type=client_credentials',
    });
  } catch (error) {
    // The call that wanted the token was not made, whatever became of the token.
    throw new ProviderFault('busy', 'no_token', 'PayPal gives no access token at present.', { cause: error });
  }
  const value = text(answer.body.access_token);
  const seconds = answer.body.expires_in;
  if (answer.status === 200 && value !== null && typeof seconds === 'number') {
    const scopes = (text(answer.body.scope) ?? '').split(' ').filter((scope) => scope !== '');
    return { value, untilMs: performance.now() + seconds * 1000 - TOKEN_MARGIN_MS, scopes };
  }
  const isRefused = answer.status === 400 || answer.status === 401 || answer.status === 403;
  throw isRefused
    ? new ProviderFault(
        'denied',
        text(answer.body.error) ?? 'invalid_client',
        'PayPal does not take this client id and secret.',
      )
    : new ProviderFault('busy', 'no_token', `PayPal answered ${answer.status} and gave no access token.`);
}

/** Sends over the network. Throws `unknown` for whatever leaves it open whether the request was carried out. */
async function exchange(session: Session, path: string, init: RequestInit): Promise<PayPalAnswer> {
  try {
    const response = await session.send(`${session.baseUrl}${path}`, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(session.timeoutMs),
    });
    const body = await response.text();
    if (body.length > MAX_BODY_BYTES) throw new Error('the answer is too long');
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      status: response.status,
      body: body === '' ? {} : members(JSON.parse(body)),
      debugId: response.headers.get('paypal-debug-id'),
      serverTime: Number.isNaN(date) ? null : date,
      scopes: [],
    };
  } catch (error) {
    throw new ProviderFault('unknown', 'no_answer', 'PayPal gave no answer that can be read.', {
      cause: error,
    });
  }
}

/** What is wrong with the seller's account is no word about the customer. */
const ACCOUNT_ISSUES: ReadonlySet<string> = new Set([
  'NOT_AUTHORIZED',
  'PAYEE_ACCOUNT_INVALID',
  'PAYEE_ACCOUNT_LOCKED_OR_CLOSED',
  'PAYEE_ACCOUNT_RESTRICTED',
  'PAYEE_NOT_ENABLED_FOR_CARD_PROCESSING',
  'PERMISSION_DENIED',
]);

/** Issues that say that an equal request was carried out, or is under way. */
const OPEN_ISSUES: ReadonlySet<string> = new Set([
  'DUPLICATE_INVOICE_ID',
  'DUPLICATE_REQUEST_ID',
  'ORDER_COMPLETION_IN_PROGRESS',
  'PREVIOUS_REQUEST_IN_PROGRESS',
]);

function succeeded(answer: PayPalAnswer): PayPalAnswer {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  throw faultOf(answer);
}

/** What an answer that is no success means for the call. Only a clear no counts as "it did not happen". */
function faultOf({ status, body, debugId }: PayPalAnswer): PayPalFault {
  const [detail] = Array.isArray(body.details) ? body.details.map(members) : [];
  const issue = text(detail?.issue) ?? text(body.name) ?? text(body.error) ?? `HTTP_${status}`;
  const said = text(detail?.description) ?? text(body.message) ?? text(body.error_description);
  const about = said ?? `PayPal answered ${status}.`;
  const id = text(body.debug_id) ?? debugId;
  const fault = (kind: ProviderFault['kind']) => new PayPalFault(kind, issue.toLowerCase(), about, id);
  if (status === 429) return fault('busy');
  if (status === 401 || status === 403 || ACCOUNT_ISSUES.has(issue)) return fault('denied');
  if (status === 409 || status < 400 || status >= 500 || OPEN_ISSUES.has(issue)) return fault('unknown');
  return fault('refused');
}

/** A fault with the number that PayPal's support asks for. */
export class PayPalFault extends ProviderFault {
  readonly debugId: string | null;

  constructor(kind: ProviderFault['kind'], code: string, message: string, debugId: string | null) {
    super(kind, code, message);
    this.debugId = debugId;
  }
}
