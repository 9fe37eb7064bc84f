// The search page. Being built: it shows what it is to show and nothing else.
import { TitleBar } from './title-bar.tsx';

export function SearchPage() {
  return (
    <>
      <TitleBar />
      <main>{''}</main>
    </>
  );
}
