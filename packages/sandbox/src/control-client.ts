import type { AccountInput, AccountView, EventView, MailPage, MailView } from './control/types.ts';
import type { PayPalAccountInput, PayPalAccountView, PayPalDeed } from './paypal/types.ts';
import type { Faults } from './state/faults.ts';
import type { Triggered } from './triggers/run.ts';
import type { TriggerOptions } from './triggers/trigger.ts';
import type { TextRecord } from './twilio/texts.ts';
import type { DrainCounts } from './webhooks/lanes.ts';

/** A refusal of the control API. `status` is the HTTP status. */
export class SandboxControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Which mails to list. */
export interface MailQuery {
  readonly tenant?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly startingAfter?: string;
}

/** Typed face of the sandbox's control API. */
export interface ControlClient {
  /** Makes or changes the account of an API key; what is left out stays. */
  putAccount(input: AccountInput): Promise<AccountView>;
  account(id: string): Promise<AccountView>;
  accounts(): Promise<readonly AccountView[]>;
  /** Freezes the account's clock at an instant in milliseconds, or lets it follow the wall's (null). */
  setClock(id: string, frozenAtMs: number | null): Promise<AccountView>;
  /** Switches faults; what is left out is off. */
  setFaults(id: string, faults: Partial<Faults>): Promise<AccountView>;
  /** Delivers every webhook that waits and resolves once none is under way. */
  drain(id: string): Promise<DrainCounts>;
  /** Brings an event about, with everything that comes before it. */
  trigger(id: string, event: string, options?: TriggerOptions): Promise<Triggered>;
  /** Has the bank of a payment's card ask it back, or only ask about it; the id of the dispute. */
  dispute(id: string, paymentIntent: string, how?: { reason?: string; isInquiry?: boolean }): Promise<string>;
  /** Sends a refund back that was made. */
  failRefund(id: string, refund: string): Promise<void>;
  /** Every event that can be brought about. */
  triggers(): Promise<readonly string[]>;
  /** Events after a known one, oldest first; the newest hundred where none is named. */
  events(id: string, after?: string): Promise<readonly EventView[]>;
  readonly payPal: PayPalControl;
  mails(query?: MailQuery): Promise<MailPage>;
  /** One mail. With `tenant`, a mail of another tenant is refused with 404. */
  mail(id: string, tenant?: string): Promise<MailView>;
  attachment(id: string, index: number, tenant?: string): Promise<{ bytes: Uint8Array; mimeType: string }>;
  rawMail(id: string, tenant?: string): Promise<Uint8Array>;
  /** The newest texts, of one number if it is named, once all is told that was to be told of them. */
  texts(to?: string): Promise<readonly TextRecord[]>;
  /** Tells a state of the text that a number got last, late or again; the status with which the seller's address took it. */
  tellText(told: { to: string; status: string; errorCode?: number }): Promise<number>;
  /** Has a number answer the text that it got last; the status with which the seller's address took it. */
  answerText(answer: { from: string; text: string; url: string }): Promise<number>;
}

/** The part of the control API for the stand-in of PayPal. */
export interface PayPalControl {
  /** Makes or changes the account of a client id; what is left out stays. */
  putAccount(input: PayPalAccountInput): Promise<PayPalAccountView>;
  account(id: string): Promise<PayPalAccountView>;
  accounts(): Promise<readonly PayPalAccountView[]>;
  setClock(id: string, frozenAtMs: number | null): Promise<PayPalAccountView>;
  setFaults(id: string, faults: Partial<Faults>): Promise<PayPalAccountView>;
  drain(id: string): Promise<DrainCounts>;
  /** Does what a buyer, PayPal or the seller does outside of the API; the id of what was made or changed. */
  act(id: string, deed: PayPalDeed): Promise<string>;
  /** Brings an event about, with everything that comes before it. */
  trigger(id: string, event: string, options?: TriggerOptions): Promise<Triggered>;
  /** Every event that can be brought about. */
  triggers(): Promise<readonly string[]>;
  /** Events after a known one, oldest first; the newest hundred where none is named. */
  events(id: string, after?: string): Promise<readonly EventView[]>;
  /** The root, as PEM, that the certificates of the webhooks lead to. */
  root(): Promise<string>;
}

/** Connects to the control API at `controlUrl`. Calls throw `SandboxControlError` when they are refused. */
export function controlClient(controlUrl: string, token: string): ControlClient {
  const call = async (path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${controlUrl}/_sandbox${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { readonly detail?: string };
    throw new SandboxControlError(
      response.status,
      problem.detail ?? `The sandbox answered ${response.status}.`,
    );
  };
  const json = async <T>(path: string, body?: unknown) => (await (await call(path, body)).json()) as T;
  const bytes = async (response: Response) => new Uint8Array(await response.arrayBuffer());
  const accountPath = (id: string) => `/accounts/${encodeURIComponent(id)}`;
  const mailPath = (id: string, rest: string, tenant: string | undefined) =>
    `/mail/${encodeURIComponent(id)}${rest}${query({ tenant })}`;
  return {
    putAccount: (input) => json('/accounts', input),
    account: (id) => json(accountPath(id)),
    accounts: async () => (await json<{ data: AccountView[] }>('/accounts')).data,
    setClock: (id, frozenAtMs) => json(`${accountPath(id)}/clock`, { frozenAtMs }),
    setFaults: (id, faults) => json(`${accountPath(id)}/faults`, faults),
    drain: (id) => json(`${accountPath(id)}/drain`, {}),
    trigger: (id, event, options = {}) => json(`${accountPath(id)}/trigger`, { event, ...options }),
    dispute: async (id, paymentIntent, how = {}) =>
      (await json<{ id: string }>(`${accountPath(id)}/dispute`, { paymentIntent, ...how })).id,
    failRefund: async (id, refund) => void (await json(`${accountPath(id)}/fail_refund`, { refund })),
    triggers: async () => (await json<{ data: string[] }>('/triggers')).data,
    events: async (id, after) =>
      (await json<{ data: EventView[] }>(`${accountPath(id)}/events${query({ after })}`)).data,
    payPal: payPalControl(json),
    mails: ({ tenant, to, limit, startingAfter } = {}) =>
      json(`/mail${query({ tenant, to, limit, starting_after: startingAfter })}`),
    mail: (id, tenant) => json(mailPath(id, '', tenant)),
    attachment: async (id, index, tenant) => {
      const response = await call(mailPath(id, `/attachments/${index}`, tenant));
      return { bytes: await bytes(response), mimeType: response.headers.get('content-type') ?? '' };
    },
    texts: async (to) => (await json<{ data: TextRecord[] }>(`/texts${query({ to })}`)).data,
    tellText: async (told) => (await json<{ status: number }>('/texts/tell', told)).status,
    answerText: async (answer) => (await json<{ status: number }>('/texts/answer', answer)).status,
    rawMail: async (id, tenant) => bytes(await call(mailPath(id, '/raw', tenant))),
  };
}

function payPalControl(json: <T>(path: string, body?: unknown) => Promise<T>): PayPalControl {
  const path = (id: string) => `/paypal/accounts/${encodeURIComponent(id)}`;
  return {
    putAccount: (input) => json('/paypal/accounts', input),
    accounts: async () => (await json<{ data: PayPalAccountView[] }>('/paypal/accounts')).data,
    account: (id) => json(path(id)),
    setClock: (id, frozenAtMs) => json(`${path(id)}/clock`, { frozenAtMs }),
    setFaults: (id, faults) => json(`${path(id)}/faults`, faults),
    drain: (id) => json(`${path(id)}/drain`, {}),
    act: async (id, deed) => (await json<{ id: string }>(`${path(id)}/deeds`, deed)).id,
    trigger: (id, event, options = {}) => json(`${path(id)}/trigger`, { event, ...options }),
    triggers: async () => (await json<{ data: string[] }>('/paypal/triggers')).data,
    events: async (id, after) =>
      (await json<{ data: EventView[] }>(`${path(id)}/events${query({ after })}`)).data,
    root: async () => (await json<{ root: string }>('/paypal/root')).root,
  };
}

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search}`;
}
