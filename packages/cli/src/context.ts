import type { Billhook } from '@billhook/sdk/operator';

/** Where text goes. Data is written to `out`, everything else to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** True if a person looks at `err`, so that a line may be drawn anew. */
  readonly isInteractive: boolean;
  readonly columns: number;
}

export interface GlobalOptions {
  readonly json?: boolean;
  readonly apiKey?: string;
  readonly url?: string;
}

/** What the commands are given; `main.ts` makes it from the process. */
export interface Environment {
  readonly terminal: Terminal;
  /** Where the person stands; names of files are meant from there. The folder of the process if left out. */
  readonly folder?: string;
  /** Makes the client when a command needs it, so that those which need none run without a key. */
  connect(options: GlobalOptions): Billhook;
  /** Address of the server that `connect` would speak to. */
  addressOf(options: GlobalOptions): string;
  /** Runs the server's program with these flags until it ends, and gives its exit code. */
  runServer(flags: readonly string[]): Promise<number>;
  /** Waits; between two looks at something that runs on the server. */
  pause(delayMs: number): Promise<void>;
}
