// pi reads its providers from one folder: for a run that is led through a proxy it gets a folder of links to
// everything in that one, but for the file with the providers' addresses.
import type { Overlay, OverlayContext } from '../agent.ts';
import { isObject, objectAt, parseObject, textAt } from '../reading/json-value.ts';
import { isHttp, pathSegment, withoutComments } from '../reading/user-config.ts';
import type { Json } from '../step.ts';

export function overlayPiModels({ env, home, scratch, read, route }: OverlayContext): Overlay {
  const own = env.PI_CODING_AGENT_DIR || `${home}/.pi/agent`;
  const models = parseObject(withoutComments(read(`${own}/models.json`)));
  const providers = objectAt(models, 'providers');
  if (models === null || providers === null) return {};
  const changed = Object.entries(providers).map(([id, provider]): [string, Json] => {
    const baseUrl = textAt(provider, 'baseUrl');
    if (!isObject(provider) || baseUrl === null || !isHttp(baseUrl)) return [id, provider];
    return [id, { ...provider, baseUrl: route(`/pi-${pathSegment(id)}`, baseUrl) }];
  });
  const text = JSON.stringify({ ...models, providers: Object.fromEntries(changed) });
  const at = `${scratch}/pi-agent`;
  return {
    env: { PI_CODING_AGENT_DIR: at },
    // Sessions must stay where the user finds them.
    mirror: { of: own, at, files: [{ name: 'models.json', text }], folders: ['sessions'] },
  };
}
