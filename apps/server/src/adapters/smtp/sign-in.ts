import { createHmac } from 'node:crypto';
import type { Conversation } from './conversation.ts';
import type { MailPlace } from './place.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Signs in the way that the server offers and that tells least. */
export async function signIn(
  conversation: Conversation,
  { user, password }: Pick<MailPlace, 'user' | 'password'>,
  offers: readonly string[],
): Promise<void> {
  const ways = offers.flatMap((offer) =>
    /^AUTH[ =]/i.test(offer) ? offer.slice(5).toUpperCase().split(' ') : [],
  );
  if (ways.includes('PLAIN')) {
    await conversation.ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`);
  } else if (ways.includes('LOGIN')) {
    await conversation.ask('AUTH LOGIN');
    await conversation.ask(base64(user));
    await conversation.ask(base64(password));
  } else if (ways.includes('CRAM-MD5')) {
    const [challenge = ''] = await conversation.ask('AUTH CRAM-MD5');
    const proof = createHmac('md5', password).update(Buffer.from(challenge, 'base64')).digest('hex');
    await conversation.ask(base64(`${user} ${proof}`));
  } else {
    throw new Error(`it offers no way to sign in that is known here (${ways.join(', ') || 'none'})`);
  }
}
