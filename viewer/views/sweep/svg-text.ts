// A drawing of the page as an SVG file of its own: the looks that style sheets gave it are written into it, since a file
// has no style sheet of ours.

const LOOKS = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
];

export function svgText(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const copies = [copy, ...copy.querySelectorAll('*')];
  for (const [at, original] of [svg, ...svg.querySelectorAll('*')].entries()) {
    const look = getComputedStyle(original);
    const into = copies[at];
    for (const name of LOOKS) into?.setAttribute(name, look.getPropertyValue(name));
    into?.removeAttribute('class');
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(svg.clientWidth));
  copy.setAttribute('height', String(svg.clientHeight));
  return new XMLSerializer().serializeToString(copy);
}
