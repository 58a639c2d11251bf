import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import App from './worker/App.svelte';
import { takeUp } from './worker/preferences.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
// The language first, so that no word is shown in two.
await takeUp();
const page = new URLSearchParams(location.search);
if (page.has('try')) {
  // Seldom seen, so that nobody else waits for it.
  const { default: Trial } = await import('./worker/Trial.svelte');
  mount(Trial, { target, props: { page } });
} else {
  mount(App, { target });
}

// Once the page stands and rests, so that it takes nothing from the first task.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  const keep = () => void navigator.serviceWorker.register('/work/sw.js', { scope: '/work' }).catch(() => undefined);
  const rest = window.requestIdleCallback ?? ((callback) => setTimeout(callback, 2_000));
  rest(keep, { timeout: 10_000 });
}
