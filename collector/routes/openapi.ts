// The OpenAPI 3.1 document: the catalogue's routes with the schemas of shared/wire.ts. OpenAPI 3.1 takes
// JSON Schema 2020-12 as it is, which is what zod writes. Does not describe a route that is not among them.
import { z } from 'zod';
import { errorBody, scoresBody } from '../../shared/wire.ts';
import type { Answer, Route } from './route.ts';

/** @param routes asked when somebody wants to read of them */
export const openapi = (routes: () => readonly Route[]) => (): Answer => {
  let document: object | null = null;
  return (c) => {
    document ??= openapiDocument(routes());
    return c.json(document);
  };
};

/** `/api/cells/:id` as OpenAPI writes it: `/api/cells/{id}`. */
export function openapiPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
}

function openapiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const entry of routes) {
    const path = openapiPath(entry.path);
    const operations = paths[path] ?? {};
    operations[entry.method] = operationOf(entry, path);
    paths[path] = operations;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Playhead',
      version: '0.1.0',
      description:
        'Times are decimal strings of Unix nanoseconds. A cell id is one percent-encoded path segment.',
    },
    paths,
    components: {
      schemas: { Error: schemaOf(errorBody), Status: statusSchema, [anyJson]: anyJsonSchema() },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{}, { token: [] }],
  };
}

/** google.rpc.Status: what OTLP's addresses answer in the encoding of the request. */
const statusSchema = {
  type: 'object',
  properties: { code: { type: 'integer' }, message: { type: 'string' } },
  required: ['code', 'message'],
};

function operationOf(entry: Route, path: string): unknown {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const query = Object.entries(entry.query ?? {}).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }));
  const answer = { description: entry.summary, content: contentOf(entry.gives) };
  const failure = entry.path.includes('/v1/') ? 'Status' : 'Error';
  const failures = (entry.fails ?? []).map((status) => [
    String(status),
    {
      description: status === 503 ? 'Try again: Retry-After says when' : failure,
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${failure}` } } },
    },
  ]);
  return {
    summary: entry.summary,
    'x-reads': entry.reads,
    'x-writes': entry.writes,
    parameters: [...parameters, ...query],
    ...(entry.takes && { requestBody: { required: true, content: contentOf(entry.takes) } }),
    responses: {
      '200': answer,
      ...(entry.created && { '201': answer }),
      ...Object.fromEntries(failures),
    },
  };
}

function contentOf(body: z.ZodType | string | readonly string[]): Record<string, unknown> {
  if (typeof body === 'string') return { [body]: {} };
  if (Array.isArray(body)) return Object.fromEntries(body.map((type) => [type, {}]));
  return { 'application/json': { schema: schemaOf(body as z.ZodType) } };
}

/** The one schema that refers to itself: any JSON. It is one of the components. */
const anyJson = 'Json';

function schemaOf(schema: z.ZodType): unknown {
  const { $schema: _dialect, $defs: _own, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return withSharedRefs(rest);
}

/** References as they hold within the whole document. */
function withSharedRefs(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"#/$defs/__schema0"', `"#/components/schemas/${anyJson}"`),
  );
}

function anyJsonSchema(): unknown {
  const { $defs = {} } = z.toJSONSchema(scoresBody, { io: 'input' });
  return withSharedRefs($defs.__schema0);
}
