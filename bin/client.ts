// Which collector a command speaks to, what for it lets it in, and which cell is meant: by its id or by the address of
// its replay, which holds both. Asks a collector only where an address leaves the cell's sweep open.
import type { ClientOptions } from '../adapter/sdk/collector-client.ts';
import { trimEndpoint } from '../adapter/sdk/endpoint.ts';
import { CELL_ID_GRAMMAR, cellIdProblem, readCellAddress } from '../shared/cell-id.ts';
import type { CellsPage } from '../shared/wire.ts';
import { DEFAULT_PORT } from './shared-flags.ts';
import { UsageError } from './usage-error.ts';

interface ClientValues {
  readonly endpoint?: string;
  readonly token?: string;
}
export type Client = Pick<ClientOptions, 'endpoint' | 'token'>;

/**
 * The collector that flags or their twins name. Its address may be the one that `playhead serve --token` prints:
 * the token is taken out of it, so that it shows in no address that is printed or recorded.
 * @throws UsageError
 */
export function readClient(values: ClientValues): Client {
  const given = values.endpoint ?? `http://127.0.0.1:${DEFAULT_PORT}`;
  if (!/^https?:\/\//.test(given) || !URL.canParse(given))
    throw new UsageError(`--endpoint takes the collector's address, not ${JSON.stringify(given)}`);
  const [address = '', query] = given.split('?');
  const token = values.token ?? new URLSearchParams(query).get('token') ?? undefined;
  const endpoint = trimEndpoint(address);
  return token === undefined ? { endpoint } : { endpoint, token: readToken(token) };
}

/** A header must be able to carry it, and nobody should guess it. @throws UsageError */
export function readToken(text: string): string {
  if (!/^[\x21-\x7e]{16,}$/.test(text))
    throw new UsageError('--token takes at least 16 visible ASCII characters, e.g. `openssl rand -hex 24`');
  return text;
}

export const cellArgument = {
  name: 'CELL',
  about: 'a run: its id, or the address of its replay, which names the collector too',
} as const;

/** Whether a run is named by the address of its replay. */
export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** A cell, and the collector that has it. @throws UsageError, CollectorError */
export async function readCell(
  text: string,
  values: ClientValues,
): Promise<{ readonly client: Client; readonly cellId: string }> {
  if (!isAddress(text)) {
    const wrong = cellIdProblem(text);
    if (wrong !== null) throw new UsageError(`the cell ${JSON.stringify(text)} ${wrong}; ${CELL_ID_GRAMMAR}`);
    return { client: readClient(values), cellId: text };
  }
  const page = readPage(text);
  // Whatever a variable names, the address says where its run is.
  const token = values.token ?? page.token;
  const client = readClient({ endpoint: page.endpoint, ...(token === null ? {} : { token }) });
  if (page.id !== null) return { client, cellId: page.id };
  return { client, cellId: await newestCell(client, page.query, text) };
}

/** A page of ours that shows one cell. @throws UsageError */
function readPage(text: string): {
  readonly endpoint: string;
  readonly token: string | null;
  readonly id: string | null;
  readonly query: URLSearchParams;
} {
  const no = () =>
    new UsageError(`${text} is no address of a replay: …/cell/<agent>/<model>/<family>/<task>?sweep=…`);
  if (!URL.canParse(text)) throw no();
  const { origin, pathname, searchParams } = new URL(text);
  // A proxy may have put a prefix before the pages.
  const [, prefix = '', kind, below = ''] =
    /^(.*?)\/((?:embed\/)?cell|api\/cells)(?:\/(.*))?$/.exec(pathname) ?? [];
  if (kind === undefined) throw no();
  const found = { endpoint: `${origin}${prefix}`, token: searchParams.get('token') };
  try {
    const parts = below.split('/').filter((part) => part !== '');
    if (kind === 'api/cells')
      return { ...found, id: decodeURIComponent(parts[0] ?? ''), query: new URLSearchParams() };
    const address = readCellAddress(parts.map(decodeURIComponent), searchParams);
    if (address === null) throw no();
    const { agent, model, task } = address;
    const query = new URLSearchParams({
      agent: agent ?? '',
      model: model ?? '',
      task: task ?? '',
      limit: '1',
    });
    return { ...found, id: address.id, query };
  } catch (error) {
    if (error instanceof URIError) throw no();
    throw error;
  }
}

/** The newest cell of an address without a sweep, which is the one that its page shows. */
async function newestCell(client: Client, query: URLSearchParams, address: string): Promise<string> {
  const { readJson } = await import('../adapter/sdk/collector-client.ts');
  const { cells } = await readJson<CellsPage>(client, `/api/cells?${query}`);
  const [newest] = cells;
  if (!newest) throw new Error(`${address}: no run of this agent, model and task is stored there`);
  return newest.id;
}
