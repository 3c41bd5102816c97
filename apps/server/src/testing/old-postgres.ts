import { createServer, type Server, type Socket } from 'node:net';

/** The type of every value that is sent: text. */
const TEXT_OID = 25;
/** The message by which a client first asks for an encrypted connection (protocol 3, "SSLRequest"). */
const SSL_REQUEST = 80_877_103;

/**
 * As much of a PostgreSQL of another version as can be had without its programs: a TCP server that speaks protocol 3
 * (start-up, simple and extended queries), calls itself `version` and answers every query with that version's number.
 * It notes each statement, so that a test can say what was asked of it. Message layouts: PostgreSQL's manual,
 * "Frontend/Backend Protocol", "Message Formats".
 */
export async function startOldPostgres(version: { name: string; number: string }): Promise<{
  url: string;
  statements: string[];
  close(): Promise<void>;
}> {
  const statements: string[] = [];
  const server: Server = createServer((socket) => talk(socket, version, statements));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `postgres://someone@127.0.0.1:${port}/some`,
    statements,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function talk(socket: Socket, version: { name: string; number: string }, statements: string[]): void {
  let left = Buffer.alloc(0);
  let isStarted = false;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    left = Buffer.concat([left, chunk]);
    for (;;) {
      // The first messages have a length only; all others a kind before it.
      const head = isStarted ? 1 : 0;
      if (left.length < head + 4) return;
      const size = head + left.readInt32BE(head);
      if (left.length < size) return;
      const message = left.subarray(0, size);
      left = left.subarray(size);
      if (!isStarted) isStarted = startUp(socket, message, version.name);
      else answer(socket, message, version.number, statements);
    }
  });
}

/** False when it was only the question for encryption, which is declined; the real start follows it. */
function startUp(socket: Socket, message: Buffer, name: string): boolean {
  if (message.readInt32BE(4) === SSL_REQUEST) {
    socket.write('N');
    return false;
  }
  socket.write(
    Buffer.concat([
      frame('R', int32(0)),
      frame('S', text('server_version'), text(name)),
      frame('S', text('client_encoding'), text('UTF8')),
      frame('K', int32(1), int32(1)),
      frame('Z', Buffer.from('I')),
    ]),
  );
  return true;
}

function answer(socket: Socket, message: Buffer, value: string, statements: string[]): void {
  const body = message.subarray(5);
  const row = [frame('D', int16(1), int32(value.length), Buffer.from(value)), frame('C', text('SELECT 1'))];
  const column = [
    text('server_version_num'),
    int32(0),
    int16(0),
    int32(TEXT_OID),
    int16(-1),
    int32(-1),
    int16(0),
  ];
  const description = frame('T', int16(1), ...column);
  switch (String.fromCharCode(message[0] ?? 0)) {
    case 'Q':
      statements.push(body.subarray(0, body.indexOf(0)).toString());
      socket.write(Buffer.concat([description, ...row, frame('Z', Buffer.from('I'))]));
      return;
    case 'P': {
      // The name of the statement comes first, then its text.
      const begin = body.indexOf(0) + 1;
      statements.push(body.subarray(begin, body.indexOf(0, begin)).toString());
      socket.write(frame('1'));
      return;
    }
    case 'B':
      socket.write(frame('2'));
      return;
    case 'D':
      socket.write(description);
      return;
    case 'E':
      socket.write(Buffer.concat(row));
      return;
    case 'S':
      socket.write(frame('Z', Buffer.from('I')));
      return;
    case 'X':
      socket.end();
      return;
  }
}

function frame(kind: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
}

const text = (value: string) => Buffer.from(`${value}\0`);

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
