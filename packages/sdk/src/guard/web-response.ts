import type { GuardRefusal } from './verdict.ts';

/** A refusal as an answer of the web platform. */
export function asResponse({ status, headers, body }: GuardRefusal): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...headers } });
}

/** The same answer with more headers. Some answers, such as redirects, cannot be changed themselves. */
export function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const names = Object.entries(headers);
  if (names.length === 0) return response;
  const all = new Headers(response.headers);
  for (const [name, value] of names) all.append(name, value);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers: all });
}
