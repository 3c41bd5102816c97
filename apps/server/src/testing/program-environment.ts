/**
 * What a program that a test starts gets of the environment of the tests: where programs lie, and what of them is
 * compiled already.
 */
export function programEnvironment(): { PATH: string; NODE_COMPILE_CACHE?: string } {
  const { PATH = '', NODE_COMPILE_CACHE: compiled } = process.env;
  return compiled === undefined ? { PATH } : { PATH, NODE_COMPILE_CACHE: compiled };
}
