// Draws a component again only when one of its props is another value: preact/compat's memo, without the rest of
// preact/compat. What draws itself anew by signals in a page that is drawn once belongs in it: else the page holds what
// was drawn first, and by lists of children that they share all that was drawn since.
import { Component, type ComponentType, h } from 'preact';

export function memo<P extends object>(Inner: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before = Object.entries(this.props);
      const now = new Map(Object.entries(next));
      return before.length !== now.size || before.some(([key, value]) => now.get(key) !== value);
    }
    override render(props: P) {
      return h(Inner, props);
    }
  };
}
