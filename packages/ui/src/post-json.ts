import { BillhookConnectionError, errorFrom } from '@billhook/sdk/error';

/** Sends to an endpoint of the sign-in library, which the clients of the API do not know. Throws as they do. */
export async function postJson(path: string, body: Record<string, unknown>): Promise<void> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new BillhookConnectionError('The server could not be reached.', { cause });
  }
  if (!response.ok) throw await errorFrom(response);
}
