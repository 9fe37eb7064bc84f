// What one entry of the catalogue states about a route, and what its handler is given. Does not answer
// anything itself.
import type { Context } from 'hono';
import type { z } from 'zod';
import type { AgentsJson } from '../../shared/wire.ts';
import type { Access } from '../access.ts';
import type { Admission } from '../admission.ts';
import type { StoreReads } from '../cell/stores.ts';
import type { CollectorMetrics } from '../http/collector-metrics.ts';
import type { HeldAnswers } from '../http/held-answers.ts';
import type { Readiness } from '../http/readiness.ts';
import type { Prices } from '../prices/prices.ts';
import type { Search } from '../search/search-thread-host.ts';
import type { Writer } from '../writer.ts';
import type { ViewerFiles } from './viewer-files.ts';

/** What the handlers of an application share. */
export interface RouteContext {
  readonly store: StoreReads;
  readonly writer: Writer;
  readonly metrics: CollectorMetrics;
  readonly readiness: Readiness;
  readonly answers: HeldAnswers;
  readonly admission: Admission;
  readonly search: Search;
  readonly viewer: ViewerFiles;
  readonly agents: AgentsJson['agents'];
  readonly prices: Prices;
  readonly asksForToken: boolean;
}

/** What a route touches. What is projected is waited for before a route that reads it is asked. */
export type Touches = 'nothing' | 'records' | 'scores' | 'terminal' | 'operation' | 'viewer';

export type Answer = (c: Context) => Response | Promise<Response>;

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As Hono writes it. */
  readonly path: string;
  /** What a token must hold, where the collector asks for one. */
  readonly access: Access;
  readonly summary: string;
  readonly reads: Touches;
  readonly writes: Touches;
  /** JSON schema of the request's body, or its media types. */
  readonly takes?: z.ZodType | readonly string[];
  /** JSON schema of the answer, or its media type. */
  readonly gives: z.ZodType | string;
  readonly query?: Readonly<Record<string, string>>;
  /** Statuses of answers other than 200 that belong to this route. */
  readonly fails?: readonly number[];
  readonly created?: true;
  /** Asked once an application for what answers this route in it. */
  readonly handler: (context: RouteContext) => Answer;
}
