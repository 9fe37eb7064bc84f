// What stands in place of every page while the collector asks for its token: why, and a field for it. A page
// in a frame has no field: nobody can see whose frame it is.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { giveToken, wasRefused } from '../../state/page/token.ts';
import { TitleBar } from './title-bar.tsx';
import '../parts/notice.css';
import './token-page.css';

export function TokenPage() {
  if (window.top !== window)
    return (
      <div class="notice">
        <h1>This collector asks for its token</h1>
        <p>Open the replay in a page of its own to give it.</p>
      </div>
    );
  return (
    <>
      <TitleBar />
      <main class="notice token-page">
        <h1>This collector asks for its token</h1>
        <p>
          It was started with <code>--token</code>. Open the address that it printed then, or paste the token
          here. Your browser keeps a cookie made from it until you close it.
        </p>
        <TokenForm />
      </main>
    </>
  );
}

function TokenForm() {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [refused] = useState(wasRefused);
  const [empty, setEmpty] = useState(true);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? '';
    if (token !== '') giveToken(token);
  };
  return (
    <form onSubmit={submit}>
      <label for={id}>Token</label>
      <div class="token-line">
        <input
          id={id}
          ref={field}
          type="password"
          autocomplete="off"
          spellcheck={false}
          aria-describedby={refused ? `${id}-refused` : undefined}
          aria-invalid={refused && empty}
          onInput={(event) => setEmpty(event.currentTarget.value === '')}
        />
        <button type="submit" class="button primary">
          Open
        </button>
      </div>
      {refused && (
        <p id={`${id}-refused`} class="token-refused" role="alert">
          The collector does not know the token that was given.
        </p>
      )}
    </form>
  );
}
