import net from 'node:net';
import tls from 'node:tls';
import { ANSWER_WITHIN_MS, answerOf, listen, SmtpRefusal } from './answers.ts';

/** What is said line by line to a mail server; a mail itself is the transport's work. */
export type Conversation = {
  /** Sends a command, or waits for the greeting where there is none, and gives the lines of the answer without their code. */
  ask(command?: string): Promise<string[]>;
  /** Goes on encrypted. Whom nobody vouches for is refused unless `acceptsAnyone`. */
  encrypt(acceptsAnyone: boolean): Promise<void>;
  /** The certificate of the server, once the conversation is encrypted. */
  certificate(): { endsAtMs: number; fingerprint: string; fault: string | null } | null;
  end(): void;
};

type Place = { host: string; port: number };

/** Opens a conversation; `isEncrypted` from its first byte. Every step throws within so long. */
export async function converse(
  { host, port }: Place,
  how: { isEncrypted: boolean; acceptsAnyone: boolean },
  withinMs: number = ANSWER_WITHIN_MS,
): Promise<Conversation> {
  let socket: net.Socket = net.connect({ host, port });
  await settled(socket, 'connect', withinMs);
  let lines = listen(socket);
  const encrypt = async (acceptsAnyone: boolean) => {
    socket.removeAllListeners('data');
    const secure = tls.connect({
      socket,
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
      host,
      rejectUnauthorized: !acceptsAnyone,
    });
    await settled(secure, 'secureConnect', withinMs);
    socket = secure;
    lines = listen(socket);
  };
  if (how.isEncrypted) {
    try {
      await encrypt(how.acceptsAnyone);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
  return {
    async ask(command) {
      if (command !== undefined) socket.write(`${command}\r\n`);
      return answerOf(lines, withinMs);
    },
    encrypt,
    certificate: () => certificateOf(socket),
    end: () => {
      socket.end('QUIT\r\n');
      socket.destroySoon();
    },
  };
}

function certificateOf(socket: net.Socket): ReturnType<Conversation['certificate']> {
  if (!(socket instanceof tls.TLSSocket)) return null;
  const { valid_to: until, fingerprint256 } = socket.getPeerCertificate();
  const fault = socket.authorized ? null : String(socket.authorizationError ?? 'not authorised');
  return { endsAtMs: Date.parse(until), fingerprint: fingerprint256, fault };
}

function settled(socket: net.Socket, event: 'connect' | 'secureConnect', withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new SmtpRefusal('no answer in time')), withinMs);
    const done = (end: () => void) => {
      clearTimeout(timer);
      socket.off('error', fail);
      end();
    };
    const fail = (error: Error) => done(() => reject(error));
    socket.once('error', fail);
    socket.once(event, () => done(resolve));
  });
}
