/** Thrown by `invariant`: a bug in this program, never a fault of the caller's input. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/**
 * States a fact that the program relies on. A false condition is a bug: the transaction around it must be
 * abandoned, never continued. Faults of input are refusals (`kernel/result.ts`), not invariants.
 *
 * @throws InvariantError with `message` when `condition` is false
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/**
 * Marks a branch that the types say cannot happen, so that a new member of a union fails to compile.
 *
 * @throws InvariantError always
 */
export function unreachable(value: never): never {
  throw new InvariantError(`Unreachable value: ${String(value)}`);
}
