/** Tracking with all that it draws with, fetched when there is such a task. */

import { trackingForm } from '../../core/kinds/tracking';
import Tracking from '../tracking/Tracking.svelte';
import { kind } from './kind';

export default kind({ form: trackingForm, component: Tracking, submitKey: () => 'Mod+Enter' });
