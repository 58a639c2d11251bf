/** A stage for each sort of attachment. */

import type { Component } from 'svelte';
import type { ResourceType } from '../../core/wire';
import FilmStage from './FilmStage.svelte';
import PictureStage from './PictureStage.svelte';
import SiteStage from './SiteStage.svelte';
import SoundStage from './SoundStage.svelte';
import type { StageProps } from './stage';
import TextStage from './TextStage.svelte';

export const stages: Record<ResourceType, Component<StageProps>> = {
  image: PictureStage,
  video: FilmStage,
  audio: SoundStage,
  text: TextStage,
  website: SiteStage,
};
