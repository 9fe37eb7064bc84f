// Where the viewer starts: the page that the URL names, and the sheet of keys above it.
import { signal } from '@preact/signals';
import { render } from 'preact';
import { asksForToken } from './state/page/access.ts';
import { followConnection, returns } from './state/page/connection.ts';
import { route, startRouting } from './state/page/route.ts';
import { followSystemTheme } from './state/page/settings.ts';
import { CellPage } from './views/cell/cell-page.tsx';
import { TitleBar } from './views/page/title-bar.tsx';
import { lazy } from './views/parts/lazy.tsx';
// For every page, those without keys of their own too: what an input method takes is stopped there.
import './views/parts/use-keys.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/print.css';

const FrontPage = lazy(
  () => import('./views/front/front-page.tsx').then((module) => module.FrontPage),
  <TitleBar />,
);
const MissingPage = lazy(
  () => import('./views/page/missing-page.tsx').then((module) => module.MissingPage),
  null,
  { ahead: false },
);
const SweepPage = lazy(
  () => import('./views/sweep/sweep-page.tsx').then((module) => module.SweepPage),
  <TitleBar />,
  { ahead: false },
);
const ComparePage = lazy(
  () => import('./views/compare/compare-page.tsx').then((module) => module.ComparePage),
  <TitleBar />,
  { ahead: false },
);
const SearchPage = lazy(
  () => import('./views/search/search-page.tsx').then((module) => module.SearchPage),
  <TitleBar />,
  { ahead: false },
);
const EmbedPage = lazy(
  () => import('./views/embed/embed-page.tsx').then((module) => module.EmbedPage),
  null,
  {
    ahead: false,
  },
);
const TokenPage = lazy(
  () => import('./views/page/token-page.tsx').then((module) => module.TokenPage),
  <TitleBar />,
  { ahead: false },
);
const Palette = lazy(() => import('./views/palette/palette.tsx').then((module) => module.Palette));
const HelpSheet = lazy(() => import('./views/page/help-sheet.tsx').then((module) => module.HelpSheet));

const ConnectionBar = lazy(() =>
  import('./views/page/connection-bar.tsx').then((module) => module.ConnectionBar),
);

/** Raised to open the same page again. */
const reloads = signal(0);

function App() {
  return (
    <>
      {/* What the collector did not answer is asked for again when it is back. */}
      <Page key={returns.value} />
      <HelpSheet />
      <ConnectionBar />
      {route.value.page !== 'embed' && <Palette />}
    </>
  );
}

function Page() {
  const here = route.value;
  if (asksForToken.value) return <TokenPage />;
  if (here.page === 'cells') return <FrontPage />;
  if (here.page === 'sweep') return <SweepPage key={here.sweep} sweep={here.sweep} />;
  if (here.page === 'compare') return <ComparePage key={here.ids.join('\n')} ids={here.ids} />;
  if (here.page === 'search') return <SearchPage />;
  if (here.page === 'embed') return <EmbedPage key={JSON.stringify(here.address)} address={here.address} />;
  if (here.page === 'cell')
    return (
      <CellPage
        key={`${JSON.stringify(here.address)} ${reloads.value}`}
        address={here.address}
        onReload={() => {
          reloads.value++;
        }}
      />
    );
  return (
    <>
      <TitleBar />
      <main>
        <MissingPage path={here.path} />
      </main>
    </>
  );
}

startRouting();
followConnection();
followSystemTheme();
const root = document.getElementById('app');
if (!root) throw new Error('index.html holds no #app');
render(<App />, root);
