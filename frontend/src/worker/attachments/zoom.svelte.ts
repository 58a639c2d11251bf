/** The picture that is shown enlarged, if any: one viewer serves the whole page. */

class Zoom {
  picture = $state.raw<{ source: string; name: string } | null>(null);

  show(source: string, name: string): void {
    this.picture = { source, name };
  }

  hide(): void {
    this.picture = null;
  }
}

export const zoom = new Zoom();
