// A zip archive as a test wants it: members stored, deflated or packed with zstd, with sizes that may lie.
import zlib from 'node:zlib';

export interface Member {
  readonly name: string;
  readonly text: string;
  readonly method?: 'stored' | 'deflate' | 'zstd';
  /** The size that the archive gives, where it lies. */
  readonly claimedSize?: number;
}

const methods = { stored: 0, deflate: 8, zstd: 93 } as const;

export function zipOf(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, method = 'deflate', claimedSize } of members) {
    const bytes = Buffer.from(text);
    const packed =
      method === 'stored'
        ? bytes
        : method === 'deflate'
          ? zlib.deflateRawSync(bytes)
          : zlib.zstdCompressSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(methods[method], 4);
    fields.writeUInt32LE(zlib.crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claimedSize ?? bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, tail, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, entries, Buffer.from('PK\x05\x06'), end]);
}
