// Says on every page that the collector does not answer, when it is asked again, and offers to ask at once. What is shown
// above it stays. Does not ask: state/page/connection does.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { connectionLost, nextTryMs, tryNow } from '../../state/page/connection.ts';
import './connection-bar.css';

export function ConnectionBar() {
  return connectionLost.value ? <Bar /> : null;
}

function Bar() {
  const nowMs = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      nowMs.value = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  const leftS = Math.max(1, Math.ceil((nextTryMs.value - nowMs.value) / 1000));
  return (
    <section class="connection-bar" aria-label="Connection">
      <p role="status">Connection lost</p>
      <p>{nextTryMs.value === 0 ? 'asking…' : `retrying in ${leftS} s`}</p>
      <button type="button" class="link" disabled={nextTryMs.value === 0} onClick={() => void tryNow()}>
        Retry now
      </button>
    </section>
  );
}
