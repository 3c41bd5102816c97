import { BillhookConnectionError, errorFrom } from '@billhook/sdk/error';

/** Sends to the sign-in library's own endpoints, which the client of the API does not know. */
async function post(path: string, body: Record<string, unknown>): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new BillhookConnectionError('The server could not be reached.', { cause });
  }
  if (!response.ok) throw await errorFrom(response);
}

export function signIn(email: string, password: string): Promise<void> {
  return post('/sign-in/email', { email, password });
}

export function signOut(): Promise<void> {
  return post('/sign-out', {});
}

export function requestPasswordReset(email: string): Promise<void> {
  return post('/request-password-reset', { email, redirectTo: '/admin/reset-password' });
}

export function resetPassword(token: string, newPassword: string): Promise<void> {
  return post('/reset-password', { token, newPassword });
}

export function sendVerification(email: string): Promise<void> {
  return post('/send-verification-email', { email, callbackURL: '/admin' });
}
