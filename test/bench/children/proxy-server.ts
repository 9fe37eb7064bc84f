// The recording proxy in a process of its own, as it stands in `playhead run`. Takes the address behind it,
// prints its own.
import { ModelProxy } from '../../../adapter/run/model-proxy.ts';

let calls = 0;
const proxy = await ModelProxy.start({ env: {} });
proxy.listen(() => calls++);
console.log(proxy.route('/openai', process.argv[2] ?? ''));
process.on('disconnect', () => process.exit());
