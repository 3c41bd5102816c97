import { randomUUID } from 'node:crypto';

/** A refusal of the API, with what it said. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly code: string;

  constructor(method: string, path: string, status: number, problem: { code?: string; detail?: string }) {
    super(`${method} ${path}: ${status} ${problem.code ?? ''} ${problem.detail ?? ''}`);
    this.status = status;
    this.code = problem.code ?? '';
  }
}

export type Api = {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<T>;
};

/** The owner's session, which can act for each tenant of the organization. */
export type OwnerApi = Api & { forTenant(tenantId: string): Api };

/** The public API over HTTP, as any customer's program would use it: JSON, one key, an Idempotency-Key for each change. */
export function connect(baseUrl: string, headers: Record<string, string>): Api {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const value = text === '' ? {} : JSON.parse(text);
    if (!answer.ok) throw new ApiRefusal(method, path, answer.status, value);
    return value as T;
  }
  return { get: (path) => call('GET', path), send: (method, path, body) => call(method, path, body) };
}

/** Signs the owner in, as from a page of `origin`, and returns the cookie that later calls carry. */
export async function signInOwner(
  baseUrl: string,
  origin: string,
  email: string,
  password: string,
): Promise<string> {
  const answer = await fetch(`${baseUrl}/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(`the owner could not sign in: ${answer.status} ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
