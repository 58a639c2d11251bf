/** The picture that is shown enlarged, if any: one viewer serves the whole page. */

class Zoom {
  picture = $state.raw<{ addresses: readonly string[]; name: string } | null>(null);

  show(addresses: readonly string[], name: string): void {
    this.picture = { addresses, name };
  }

  hide(): void {
    this.picture = null;
  }
}

export const zoom = new Zoom();
