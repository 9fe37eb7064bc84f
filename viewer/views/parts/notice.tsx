// What a page says when it cannot show what was asked: a plain sentence, the cause, a way on.
import './notice.css';

export function Trouble({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const unreachable = 'code' in error && error.code === 'unreachable';
  return (
    <div class="notice" role="alert">
      <h2>{unreachable ? 'The collector cannot be reached' : 'This could not be loaded'}</h2>
      <p>
        {unreachable
          ? 'It may have stopped, or the network may be away. The page goes on by itself when it is back.'
          : error.message}
      </p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

export function NotFound({ title, detail }: { title: string; detail: string }) {
  return (
    <div class="notice">
      <h1>{title}</h1>
      <p class="mono">{detail}</p>
      <a class="button" href="/" data-page>
        All cells
      </a>
    </div>
  );
}

/** An empty place within a page, in its own words. */
export function Nothing({ title, children }: { title: string; children?: preact.ComponentChildren }) {
  return (
    <div class="nothing">
      <p class="nothing-title">{title}</p>
      {children}
    </div>
  );
}
