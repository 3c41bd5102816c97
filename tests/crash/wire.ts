import { createConnection, createServer, type Socket } from 'node:net';

/** One statement of the watched transaction: where something may break. */
export type Place = {
  /** Counted from 1 within the transaction. */
  nth: number;
  text: string;
  /** `before` it reaches the database; `after` it was done and before the answer is heard. */
  side: 'before' | 'after';
  /** The process of the database that serves the connection. */
  backendPid: number;
};

export type Wire = {
  port: number;
  /** Looks at every place of each transaction in which a statement matches; `onPlace` decides whether to break there. */
  watch(marker: RegExp, onPlace: (place: Place) => (() => Promise<void>) | null): void;
  close(): Promise<void>;
};

type Watch = { marker: RegExp; onPlace: (place: Place) => (() => Promise<void>) | null };

/** What is passed on, a message at a time; the first message of a client has no letter. */
function messagesOf(onMessage: (letter: string, message: Buffer) => void, hasLetterAtFirst: boolean) {
  let rest = Buffer.alloc(0);
  let hasLetter = hasLetterAtFirst;
  return (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = hasLetter ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      onMessage(hasLetter ? String.fromCharCode(message[0] as number) : '', message);
      hasLetter = true;
    }
  };
}

/** The next text of a message, which ends with a zero, and where it ends. */
function textAt(message: Buffer, from: number): { text: string; end: number } {
  const end = message.indexOf(0, from);
  return { text: message.toString('utf8', from, end), end };
}

/** What a message of a connection is about: a statement is sent once under its name, and from then on by name alone. */
function createTexts(): (letter: string, message: Buffer) => string | null {
  const byName = new Map<string, string>();
  return (letter, message) => {
    if (letter === 'Q') return message.toString('utf8', 5, message.length - 1);
    if (letter !== 'P' && letter !== 'B') return null;
    const first = textAt(message, 5);
    const second = textAt(message, first.end + 1);
    // A parse names the statement first; a bind names the portal first, then the statement.
    if (letter === 'B') return byName.get(second.text) ?? null;
    byName.set(first.text, second.text);
    return second.text;
  };
}

/**
 * Stands between the program and a PostgreSQL and understands where a statement ends, so that a test can break either side at
 * each statement of a transaction. It changes no message.
 */
export async function openWire(targetPort: number): Promise<Wire> {
  let watching: Watch | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = createConnection(targetPort, '127.0.0.1');
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // Either side may be killed: the other one is told by the end of the connection.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    join(client, database, () => watching);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    watch(marker, onPlace) {
      watching = { marker, onPlace };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function join(client: Socket, database: Socket, watching: () => Watch | null): void {
  const connection = { backendPid: 0, watch: null as Watch | null, sent: 0, isBroken: false };
  const textOf = createTexts();
  let statement = '';
  let group: Buffer[] = [];
  /** The statements whose end the client has not heard of; null for what is not watched. */
  const under: ({ nth: number; text: string } | null)[] = [];

  /** Whether it was broken here. */
  function breaksAt(place: { nth: number; text: string }, side: Place['side']): boolean {
    const act = connection.watch?.onPlace({ ...place, side, backendPid: connection.backendPid }) ?? null;
    if (act === null) return false;
    connection.isBroken = true;
    void act();
    return true;
  }

  const fromClient = messagesOf((letter, message) => {
    if (connection.isBroken) return;
    statement = textOf(letter, message) ?? statement;
    group.push(Buffer.from(message));
    const isWhole = letter === 'Q' || letter === 'S';
    if (letter !== '' && letter !== 'p' && letter !== 'X' && !isWhole) return;
    const watch = watching();
    if (isWhole && connection.watch === null && watch?.marker.test(statement)) {
      connection.watch = watch;
      connection.sent = 0;
    }
    if (isWhole) {
      const place = connection.watch === null ? null : { nth: ++connection.sent, text: statement };
      if (place !== null && breaksAt(place, 'before')) return;
      under.push(place);
    }
    database.write(Buffer.concat(group));
    group = [];
  }, false);

  const fromDatabase = messagesOf((letter, message) => {
    if (connection.isBroken) return;
    if (letter === 'K') connection.backendPid = message.readInt32BE(5);
    if (letter === 'Z' && under.length > 0) {
      const place = under.shift() ?? null;
      if (place !== null && breaksAt(place, 'after')) return;
      if (String.fromCharCode(message[5] as number) === 'I') connection.watch = null;
    }
    client.write(message);
  }, true);

  client.on('data', fromClient);
  database.on('data', fromDatabase);
}
