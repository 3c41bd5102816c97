import { COMMON_ERRORS, ERROR_CODES, ERRORS, type ErrorCode } from '../../packages/contract/src/errors.ts';
import { allRoutes } from '../../packages/contract/src/routes.ts';

/** One page for every code, and a list of them. The `type` of a problem document leads here. */
export async function generate(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const code of ERROR_CODES) pages.set(`docs/errors/${code}.md`, page(code));
  pages.set('docs/errors/README.md', list());
  return pages;
}

function page(code: ErrorCode): string {
  const { status, title, remedy, retryable } = ERRORS[code];
  const again = retryable
    ? 'The same request may succeed later. The SDK tries it again by itself.'
    : 'Sending the same request again will give the same answer.';
  return `# ${code}\n\n**${title}.** Status ${status}.\n\n${remedy}\n\n${again}\n\n${origins(code)}\n`;
}

function origins(code: ErrorCode): string {
  if (COMMON_ERRORS.includes(code)) return 'Any operation may answer with it.';
  const routes = allRoutes.filter((route) => route.errors.includes(code));
  if (routes.length === 0) return 'It does not belong to a single operation.';
  return `Operations that may answer with it:\n\n${routes.map((route) => `- \`${route.method} ${route.path}\` (${route.id})`).join('\n')}`;
}

function list(): string {
  const rows = [...ERROR_CODES]
    .sort()
    .map((code) => `| [${code}](${code}.md) | ${ERRORS[code].status} | ${ERRORS[code].title} |`);
  return `# Errors\n\nA refused request is answered with a problem document (RFC 9457). Its \`code\` is one of these.\n\n| code | status | title |\n|---|---|---|\n${rows.join('\n')}\n`;
}
