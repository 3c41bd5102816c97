/** The part of an intent that says how its payment methods are chosen. */
export function renderAutomatic(automatic: 'always' | 'never' | null): object | null {
  return automatic === null ? null : { allow_redirects: automatic, enabled: true };
}

/** Options of the card method, as an intent shows them. */
export const CARD_OPTIONS = {
  card: {
    installments: null,
    mandate_options: null,
    network: null,
    request_three_d_secure: 'automatic',
  },
} as const;

/** Address of the page on which a cardholder authenticates. */
export function authenticationUrl(baseUrl: string, id: string, clientSecret: string): string {
  return `${baseUrl}/c/authenticate/${id}?client_secret=${clientSecret}`;
}

/** The next action of an intent that waits for authentication. */
export function renderNextAction(
  intent: {
    readonly id: string;
    readonly status: string;
    readonly clientSecret: string;
    readonly returnUrl: string | null;
  },
  baseUrl: string,
): object | null {
  if (intent.status !== 'requires_action') return null;
  return {
    redirect_to_url: {
      return_url: intent.returnUrl,
      url: authenticationUrl(baseUrl, intent.id, intent.clientSecret),
    },
    type: 'redirect_to_url',
  };
}
