// The sweep page. Being built: it shows what it is to show and nothing else.
import { TitleBar } from './title-bar.tsx';

export function SweepPage({ sweep }: { sweep: string }) {
  return (
    <>
      <TitleBar />
      <main>{sweep}</main>
    </>
  );
}
