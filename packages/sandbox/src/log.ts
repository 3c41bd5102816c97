/** Where the sandbox reports what its operator should know. It never gets card numbers, keys or mail texts. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
