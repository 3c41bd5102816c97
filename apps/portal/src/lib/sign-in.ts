import { postJson } from '@billhook/ui/post-json';

function post(slug: string, path: string, body: Record<string, unknown>): Promise<void> {
  return postJson(`/p/${encodeURIComponent(slug)}/auth${path}`, body);
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
