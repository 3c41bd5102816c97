import type { TSchema } from 'typebox';
import type { RouteDefinition } from './define-route.ts';
import { COMMON_ERRORS, ERRORS, type ErrorCode } from './errors.ts';
import { namedSchemas, schemaText } from './named-schemas.ts';
import { memberRoutes, operatorRoutes } from './routes.ts';
import { cloudEvent } from './schemas/usage.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Document = { [name: string]: Json };

/** The OpenAPI 3.1 document of one contract, as plain data. `operationId` is the id of the route. */
export function openApiDocument(audience: 'operator' | 'member'): Document {
  const routes: readonly RouteDefinition[] = Object.values(
    audience === 'operator' ? operatorRoutes : memberRoutes,
  );
  const named = new Map([...namedSchemas()].map(([name, schema]) => [schemaText(schema), name]));
  const used = new Map<string, Json>();
  const reference = (schema: TSchema): Json => withReferences(toJson(schema), named, used, true);
  const paths: { [path: string]: Document } = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operation(route, reference);
    paths[route.path] = path;
  }
  const schemas = Object.fromEntries([...used].sort(([left], [right]) => (left < right ? -1 : 1)));
  return {
    openapi: '3.1.0',
    info: {
      title: audience === 'operator' ? 'Billhook' : 'Billhook portal',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Amounts are integer strings in minor units, unit prices decimal strings in whole currency units, times RFC 3339 in UTC.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { ...schemas, Problem: problemSchema() },
      securitySchemes: securitySchemes(audience),
    },
  };
}

function operation(route: RouteDefinition, reference: (schema: TSchema) => Json): Document {
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.path.replace(/^\/v1\/|^\/p\/\{slug\}\/api\/v1\//, '').split('/')[0] ?? ''],
    security: security(route),
    parameters: parameters(route),
    ...(route.body === null ? {} : { requestBody: requestBody(route, route.body, reference) }),
    responses: { [String(route.status)]: success(route, reference), ...problems(route) },
  };
}

function security(route: RouteDefinition): Json {
  if (route.access === 'public') return [];
  if (route.audience === 'member') return [{ memberSession: [] }];
  return route.access === 'session' ? [{ operatorSession: [] }] : [{ apiKey: [] }, { operatorSession: [] }];
}

function parameters(route: RouteDefinition): Json {
  const list: Json[] = [];
  for (const [where, schema] of [
    ['path', route.params],
    ['query', route.query],
  ] as const) {
    const { properties = {}, required = [] } = toJson(schema) as { properties?: Document; required?: Json[] };
    for (const [name, member] of Object.entries(properties)) {
      list.push({ name, in: where, required: where === 'path' || required.includes(name), schema: member });
    }
  }
  if (route.idempotency === 'required') {
    list.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: true,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    });
  }
  return list;
}

function requestBody(route: RouteDefinition, body: TSchema, reference: (schema: TSchema) => Json): Json {
  const content: Document = {};
  for (const type of route.contentTypes) {
    content[type] = {
      schema: bodySchema(route, type, body, reference),
      ...(isPlain(route) ? { example: toJson(route.example) } : {}),
    };
  }
  return { required: true, content };
}

function isPlain(route: RouteDefinition): boolean {
  return route.bodyKind === 'json' && route.example !== undefined;
}

function bodySchema(
  route: RouteDefinition,
  type: string,
  body: TSchema,
  reference: (schema: TSchema) => Json,
): Json {
  if (route.bodyKind === 'events') {
    const event = reference(cloudEvent);
    if (type === 'application/x-ndjson') return { type: 'string', description: 'One CloudEvent a line.' };
    const batch: Json = { type: 'array', items: event, minItems: 1, maxItems: 1000 };
    if (type === 'application/cloudevents+json') return event;
    return type === 'application/json' ? { anyOf: [event, batch] } : batch;
  }
  if (route.bodyKind === 'lines') return { type: 'string', description: 'One CloudEvent a line.' };
  if (route.bodyKind !== 'multipart') return reference(body);
  const fields = toJson(body) as { properties?: Document; required?: Json[] };
  return {
    ...fields,
    properties: {
      ...fields.properties,
      file: { type: 'string', contentMediaType: 'application/octet-stream' },
    },
    required: [...(fields.required ?? []), 'file'],
  };
}

function success(route: RouteDefinition, reference: (schema: TSchema) => Json): Json {
  if (route.answer === 'none') return { description: 'Done.' };
  if (route.response !== null) {
    return {
      description: 'Success.',
      content: { 'application/json': { schema: reference(route.response) } },
    };
  }
  return {
    description: 'Success.',
    content: Object.fromEntries(route.answerTypes.map((type) => [type, {}])),
  };
}

/** Every code that the route may answer with, gathered by status. */
function problems(route: RouteDefinition): Document {
  const signIn: ErrorCode[] = route.access === 'public' ? [] : ['auth.required', 'auth.forbidden'];
  const keys: ErrorCode[] =
    route.idempotency === 'required'
      ? ['idempotency.key_missing', 'idempotency.key_reused', 'idempotency.in_progress']
      : [];
  const byStatus = new Map<number, Set<ErrorCode>>();
  for (const code of [...route.errors, ...signIn, ...keys, ...COMMON_ERRORS]) {
    const status = ERRORS[code].status;
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  const answers: Document = {};
  for (const status of [...byStatus.keys()].sort((left, right) => left - right)) {
    answers[String(status)] = {
      description: [...(byStatus.get(status) ?? [])].sort().join(', '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return answers;
}

/** RFC 9457, with our own members. */
function problemSchema(): Json {
  const fault = {
    type: 'object',
    properties: { pointer: { type: 'string' }, code: { type: 'string' }, detail: { type: 'string' } },
    required: ['pointer', 'code', 'detail'],
  };
  return {
    type: 'object',
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      code: { type: 'string', enum: Object.keys(ERRORS).sort() },
      retryable: { type: 'boolean' },
      request_id: { type: 'string' },
      errors: { type: 'array', items: fault },
    },
    required: ['type', 'title', 'status', 'code', 'retryable'],
  };
}

function securitySchemes(audience: 'operator' | 'member'): Document {
  if (audience === 'member') {
    return { memberSession: { type: 'apiKey', in: 'cookie', name: 'billhook_member.session_token' } };
  }
  return {
    apiKey: { type: 'http', scheme: 'bearer' },
    operatorSession: { type: 'apiKey', in: 'cookie', name: 'billhook_operator.session_token' },
  };
}

function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Replaces what has a name by a reference to it, and keeps what was referred to. */
function withReferences(
  node: Json,
  named: ReadonlyMap<string, string>,
  used: Map<string, Json>,
  canBeNamed: boolean,
): Json {
  if (Array.isArray(node)) return node.map((item) => withReferences(item, named, used, true));
  if (typeof node !== 'object' || node === null) return node;
  const name = canBeNamed ? named.get(JSON.stringify(node)) : undefined;
  if (name !== undefined) {
    if (!used.has(name)) {
      used.set(name, {});
      used.set(name, withReferences(node, named, used, false));
    }
    return { $ref: `#/components/schemas/${name}` };
  }
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withReferences(value, named, used, true)]),
  );
}
