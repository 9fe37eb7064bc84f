// The compare page. Being built: it shows what it is to show and nothing else.
import { TitleBar } from './title-bar.tsx';

export function ComparePage({ ids }: { ids: readonly string[] }) {
  return (
    <>
      <TitleBar />
      <main>{ids.join(' ')}</main>
    </>
  );
}
