/** Ways to the frames and objects that want the worker's eye. */

import { nearestKey, nextUnlabelled, spanAt } from '../../tracking/course';
import type { Session } from './session.svelte';

/** To the next key frame of what is chosen, or of any object. */
export function toKey(session: Session, step: 1 | -1): void {
  const tracks = session.chosen.length > 0 ? session.chosen : session.document.tracks;
  const found = nearestKey(tracks, session.frame, step);
  if (found !== null) session.projector.step(found - session.frame);
}

export function toUnlabelled(session: Session): void {
  const { tracks } = session.document;
  const found = nextUnlabelled(tracks, session.film.ids.length, session.frame);
  if (found === null) session.say('tracking.allLabelled');
  else session.projector.step(found - session.frame);
}

/** Choose the next object of this frame, and so on round. */
export function cycle(session: Session, step: 1 | -1): void {
  const here = session.document.tracks.filter(
    (track) => spanAt(track, session.frame) && !session.hidden.has(track.key),
  );
  const at = here.findIndex(({ key }) => session.selection.includes(key));
  const fresh = step > 0 ? 0 : here.length - 1;
  const next = here[at < 0 ? fresh : (at + step + here.length) % here.length];
  if (next) session.select([next.key]);
}
