// The scan of Metric messages: walks what protobuf-metric.ts reads, counts the same in the tally, and
// builds nothing.
import { limits } from './limits.ts';
import { attributeTags, metricDataTags } from './protobuf-metric.ts';
import { scanAttribute, scanText, scanTime } from './scan-value.ts';
import type { Tally } from './tally.ts';
import type { WireReader } from './wire-reader.ts';

export function scanMetric(r: WireReader, end: number, tally: Tally): void {
  const { accepted } = tally;
  try {
    while (r.pos < end) {
      const tag = r.tag(end);
      const kind = metricDataTags.get(tag);
      if (kind !== undefined) scanData(r, r.length(end), kind, tally);
      else if (tag === 10 || tag === 18 || tag === 26) scanText(r, end, limits.nameBytes, tally);
      else r.skip(tag, end);
    }
  } catch (error) {
    tally.rejectSince(accepted, error);
    r.pos = end;
  }
}

function scanData(r: WireReader, end: number, kind: keyof typeof attributeTags, tally: Tally): void {
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) scanPoint(r, r.length(end), kind, tally);
    else r.skip(tag, end);
  }
}

function scanPoint(r: WireReader, end: number, kind: keyof typeof attributeTags, tally: Tally): void {
  tally.beginRecord();
  let startTooLate = false;
  let timeTooLate = false;
  let attributes = 0;
  const attributeTag = attributeTags[kind];
  try {
    while (r.pos < end) {
      const tag = r.tag(end);
      if (tag === attributeTag) attributes = scanAttribute(r, end, attributes, tally);
      else if (tag === 17) startTooLate = scanTime(r, end);
      else if (tag === 25) timeTooLate = scanTime(r, end);
      else if (kind === 'histogram') scanHistogram(r, tag, end, tally);
      else if (kind === 'exponential_histogram' && (tag === 66 || tag === 74))
        scanBuckets(r, r.length(end), tally);
      else if (kind === 'summary' && tag === 50) {
        tally.part();
        scanFields(r, r.length(end));
      } else r.skip(tag, end);
    }
  } catch (error) {
    r.pos = end;
    tally.rejectDamaged(error, '');
    return;
  }
  if (tally.rejectsHeadless('')) return;
  if (startTooLate || timeTooLate) tally.reject('time', '');
}

function scanHistogram(r: WireReader, tag: number, end: number, tally: Tally): void {
  if (tag === 50 || tag === 58) {
    const stop = r.length(end);
    if ((stop - r.pos) % 8 !== 0) r.fail('packed values of odd length');
    tally.part((stop - r.pos) / 8);
    r.pos = stop;
    return;
  }
  if (tag === 49 || tag === 57) tally.part();
  r.skip(tag, end);
}

function scanBuckets(r: WireReader, end: number, tally: Tally): void {
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 18) {
      const stop = r.length(end);
      while (r.pos < stop) {
        tally.part();
        r.skipVarint(stop);
      }
    } else {
      if (tag === 16) tally.part();
      r.skip(tag, end);
    }
  }
}

function scanFields(r: WireReader, end: number): void {
  while (r.pos < end) r.skip(r.tag(end), end);
}
