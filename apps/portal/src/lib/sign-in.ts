import { BillhookConnectionError, errorFrom } from '@billhook/sdk/error';

/** Sends to the sign-in library's own endpoints, which the client of the API does not know. */
async function post(slug: string, path: string, body: Record<string, unknown>): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`/p/${encodeURIComponent(slug)}/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new BillhookConnectionError('The server could not be reached.', { cause });
  }
  if (!response.ok) throw await errorFrom(response);
}

export interface NewMember {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Makes an account and signs it in. The library sends a mail that verifies the address. */
export function signUp(slug: string, { name, email, password }: NewMember): Promise<void> {
  return post(slug, '/sign-up/email', { name, email, password, callbackURL: `/p/${slug}` });
}

export function signIn(slug: string, email: string, password: string): Promise<void> {
  return post(slug, '/sign-in/email', { email, password });
}

export function signOut(slug: string): Promise<void> {
  return post(slug, '/sign-out', {});
}

export function requestPasswordReset(slug: string, email: string): Promise<void> {
  return post(slug, '/request-password-reset', { email, redirectTo: `/p/${slug}/reset-password` });
}

export function resetPassword(slug: string, token: string, newPassword: string): Promise<void> {
  return post(slug, '/reset-password', { token, newPassword });
}

export function changePassword(slug: string, currentPassword: string, newPassword: string): Promise<void> {
  return post(slug, '/change-password', { currentPassword, newPassword, revokeOtherSessions: true });
}

export function sendVerification(slug: string, email: string): Promise<void> {
  return post(slug, '/send-verification-email', { email, callbackURL: `/p/${slug}` });
}
