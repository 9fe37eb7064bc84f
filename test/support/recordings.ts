// The files that tests read as agents wrote them: recordings and samples under test/fixtures, and the example
// cells. Does not judge what is in them; each folder's README says how its files came to be.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '../..');

/** A recording of a real agent, as `AGENT/VERSION/…`. */
export function recordingPath(path: string): string {
  return join(root, 'test/fixtures/recordings', path);
}

export function readRecording(path: string): string {
  return readFileSync(recordingPath(path), 'utf8');
}

export interface RecordedBody {
  readonly name: string;
  readonly signal: 'traces' | 'logs' | 'metrics';
  readonly encoding: 'json' | 'protobuf';
  readonly bytes: Uint8Array;
  /** As it went over the wire where that was compressed. */
  readonly gzip: Uint8Array | null;
}

/** The OTLP bodies of one folder, in the order in which they were sent. */
export function recordedBodies(folder: string): RecordedBody[] {
  return readdirSync(recordingPath(folder))
    .sort()
    .flatMap((name) => {
      const match = /^\d+-(traces|logs|metrics|wire)\.(json|pb)(\.gz)?$/.exec(name);
      if (!match) return [];
      const file = readFileSync(join(recordingPath(folder), name));
      const isWire = match[1] === 'wire';
      return {
        name,
        signal: isWire ? 'traces' : (match[1] as RecordedBody['signal']),
        encoding: match[2] === 'pb' ? 'protobuf' : 'json',
        bytes: match[3] ? gunzipSync(file) : file,
        gzip: isWire ? file : null,
      };
    });
}

/** A file in the form that an agent documents, written for the tests, as `AGENT/…`. */
export function samplePath(path: string): string {
  return join(root, 'test/fixtures/samples', path);
}

export function readSample(path: string): string {
  return readFileSync(samplePath(path), 'utf8');
}

/** A file of the example cells. */
export function examplePath(path: string): string {
  return join(root, 'examples', path);
}

export function readExample(path: string): string {
  return readFileSync(examplePath(path), 'utf8');
}
