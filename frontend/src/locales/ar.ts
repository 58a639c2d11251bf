/** Arabic. */

import type { Catalogue } from '../core/messages';

export const ar: Catalogue = {};
