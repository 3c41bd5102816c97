import { memberNames, operatorNames } from '../../packages/contract/src/client-names.ts';
import type { RouteDefinition } from '../../packages/contract/src/define-route.ts';
import {
  camelCase,
  createTypePrinter,
  type TypePrinter,
} from '../../packages/contract/src/print-typescript.ts';
import { memberRoutes, operatorRoutes } from '../../packages/contract/src/routes.ts';

const HEAD = '// Generated from the contract by scripts/gen/sdk.ts. Do not edit: run `npm run gen`.\n';

/** Types, operations and methods of both clients, in camel case. */
export async function generate(): Promise<Map<string, string>> {
  const printer = createTypePrinter();
  const operator = printClient('Operator', operatorRoutes, operatorNames, printer);
  const member = printClient('Member', memberRoutes, memberNames, printer);
  const types = `${HEAD}\n${printer.declarations()}\n`;
  const records = printer.recordMembers().map((name) => `'${name}'`);
  return new Map([
    ['packages/sdk/src/generated/types.ts', types],
    ['packages/sdk/src/generated/operator-client.ts', operator],
    ['packages/sdk/src/generated/member-client.ts', member],
    [
      'packages/sdk/src/generated/record-members.ts',
      `${HEAD}\n/** Members whose keys belong to the caller, so they keep their spelling. */\nexport const RECORD_MEMBERS: ReadonlySet<string> = new Set([${records.join(', ')}]);\n`,
    ],
  ]);
}

function printClient(
  title: string,
  routes: Readonly<Record<string, RouteDefinition>>,
  names: Readonly<Record<string, string>>,
  printer: TypePrinter,
): string {
  const groups = new Map<string, { signatures: string[]; methods: string[] }>();
  for (const route of Object.values(routes)) {
    const [noun, verb] = (names[route.id] ?? '').split('.');
    if (noun === undefined || verb === undefined) throw new Error(`${route.id} has no name for clients.`);
    const group = groups.get(noun) ?? { signatures: [], methods: [] };
    const method = printMethod(verb, route, printer);
    group.signatures.push(method.signature);
    group.methods.push(method.implementation);
    groups.set(noun, group);
  }
  const interfaces = [...groups].map(
    ([noun, group]) => `  readonly ${noun}: {\n${group.signatures.join('\n')}\n  };`,
  );
  const bodies = [...groups].map(([noun, group]) => `    ${noun}: {\n${group.methods.join('\n')}\n    },`);
  const text = `${interfaces.join('\n')}`;
  const used = [...printer.declarations().matchAll(/export (?:interface|type) (\w+)/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => new RegExp(`\\b${name}\\b`).test(text))
    .sort();
  return `${HEAD}
import type { Call, FileToUpload, List, RequestOptions } from '../call.ts';
import type { ${used.join(', ')} } from './types.ts';

export interface ${title}Methods {
${text}
}

/** Every operation as a method that hands a plain request to \`call\`. */
export function ${title.toLowerCase()}Methods(call: Call): ${title}Methods {
  return {
${bodies.join('\n')}
  };
}
`;
}

interface PrintedMethod {
  readonly signature: string;
  readonly implementation: string;
}

function printMethod(verb: string, route: RouteDefinition, printer: TypePrinter): PrintedMethod {
  const params = parametersOf(route);
  const body = bodyType(route, printer);
  const query = queryOf(route, printer);
  const declared = [
    ...params.map((name) => `${camelCase(name)}: ${name === 'index' ? 'number' : 'string'}`),
    ...(body === null ? [] : [`body${body.optional ? '?' : ''}: ${body.type}`]),
    ...(query === null ? [] : [`query${query.optional ? '?' : ''}: ${query.type}`]),
    'options?: RequestOptions',
  ];
  const item = listItem(route, printer);
  const answer = item === null ? `Promise<${answerType(route, printer)}>` : `List<${item}>`;
  const facts = [
    `method: '${route.method}'`,
    `path: '${route.path.replace(/^\/p\/\{slug\}\/api/, '')}'`,
    `answer: '${item === null ? route.answer : 'list'}'`,
    `keyed: ${route.idempotency === 'required'}`,
    `repeatable: ${isRepeatable(route)}`,
    ...(params.length === 0
      ? []
      : [
          `params: { ${params.map((name) => (name === camelCase(name) ? name : `${name}: ${camelCase(name)}`)).join(', ')} }`,
        ]),
    ...(body === null ? [] : [`bodyKind: '${route.bodyKind}'`, 'body']),
    ...(query === null ? [] : ['query']),
  ];
  const args = [
    ...params.map(camelCase),
    ...(body === null ? [] : ['body']),
    ...(query === null ? [] : ['query']),
    'options',
  ];
  return {
    signature: `    /** ${route.summary} */\n    ${verb}(${declared.join(', ').replaceAll('\n', '\n    ')}): ${answer.replaceAll('\n', '\n    ')};`,
    implementation: `      ${verb}: (${args.join(', ')}) => call({ ${facts.join(', ')} }, options),`,
  };
}

/** What may be sent twice without harm: reads, what has a key of its own, and what sets a state. */
function isRepeatable(route: RouteDefinition): boolean {
  if (route.kind === 'query' || route.idempotency === 'required') return true;
  return route.method === 'PUT' || route.method === 'PATCH' || route.scope === 'usage:write';
}

function parametersOf(route: RouteDefinition): string[] {
  return [...route.path.matchAll(/\{(\w+)\}/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'slug');
}

interface Argument {
  readonly type: string;
  readonly optional: boolean;
}

function bodyType(route: RouteDefinition, printer: TypePrinter): Argument | null {
  if (route.body === null) return null;
  if (route.bodyKind === 'events') return { type: "Array<Omit<CloudEvent, 'specversion'>>", optional: false };
  if (route.bodyKind === 'lines') return { type: 'string | Blob', optional: false };
  const type = printer.typeOf(route.body);
  if (route.bodyKind === 'multipart') {
    const { properties = {} } = route.body as { properties?: object };
    const fields = Object.keys(properties).length === 0 ? '' : `${type} & `;
    return { type: `${fields}FileToUpload`, optional: false };
  }
  return { type, optional: !('required' in route.body) };
}

function queryOf(route: RouteDefinition, printer: TypePrinter): Argument | null {
  const { properties = {} } = route.query as { properties?: object };
  if (Object.keys(properties).length === 0) return null;
  return { type: printer.typeOf(route.query), optional: !('required' in route.query) };
}

function answerType(route: RouteDefinition, printer: TypePrinter): string {
  if (route.answer === 'raw') return 'Response';
  return route.response === null ? 'undefined' : printer.typeOf(route.response);
}

function listItem(route: RouteDefinition, printer: TypePrinter): string | null {
  const schema = route.response as {
    properties?: { object?: { const?: string }; data?: { items?: never } };
  } | null;
  if (schema?.properties?.object?.const !== 'list') return null;
  return schema.properties.data?.items === undefined
    ? 'unknown'
    : printer.typeOf(schema.properties.data.items);
}
