/** Whether an SVG would keep the page's thread busy: by its length, or by copies of copies. */

const MOST_CHARACTERS = 5_000_000;
const MOST_ELEMENTS = 200_000;
const ALIVE = /http:\/\/www\.w3\.org\/(2000\/svg|1999\/xhtml)/g;
const XLINK = 'http://www.w3.org/1999/xlink';

/** Judge an SVG by the elements that painting it comes to, every `use` followed. Runs none of it. */
export function isHeavy(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return true;
  try {
    return elementsPainted(text) > MOST_ELEMENTS;
  } catch {
    return true; // nested so deep that following it ran out of room
  }
}

function elementsPainted(text: string): number {
  // Of other namespaces its elements are nothing to the browser, without even handlers to refuse.
  const page = new DOMParser().parseFromString(text.replace(ALIVE, 'urn:$1'), 'application/xml');
  const names = new Map<string, Element>();
  for (const element of page.querySelectorAll('[id]')) names.set(element.id, element);
  return weight(page.documentElement, names, new Map());
}

/** Elements below and with `element`, counting what each `use` repeats; circles weigh nothing. */
function weight(
  element: Element,
  names: ReadonlyMap<string, Element>,
  known: Map<Element, number>,
): number {
  const found = known.get(element);
  if (found !== undefined) return found;
  known.set(element, 0);
  let sum = 1;
  for (const child of element.children) sum += weight(child, names, known);
  if (element.localName === 'use') {
    const link = element.getAttribute('href') ?? element.getAttributeNS(XLINK, 'href') ?? '';
    const target = names.get(link.replace(/^#/, ''));
    if (target) sum += weight(target, names, known);
  }
  known.set(element, sum);
  return sum;
}
