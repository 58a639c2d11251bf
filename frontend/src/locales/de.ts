/** German. */

import type { Catalogue } from '../core/messages';

export const de: Catalogue = {};
