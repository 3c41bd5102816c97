import { counted } from '../kernel/counted.ts';
import { type Instant, MS_PER_DAY, MS_PER_SECOND } from '../time/instant.ts';

export interface HealthCheck {
  /** Stable, such as `stripe.webhook`. */
  readonly id: string;
  readonly title: string;
  readonly state: 'ok' | 'attention' | 'problem' | 'off';
  /** One sentence: what was seen. */
  readonly detail: string;
  /** What to do; null where nothing is to be done. */
  readonly nextStep: string | null;
  /** Events that an endpoint is not sent, where that is what is wrong. */
  readonly missingEvents?: readonly string[];
}

/** What an account at a payment provider looked like from outside, without anything being charged or changed. */
export interface ProviderFindings {
  /** Null where it answered and let us in. */
  readonly fault: { readonly kind: 'unknown' | 'refused' | 'busy' | 'denied'; readonly code: string } | null;
  /** Whether its objects are of the live mode; null where it does not say. */
  readonly isLive: boolean | null;
  /** Its clock less ours; null where it told no time. */
  readonly clockOffMs: number | null;
  /** What the key may not do, of what is needed. */
  readonly denied: readonly string[];
  /** Null where the key may not see endpoints. */
  readonly endpoint: {
    readonly isRegistered: boolean;
    readonly isEnabled: boolean;
    readonly missingEvents: readonly string[];
  } | null;
}

export interface ProviderHealthInput {
  readonly now: Instant;
  readonly provider: string;
  readonly tenantKind: 'live' | 'sandbox';
  readonly mode: 'sandbox' | 'test' | 'live';
  readonly findings: ProviderFindings;
  readonly hookUrl: string;
  readonly hasWebhookSecret: boolean;
  /** What came in: the last message, and of the last day those with a wrong signature and those kept aside. */
  readonly arrivals: { readonly lastAt: Instant | null; readonly rejected: number; readonly aside: number };
  /** When the last payment was made; messages should have come since. */
  readonly lastPaymentAt: Instant | null;
}

/** Stripe and PayPal take messages that are five minutes off at most; a tenth of it is worth a look. */
const CLOCK_ATTENTION_MS = 30 * MS_PER_SECOND;
const CLOCK_PROBLEM_MS = 300 * MS_PER_SECOND;
/** How long a provider may take to deliver what a payment caused. */
const DELIVERED_WITHIN_MS = MS_PER_DAY / 24;

/** Says of each credential and webhook of a provider whether payments can rest on it. */
export function judgeProvider(input: ProviderHealthInput): HealthCheck[] {
  const reach = judgeReach(input);
  if (reach.state === 'problem') return [judgeMode(input), reach];
  return [
    judgeMode(input),
    reach,
    judgeScopes(input),
    check(input, 'clock', 'Clock', clockVerdict(input.findings.clockOffMs)),
    judgeEndpoint(input),
    judgeArrivals(input),
  ];
}

export type Verdict = Pick<HealthCheck, 'state' | 'detail' | 'nextStep'>;
export const ok = (detail: string): Verdict => ({ state: 'ok', detail, nextStep: null });
export const bad = (state: 'attention' | 'problem', detail: string, nextStep: string): Verdict => ({
  state,
  detail,
  nextStep,
});
const check = (input: ProviderHealthInput, what: string, title: string, verdict: Verdict): HealthCheck => ({
  id: `${input.provider}.${what}`,
  title,
  ...verdict,
});

function judgeMode(input: ProviderHealthInput): HealthCheck {
  const { tenantKind, mode, findings } = input;
  const verdict = () => {
    if (tenantKind === 'live' && mode !== 'live') {
      return bad(
        'problem',
        `A ${mode} key is set up where real money is taken.`,
        'Put in the live key of the account.',
      );
    }
    if (tenantKind === 'sandbox' && mode === 'live') {
      return bad(
        'problem',
        'A live key is set up in a sandbox.',
        'Put in a test key: a sandbox must never charge anybody.',
      );
    }
    if (findings.isLive !== null && findings.isLive !== (mode === 'live')) {
      return bad(
        'problem',
        `The account answers in another mode than its ${mode} key says.`,
        'Copy the key again from the provider.',
      );
    }
    return ok(`The key is of the ${mode} mode, as it should be.`);
  };
  return check(input, 'mode', 'Mode of the key', verdict());
}

function judgeReach(input: ProviderHealthInput): HealthCheck {
  const { fault } = input.findings;
  const verdict = () => {
    if (fault === null) return ok('It answers and lets us in.');
    if (fault.kind === 'denied' && fault.code.includes('expired')) {
      return bad('problem', 'The key has expired.', 'Make a new key at the provider and put it in.');
    }
    if (fault.kind === 'denied') {
      return bad(
        'problem',
        `It does not let us in (${fault.code}).`,
        'Check the key; it may have been revoked.',
      );
    }
    if (fault.kind === 'busy') return bad('attention', 'It is busy right now.', 'Check again in a minute.');
    return bad(
      'problem',
      `It gives no usable answer (${fault.code}).`,
      'Check the network and the status page of the provider.',
    );
  };
  return check(input, 'reach', 'Reachable with this key', verdict());
}

function judgeScopes(input: ProviderHealthInput): HealthCheck {
  const { denied } = input.findings;
  const verdict =
    denied.length === 0
      ? ok('The key may do all that is needed.')
      : bad(
          'problem',
          `The key may not use ${denied.join(', ')}.`,
          'Give the key these permissions at the provider.',
        );
  return check(input, 'scopes', 'Rights of the key', verdict);
}

/** What a clock that tells another time than ours means. */
export function clockVerdict(clockOffMs: number | null): Verdict {
  if (clockOffMs === null) return ok('It tells no time; nothing to compare.');
  const seconds = Math.round(Math.abs(clockOffMs) / MS_PER_SECOND);
  const words = `Our clock differs by ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
  if (Math.abs(clockOffMs) >= CLOCK_PROBLEM_MS) {
    return bad(
      'problem',
      words,
      'Set the clock of this machine; messages are refused as too old until then.',
    );
  }
  if (Math.abs(clockOffMs) >= CLOCK_ATTENTION_MS)
    return bad('attention', words, 'Let this machine keep its time by NTP.');
  return ok(words);
}

function judgeEndpoint(input: ProviderHealthInput): HealthCheck {
  const { findings, hookUrl, hasWebhookSecret, mode } = input;
  const { endpoint } = findings;
  const verdict = () => {
    if (!hasWebhookSecret) {
      return bad(
        'problem',
        'No webhook secret is set up, so no message is taken.',
        'Put in the secret of the endpoint.',
      );
    }
    if (endpoint === null) {
      return bad(
        'attention',
        'The key may not list endpoints, so this cannot be seen.',
        `Look at the provider for ${hookUrl}.`,
      );
    }
    if (!endpoint.isRegistered) {
      return bad(
        'problem',
        'No endpoint at the provider sends its messages here.',
        `Add an endpoint with the address ${hookUrl}.`,
      );
    }
    if (!endpoint.isEnabled)
      return bad('problem', 'The endpoint is switched off at the provider.', 'Switch it on there.');
    if (endpoint.missingEvents.length > 0) {
      const { missingEvents } = endpoint;
      return {
        ...bad(
          'problem',
          `The endpoint is not sent ${missingEvents.join(', ')}.`,
          input.provider === 'stripe'
            ? 'Subscribe them below the keys of Stripe, or with "billhook doctor --subscribe".'
            : 'Add these events to the endpoint at the provider.',
        ),
        missingEvents,
      };
    }
    if (mode === 'live' && !hookUrl.startsWith('https://')) {
      return bad(
        'problem',
        'The address of the endpoint is not encrypted.',
        'Set APP_URL to an https address.',
      );
    }
    return ok('The endpoint is there, switched on, and sent every event that is needed.');
  };
  return check(input, 'webhook', 'Webhook endpoint', verdict());
}

function judgeArrivals(input: ProviderHealthInput): HealthCheck {
  const { arrivals, lastPaymentAt, now } = input;
  const verdict = () => {
    if (arrivals.rejected > 0) {
      const words = `${counted(arrivals.rejected, 'message')} of the last day had a wrong signature.`;
      return bad('problem', words, 'Compare the webhook secret with the one at the provider.');
    }
    const isSilent =
      lastPaymentAt !== null &&
      now - lastPaymentAt >= DELIVERED_WITHIN_MS &&
      (arrivals.lastAt === null || arrivals.lastAt < lastPaymentAt);
    if (isSilent) {
      return bad(
        'problem',
        'Nothing came in since the last payment.',
        'Look at the failed deliveries of the endpoint at the provider.',
      );
    }
    if (arrivals.aside > 0) {
      return bad(
        'attention',
        `${counted(arrivals.aside, 'message')} of the last day ${arrivals.aside === 1 ? 'was' : 'were'} kept aside.`,
        'Look at them in the log of messages.',
      );
    }
    return ok(arrivals.lastAt === null ? 'Nothing came in yet, and nothing had to.' : 'Messages come in.');
  };
  return check(input, 'messages', 'Messages', verdict());
}

/** The worst of the checks. */
export function worstOf(checks: readonly HealthCheck[]): 'ok' | 'attention' | 'problem' {
  if (checks.some(({ state }) => state === 'problem')) return 'problem';
  return checks.some(({ state }) => state === 'attention') ? 'attention' : 'ok';
}
