import { postJson } from '@billhook/ui/post-json';

function post(path: string, body: Record<string, unknown>): Promise<void> {
  return postJson(`/auth${path}`, body);
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
