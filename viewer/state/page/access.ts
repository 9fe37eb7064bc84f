// Whether the collector asks for its token: then nothing else can be shown. How it is given is token.ts's.
import { signal } from '@preact/signals';
import { whenRefused } from '../../api.ts';

export const asksForToken = signal(false);

whenRefused(() => {
  asksForToken.value = true;
});
