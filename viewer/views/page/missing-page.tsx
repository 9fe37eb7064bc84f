// What stands at an address that is no page of ours: that there is nothing, and the ways on. Does not guess what was
// meant.
import { useEffect } from 'preact/hooks';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { cells, loadCells } from '../../state/cells/front-session.ts';
import { cellHref } from '../../state/page/address.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import '../parts/notice.css';
import './missing-page.css';

const NEWEST = 5;

export function MissingPage({ path }: { path: string }) {
  useEffect(() => {
    const stop = new AbortController();
    void loadCells(stop.signal);
    return () => stop.abort();
  }, []);
  const newest = cells.value.slice(0, NEWEST);
  return (
    <div class="notice">
      <h1>There is nothing at this address</h1>
      <p class="mono">{shownLine(path, 400)}</p>
      <p class="missing-ways">
        <a class="button" href="/" data-page>
          All runs
        </a>
        <a class="button" href="/search" data-page>
          Search all runs
        </a>
      </p>
      {newest.length > 0 && (
        <section aria-label="Newest runs">
          <h2>Newest runs</h2>
          <ul class="missing-runs">
            {newest.map((cell) => (
              <li key={cell.id}>
                <a href={cellHref(cell.id)} data-page title={shownLine(cell.id)}>
                  <OutcomeMark outcome={cell.outcome} />
                  <b>{shownLine(cell.agent, 60)}</b>
                  <span>{shownLine(cell.task ?? cell.id, 120)}</span>
                  <small>{outcomeWord(cell.outcome)}</small>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
