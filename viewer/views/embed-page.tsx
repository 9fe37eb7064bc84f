// The embed page. Being built: it shows what it is to show and nothing else.
import type { CellAddress } from '../state/address.ts';
import { TitleBar } from './title-bar.tsx';

export function EmbedPage({ address }: { address: CellAddress }) {
  return (
    <>
      <TitleBar />
      <main>{address.id}</main>
    </>
  );
}
