/** A JSON object of PayPal's, read without its types. */
export type Json = { readonly [name: string]: unknown };

/** An answer of the stand-in. */
export interface PayPalAnswer {
  readonly status: number;
  readonly body: Json;
}

/** A client that sends what it is told to. */
export type PayPalClient = (
  method: string,
  path: string,
  body?: Json,
  requestId?: string,
) => Promise<PayPalAnswer>;

/** A client with an access token of its own. */
export async function payPalClient(url: string, clientId: string, secret: string): Promise<PayPalClient> {
  const given = await fetch(`${url}/v1/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  const { access_token: token } = (await given.json()) as { access_token: string };
  return async (method, path, body, requestId) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(requestId === undefined ? {} : { 'paypal-request-id': requestId }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Json) };
  };
}

/** Approves a page as one of the test buyers, as a browser would; where it leads. */
export async function approveAs(pageUrl: string, buyer: string): Promise<string | null> {
  const answer = await fetch(pageUrl, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ buyer: `${buyer}@buyers.example` }).toString(),
  });
  await answer.arrayBuffer();
  return answer.headers.get('location');
}

/** The address of a link by its relation. */
export function linkOf(body: Json, rel: string): string {
  const links = body.links as readonly { readonly rel: string; readonly href: string }[];
  const found = links.find((link) => link.rel === rel);
  if (found === undefined) throw new Error(`there is no link ${rel}`);
  return found.href;
}
