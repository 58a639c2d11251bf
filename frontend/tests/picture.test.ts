import { describe, expect, it } from 'vitest';
import { faultFor, faultOf, filmFault } from '../src/core/faults';
import { heldScale, LONGEST_EDGE, MOST_PIXELS } from '../src/core/picture';

describe('the size at which a picture is held', () => {
  it('is its own as long as the page can hold that', () => {
    expect(heldScale(4096, 4096)).toBe(1);
    expect(heldScale(1, 1)).toBe(1);
  });

  it('keeps any picture within the limits, and its shape', () => {
    for (let width = 1; width < 70_000; width = width * 3 + 7) {
      for (let height = 1; height < 70_000; height = height * 2 + 3) {
        const scale = heldScale(width, height);
        expect(scale).toBeLessThanOrEqual(1);
        expect(width * height * scale * scale).toBeLessThanOrEqual(MOST_PIXELS * 1.000_001);
        expect(Math.max(width, height) * scale).toBeLessThanOrEqual(LONGEST_EDGE * 1.000_001);
      }
    }
  });
});

describe('what a reply says against a medium', () => {
  const refused = (status: number, body: string) => faultOf(new Response(body, { status }), 'image');
  const typed = (type: string, medium: 'image' | 'video') =>
    faultOf(new Response('x', { headers: { 'Content-Type': type } }), medium);

  it('is nothing when the type fits', async () => {
    expect(await typed('image/png', 'image')).toBeNull();
    expect(await typed('video/mp4', 'video')).toBeNull();
  });

  it('is its type when that is another', async () => {
    expect(await typed('text/html', 'image')).toBe('wrongType');
    expect(await typed('image/png', 'video')).toBe('wrongType');
  });

  it('is the reason that our server gives', async () => {
    const body = (reason: string) => JSON.stringify({ error: { code: 'media_unavailable', reason } });
    expect(await refused(502, body('status_404'))).toBe('missing');
    expect(await refused(502, body('status_503'))).toBe('unreachable');
    expect(await refused(502, body('not_media'))).toBe('wrongType');
    expect(await refused(502, '<h1>Bad gateway</h1>')).toBe('unreachable');
    expect(await refused(404, '')).toBe('missing');
    expect(faultFor('timeout')).toBe('timedOut');
    expect(faultFor('too_large')).toBe('tooLarge');
    expect(faultFor('address_refused')).toBe('unreachable');
  });
});

it('takes a film without pictures for one that does not play', () => {
  expect(filmFault({ videoWidth: 0, videoHeight: 0 })).toBe('unplayable');
  expect(filmFault({ videoWidth: 320, videoHeight: 240 })).toBeNull();
});
