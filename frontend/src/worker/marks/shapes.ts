/** Marks as the drawing surface knows them, and back. */

import type { Made } from '../../annotate/drafting';
import type { Shape } from '../../annotate/model';
import type { Mark, Place } from '../../core/kinds/annotation';
import { boxPlace, pointPlace, spotsOf } from '../../core/marks/places';
import type { Size } from '../../core/wire';

export function shapeOf(mark: Mark, label: string, color: string): Shape {
  const points = spotsOf(mark.place);
  return { id: String(mark.id), type: points.length > 1 ? 'rectangle' : 'point', points, label, color };
}

/** What the canvas tells of the marks by their shapes' names. */
export function actsOn(act: (ids: readonly number[]) => void): (ids: readonly string[]) => void {
  return (ids) => act(ids.map(Number));
}

export function placeOf({ type, points }: Pick<Made, 'type' | 'points'>, size: Size): Place {
  const [one = { x: 0, y: 0 }, other = one] = points;
  return type === 'rectangle' ? boxPlace(one, other, size) : pointPlace(one, size);
}
