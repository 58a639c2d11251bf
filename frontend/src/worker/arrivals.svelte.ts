/** Word of new work for somebody who is not at the page: a quiet sound, a notification, a badge. */

import { preferences } from './preferences.svelte';
import { t } from './setup';

/** The hands rest so long before the worker counts as away. */
const AWAY_MS = 60_000;
/** Two soft notes, a fourth apart: hertz, and seconds after the start. */
const NOTES = [
  { hertz: 587.33, at: 0 },
  { hertz: 783.99, at: 0.16 },
] as const;
const LOUDNESS = 0.06;

interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

class Arrivals {
  /** Whether the browser lets this page show notifications. */
  allowed = $state('Notification' in window && Notification.permission === 'granted');
  /** Installs the page as an app, where the browser offers that. */
  install = $state.raw<(() => void) | null>(null);
  #sounds: AudioContext | null = null;
  #touched = Date.now();
  #shown: Notification | null = null;

  constructor() {
    window.addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.install = () => {
        this.install = null;
        void (event as InstallEvent).prompt();
      };
    });
  }

  /** The worker moved; browsers let a page sound only after that. */
  touch(): void {
    this.#touched = Date.now();
    if (preferences.now.sound && !this.#sounds) this.#sounds = new AudioContext();
    this.seen();
  }

  /** The page is looked at: what was said is done with. */
  seen(): void {
    this.#shown?.close();
    this.#shown = null;
    void navigator.clearAppBadge?.().catch(() => undefined);
  }

  /** A task has come where there was none. */
  announce(project: string): void {
    const away = document.hidden || Date.now() - this.#touched > AWAY_MS;
    if (!away) return;
    if (preferences.now.sound) this.play();
    void navigator.setAppBadge?.().catch(() => undefined);
    if (preferences.now.notify && this.allowed) void this.#notify(project);
  }

  /** Ask for consent where it was not given yet. */
  async mayNotify(): Promise<boolean> {
    if (!('Notification' in window)) return false;
    this.allowed = (await Notification.requestPermission()) === 'granted';
    return this.allowed;
  }

  play(): void {
    this.#sounds ??= new AudioContext();
    const sounds = this.#sounds;
    void sounds.resume();
    for (const { hertz, at } of NOTES) {
      const start = sounds.currentTime + at;
      const voice = new OscillatorNode(sounds, { frequency: hertz });
      const loudness = new GainNode(sounds, { gain: 0 });
      loudness.gain.setValueAtTime(0, start);
      loudness.gain.linearRampToValueAtTime(LOUDNESS, start + 0.03);
      loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.6);
      voice.connect(loudness).connect(sounds.destination);
      voice.start(start);
      voice.stop(start + 0.65);
    }
  }

  async #notify(project: string): Promise<void> {
    const options = { body: project, tag: 'humanwire-work', icon: '/work/icon-192.png' };
    const title = t('arrival.title');
    const worker = await navigator.serviceWorker?.getRegistration();
    // Phones show notifications of service workers only.
    if (worker?.active) return worker.showNotification(title, options);
    try {
      this.#shown = new Notification(title, options);
      this.#shown.onclick = () => window.focus();
    } catch {
      // Not to be had on this device.
    }
  }
}

export const arrivals = new Arrivals();
