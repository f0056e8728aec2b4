// Cells as the hub sends them, and how to find the one under the pointer.
// The layout of the buffers is told by MapPoints on the hub's side.

const NOWHERE = 65535;
const TOP = 65534;

async function buffer(address) {
  const answer = await fetch(address);
  if (!answer.ok) {
    throw new Error(address + ": " + answer.status);
  }
  const bytes = await answer.arrayBuffer();
  const view = new DataView(bytes);
  if (view.getUint32(0, false) !== 0x53594d50) {
    throw new Error(address + " is not a map");
  }
  const length = view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
  return { header, bytes, at: 8 + length };
}

/** Where cells are: in steps of the buffer, and in units of the longer side of the map. */
export class Places {
  static async load(address) {
    const { header, bytes, at } = await buffer(address);
    return new Places(header, new Uint16Array(bytes, at, 2 * header.cells));
  }

  constructor(header, steps) {
    this.cells = header.cells;
    this.columns = header.columns;
    this.steps = steps;
    const width = header.x[1] - header.x[0];
    const height = header.y[1] - header.y[0];
    const side = Math.max(width, height) || 1;
    this.width = width / side;
    this.height = height / side;
  }

  known(cell) {
    return this.steps[2 * cell] !== NOWHERE;
  }

  x(cell) {
    return (this.steps[2 * cell] / TOP - 0.5) * this.width;
  }

  y(cell) {
    return (this.steps[2 * cell + 1] / TOP - 0.5) * this.height;
  }

  /** Puts cells into squares, so that few have to be looked at for one place. */
  index() {
    const shift = this.cells > 100000 ? 7 : 9;
    const side = 65536 >> shift;
    const starts = new Uint32Array(side * side + 1);
    const { steps, cells } = this;
    const square = (cell) => (steps[2 * cell + 1] >> shift) * side + (steps[2 * cell] >> shift);
    for (let cell = 0; cell < cells; cell++) {
      starts[square(cell) + 1]++;
    }
    for (let i = 0; i < side * side; i++) {
      starts[i + 1] += starts[i];
    }
    const next = starts.slice();
    const sorted = new Uint32Array(cells);
    for (let cell = 0; cell < cells; cell++) {
      sorted[next[square(cell)]++] = cell;
    }
    this.grid = { shift, side, starts, sorted };
  }

  /** The cell next to a place, no farther than `reach`; -1 if there is none. */
  nearest(x, y, reach, wanted = () => true) {
    if (!this.grid) {
      this.index();
    }
    const { shift, side, starts, sorted } = this.grid;
    const column = (value) => this.square(value, this.width, shift, side);
    const row = (value) => this.square(value, this.height, shift, side);
    let best = -1;
    let least = reach * reach;
    for (let r = row(y - reach); r <= row(y + reach); r++) {
      for (let c = column(x - reach); c <= column(x + reach); c++) {
        for (let i = starts[r * side + c]; i < starts[r * side + c + 1]; i++) {
          const cell = sorted[i];
          const far = (this.x(cell) - x) ** 2 + (this.y(cell) - y) ** 2;
          if (far <= least && this.known(cell) && wanted(cell)) {
            least = far;
            best = cell;
          }
        }
      }
    }
    return best;
  }

  square(value, extent, shift, side) {
    const step = extent > 0 ? (value / extent + 0.5) * TOP : TOP / 2;
    return Math.max(0, Math.min(side - 1, Math.floor(step) >> shift));
  }
}

/** How many shades numbers have; they fall into the eight ranges of the legend. */
export const SHADES = 64;

/** What one column says of each cell. */
export class Column {
  static async load(address) {
    const { header, bytes, at } = await buffer(address);
    const length = (bytes.byteLength - at) / header.bytes;
    const data = header.bytes === 2 ? new Uint16Array(bytes, at, length) : new Uint8Array(bytes, at, length);
    return new Column(header, data);
  }

  constructor(header, data) {
    this.name = header.name;
    this.categories = header.categories;
    this.counts = header.counts;
    this.data = data;
    this.range = header.range;
    this.colours = header.colours;
    this.unknown = header.bytes === 2 ? 65535 : 255;
  }

  get measured() {
    return this.range !== undefined;
  }

  /** Number of the last shade, which stands for cells of which nothing is known. */
  get blank() {
    return this.measured ? SHADES : this.categories.length;
  }

  value(cell) {
    return this.range[0] + (this.data[cell] / TOP) * (this.range[1] - this.range[0]);
  }

  shade(cell) {
    if (this.data[cell] === this.unknown) {
      return this.blank;
    }
    if (!this.measured) {
      return this.data[cell];
    }
    const [low, high] = this.colours;
    const share = high > low ? (this.value(cell) - low) / (high - low) : 0;
    return Math.max(0, Math.min(SHADES - 1, Math.floor(share * SHADES)));
  }

  shades() {
    return Uint16Array.from({ length: this.data.length }, (_, cell) => this.shade(cell));
  }

  /** Row of the legend that a shade belongs to; -1 for the unknown. */
  group(shade) {
    if (shade === this.blank) {
      return -1;
    }
    return this.measured && this.categories.length > 1 ? Math.floor((shade * 8) / SHADES) : this.measured ? 0 : shade;
  }

  text(cell) {
    if (this.data[cell] === this.unknown) {
      return "not known";
    }
    return this.measured
      ? new Intl.NumberFormat("en", { maximumSignificantDigits: 4 }).format(this.value(cell))
      : this.categories[this.data[cell]];
  }
}
