/** Where a mail server is and how it is spoken to. */
export type MailPlace = {
  host: string;
  port: number;
  isEncrypted: boolean;
  user: string;
  password: string;
  acceptsAnyone: boolean;
  ignoresTls: boolean;
};

/** Reads the address as the transport does. */
export function placeOf(text: string): MailPlace {
  const url = new URL(text);
  const port = Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    isEncrypted: url.protocol === 'smtps:' || port === 465,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    acceptsAnyone: url.searchParams.get('tls.rejectUnauthorized') === 'false',
    ignoresTls: url.searchParams.get('ignoreTLS') === 'true',
  };
}
