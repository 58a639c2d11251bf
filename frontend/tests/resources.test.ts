import { describe, expect, it } from 'vitest';
import { translator } from '../src/core/messages';
import { candidates, isYouTubePlayer, parseDial, shortName } from '../src/core/resources';
import { en } from '../src/locales/en';

describe('a call', () => {
  it('has a link for telephones and its tones as steps', () => {
    expect(parseDial('dial:+14155550123@ww12w#')).toEqual({
      number: '+14155550123',
      tones: 'ww12w#',
      href: 'tel:+14155550123;postd=ww12w%23',
      steps: [{ pauseSeconds: 1 }, { key: '1' }, { key: '2' }, { pauseSeconds: 0.5 }, { key: '#' }],
    });
    expect(parseDial('dial:5550123')).toMatchObject({ href: 'tel:5550123', steps: [] });
  });

  it('is nothing but exactly that', () => {
    for (const text of ['dial:', 'dial:+1@', 'call dial:+1415', 'dial:+14155550123@<b>']) {
      expect(parseDial(text)).toBeNull();
    }
  });
});

describe('a foreign frame', () => {
  it('keeps its origin only as a YouTube player', () => {
    expect(isYouTubePlayer('https://www.youtube.com/embed/abc-123_x?start=3')).toBe(true);
    for (const address of [
      'http://www.youtube.com/embed/abc',
      'https://www.youtube.com.evil.example/embed/abc',
      'https://www.youtube.com/embed/../watch',
      'https://www.youtube.com/watch?v=abc',
      'https://evil.example/https://www.youtube.com/embed/abc',
    ]) {
      expect(isYouTubePlayer(address)).toBe(false);
    }
  });
});

it('media are tried through this server, then as given', () => {
  expect(candidates('http://a/x', { 'http://a/x': '/m/1' })).toEqual(['/m/1', 'http://a/x']);
  expect(candidates('http://a/x', {})).toEqual(['http://a/x']);
});

it('addresses are named by host and last part', () => {
  expect(shortName('https://example.com/a/b%20c.png?x')).toBe('example.com · b c.png');
  expect(shortName('https://example.com/%ff')).toBe('example.com · %ff');
  expect(shortName('https://example.com')).toBe('example.com');
});

it('messages are filled in, in the plural where there are several', () => {
  const t = translator(en, 'en');
  expect(t('app.today', { count: 1 })).toBe('1 answer sent');
  expect(t('app.today', { count: 1200 })).toBe('1,200 answers sent');
  expect(t('dial.call', { number: '+1 {tones} $&' })).toBe('Call +1 {tones} $&');
});
