import type { ControlClient } from '../control-client.ts';
import type { TextRecord } from '../twilio/texts.ts';
import { CommandError } from './reach.ts';

const line = ({ createdAtMs, status, errorCode, to, body }: TextRecord): string =>
  `${new Date(createdAtMs).toISOString()}  ${to}  ${status}${errorCode === null ? '' : ` ${errorCode}`}  ${body}`;

/** Shows the texts that were sent, tells a state of one again or late, or has a number answer. */
export async function runTexts(
  control: ControlClient,
  words: readonly string[],
  forwardTo: string | undefined,
): Promise<readonly string[]> {
  const [verb = '', number = '', what = '', ...rest] = words;
  if (verb === 'tell') {
    const errorCode = rest[0] === undefined ? {} : { errorCode: Number(rest[0]) };
    if (number === '' || what === '')
      throw new CommandError('Say of which number what: texts tell +49... delivered');
    return [`told: ${await control.tellText({ to: number, status: what, ...errorCode })}`];
  }
  if (verb === 'answer') {
    if (number === '' || what === '' || forwardTo === undefined)
      throw new CommandError('Say who answers what, and to where: texts answer +49... STOP --forward-to URL');
    const text = [what, ...rest].join(' ');
    return [`answered: ${await control.answerText({ from: number, text, url: forwardTo })}`];
  }
  return (await control.texts(verb === '' ? undefined : verb)).map(line);
}
