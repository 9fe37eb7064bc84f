// The attributes of a span, folded: name and value as they were recorded, each to be copied, all to be filtered. Keys are
// as much data as values are.
import { useSignal } from '@preact/signals';
import { formatCount } from '../../model/display/format.ts';
import type { SpanFact } from '../../model/trace/span-facts.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { SafeText } from '../parts/safe-text.tsx';

/** Fewer are seen at a glance. */
const FILTER_FROM = 8;

export function SpanAttributes({ facts, isOpen }: { facts: readonly SpanFact[]; isOpen: boolean }) {
  const text = useSignal('');
  if (facts.length === 0) return <p class="faint">No attributes were recorded.</p>;
  const wanted = text.value.trim().toLowerCase();
  const shown = facts.filter(({ key, full }) => `${key}\n${full}`.toLowerCase().includes(wanted));
  return (
    <details class="drawer-part" open={isOpen}>
      <summary>
        Attributes <span class="count">{formatCount(facts.length)}</span>
      </summary>
      {facts.length >= FILTER_FROM && (
        <input
          type="search"
          class="drawer-filter"
          aria-label="Filter attributes"
          placeholder="Filter by name or value"
          autocomplete="off"
          spellcheck={false}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            text.value = '';
            event.currentTarget.blur();
          }}
        />
      )}
      <dl class="facts">
        {shown.map((fact, index) => (
          <Fact key={`${index} ${fact.key}`} fact={fact} />
        ))}
      </dl>
      {shown.length === 0 && <p class="faint">None holds this text.</p>}
    </details>
  );
}

function Fact({ fact }: { fact: SpanFact }) {
  return (
    <div class="fact">
      <dt>
        <SafeText text={fact.key} max={200} />
        {fact.repeated && <em> again</em>}
      </dt>
      <dd class={`fact-value type-${fact.type}`}>
        {fact.folded ? (
          <details>
            <summary>
              <SafeText text={fact.preview} />
            </summary>
            <pre>
              <SafeText text={fact.full} />
            </pre>
          </details>
        ) : (
          <SafeText text={fact.full} />
        )}
      </dd>
      <dd class="fact-copy">
        <CopyButton text={fact.full} what={`the value of ${fact.key.slice(0, 80)}`} class="link" />
      </dd>
    </div>
  );
}
