import type { RouteDefinition } from '@billhook/contract/define-route';
import type { Answer } from './caller.ts';

/** A TypeID that names nothing. */
const NOBODY = '01h2xcejqtf2nbrexx3vqjhp41';

type ParameterSchema = { pattern?: string; examples?: string[]; type?: string };

/** The path of a route with ids of the right form; `ids` gives those that shall name something. */
export function pathOf(route: RouteDefinition, slug: string, ids: Record<string, string> = {}): string {
  const properties = (route.params as { properties?: Record<string, ParameterSchema> }).properties ?? {};
  return route.path.replaceAll(/\{([a-z_]+)\}/g, (_whole, name: string) => {
    if (name === 'slug') return slug;
    return ids[name] ?? exampleOf(properties[name]);
  });
}

/** What a route must be asked with, in the right form; empty for most. */
export function queryOf(route: RouteDefinition): string {
  const { properties = {}, required = [] } = route.query as {
    properties?: Record<string, ParameterSchema & { enum?: string[] }>;
    required?: string[];
  };
  const params = required.map((name): [string, string] => [
    name,
    properties[name]?.enum?.[0] ?? exampleOf(properties[name]),
  ]);
  return params.length === 0 ? '' : `?${new URLSearchParams(params)}`;
}

/** The prefix of the TypeID that a path parameter takes, if it takes one. */
export function idPrefix(route: RouteDefinition, name = 'id'): string | undefined {
  const properties = (route.params as { properties?: Record<string, ParameterSchema> }).properties ?? {};
  return /^\^([a-z]+)_/.exec(properties[name]?.pattern ?? '')?.[1];
}

function exampleOf(schema: ParameterSchema | undefined): string {
  if (schema?.examples?.[0] !== undefined) return schema.examples[0];
  const prefix = /^\^([a-z]+)_/.exec(schema?.pattern ?? '')?.[1];
  if (prefix !== undefined) return `${prefix}_${NOBODY}`;
  return schema?.type === 'integer' ? '0' : 'nobody';
}

/** What every refusal must look like (RFC 9457, with our members); a list of what is wrong with it, empty if nothing is. */
export function faultsOfProblem(answer: Answer): string[] {
  const faults: string[] = [];
  const { body } = answer;
  const check = (isRight: boolean, text: string) => void (isRight || faults.push(text));
  check((answer.headers.get('content-type') ?? '').startsWith('application/problem+json'), 'content type');
  check(/^https:\/\/\S+$/.test(String(body.type)), 'type');
  for (const member of ['title', 'detail', 'code', 'request_id', 'instance']) {
    check(typeof body[member] === 'string' && String(body[member]).length > 0, member);
  }
  check(Number(body.status) === answer.status, 'status');
  check(typeof body.retryable === 'boolean', 'retryable');
  check(Array.isArray(body.errors), 'errors');
  check((body.instance as unknown) === `urn:request:${String(body.request_id)}`, 'instance');
  check(answer.headers.get('request-id') === String(body.request_id), 'header request-id');
  check(
    !/ at .+\.ts:|node_modules|select |insert |billhook_rt|relation "/i.test(answer.text),
    'internals in the text',
  );
  return faults;
}
