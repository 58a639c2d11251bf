/** The worker's settings, carried out: language, colours, motion and keys follow each change. */

import { SettingsKeeper, type Settings } from '../core/settings';
import { speak } from './language.svelte';
import { api, hotkeys, local } from './setup';

export const keeper = new SettingsKeeper(api, local);

class Preferences {
  now = $state.raw<Settings>(keeper.now);
}

export const preferences = new Preferences();

/** Take up what this browser keeps; resolves once the language is there. */
export function takeUp(): Promise<void> {
  keeper.subscribe((settings) => {
    preferences.now = settings;
    void carryOut(settings);
  });
  return carryOut(keeper.now);
}

function carryOut(settings: Settings): Promise<void> {
  const { dataset } = document.documentElement;
  dataset['theme'] = settings.theme;
  dataset['contrast'] = settings.contrast ? 'more' : 'system';
  dataset['motion'] = settings.stillness ? 'less' : 'system';
  if (hotkeys.chosen !== settings.keys) hotkeys.remap(settings.keys);
  return speak(settings.language);
}
