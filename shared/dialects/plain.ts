// Names without a prefix, which harnesses give the process and the container that they run an agent in.
import type { Dialect } from './dialect.ts';

export const plain: Dialect = {
  name: 'names without a prefix',
  ends: {
    exitCode: ['exit_code'],
    timedOut: ['timed_out'],
    image: ['image'],
    imageDigest: ['image_digest'],
  },
};
