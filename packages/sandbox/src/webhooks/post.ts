import http from 'node:http';
import https from 'node:https';

const TIMEOUT_MS = 15_000;

const AGENTS = {
  http: new http.Agent({ keepAlive: true, maxSockets: 8, timeout: TIMEOUT_MS }),
  https: new https.Agent({ keepAlive: true, maxSockets: 8, timeout: TIMEOUT_MS }),
} as const;

/** Sends one webhook, with the headers that sign it, and returns the answer's status. Redirects are not followed; the answer's body is dropped. */
export async function postWebhook(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  try {
    return await postOnce(url, body, headers, signal);
  } catch (cause) {
    // The receiver may close an idle connection in the moment in which it is used again.
    if (cause instanceof StaleConnection) return postOnce(url, body, headers, signal);
    throw cause;
  }
}

class StaleConnection extends Error {}

function postOnce(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  const secure = url.startsWith('https:');
  const options: http.RequestOptions = {
    method: 'POST',
    agent: secure ? AGENTS.https : AGENTS.http,
    timeout: TIMEOUT_MS,
    signal,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Billhook-Sandbox/1.0',
      ...headers,
    },
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(url, options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('the endpoint did not answer in time')));
    request.on('error', (cause) => {
      const stale = request.reusedSocket && 'code' in cause && cause.code === 'ECONNRESET';
      reject(stale ? new StaleConnection('the connection was closed', { cause }) : cause);
    });
    request.end(body);
  });
}

/** Closes idle connections, so that a stopped sandbox leaves none behind. */
export function closeConnections(): void {
  AGENTS.http.destroy();
  AGENTS.https.destroy();
}
