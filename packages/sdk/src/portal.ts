import { type MemberMethods, memberMethods } from './generated/member-client.ts';
import { createCall, DEFAULT_RETRY, DEFAULT_TIMEOUT_MS, type RetrySettings } from './transport.ts';

export interface PortalSettings {
  /** Where the server is; empty for the server that the page came from. */
  readonly baseUrl: string;
  /** Slug of the seller, as in the address of the portal. */
  readonly slug: string;
  /** Id of the customer, for a user that belongs to several. */
  readonly customer?: string;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetrySettings>;
}

/** The customer's side of the API, such as `portal.dashboard.get()`. */
export type Portal = MemberMethods;

/** Makes a client for the portal of one seller. The cookies of the member that is signed in are sent along. */
export function createPortal(settings: PortalSettings): Portal {
  return memberMethods(
    createCall({
      baseUrl: `${settings.baseUrl.replace(/\/+$/, '')}/p/${encodeURIComponent(settings.slug)}/api`,
      headers: settings.customer === undefined ? {} : { 'billhook-customer': settings.customer },
      fetch: settings.fetch ?? ((input, init) => fetch(input, init)),
      timeoutMs: settings.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      retry: { ...DEFAULT_RETRY, ...settings.retry },
      withCookies: true,
    }),
  );
}
