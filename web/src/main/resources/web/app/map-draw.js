// Two ways to put many dots on a canvas: by the graphics processor, and by writing pixels.
// Both show the first `count` cells of a view {x, y, scale}: the place in the middle, and how many
// pixels a unit takes. A palette has four bytes (red, green, blue, strength) for each shade.

const VERTEX = `#version 300 es
layout(location = 0) in vec2 place;
layout(location = 1) in uint shade;
uniform vec2 extent;
uniform vec2 middle;
uniform vec2 stretch;
uniform float size;
uniform sampler2D palette;
flat out vec4 colour;
void main() {
  vec2 at = (place * (65535.0 / 65534.0) - 0.5) * extent;
  vec4 found = texelFetch(palette, ivec2(int(shade) % 1024, int(shade) / 1024), 0);
  bool nowhere = place.x > 0.999999;
  colour = vec4(found.rgb * found.a, found.a);
  gl_Position = nowhere || found.a == 0.0 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4((at - middle) * stretch, 0.0, 1.0);
  gl_PointSize = size;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
flat in vec4 colour;
uniform float size;
out vec4 paint;
void main() {
  float far = length(gl_PointCoord - 0.5) * size;
  float edge = clamp(size * 0.5 - far + 0.5, 0.0, 1.0);
  if (edge == 0.0) discard;
  paint = colour * edge;
}`;

/** Dots drawn by WebGL 2; fails where there is none, or none that is faster than pixels. */
export class GraphicsDots {
  constructor(canvas, places) {
    const gl = canvas.getContext("webgl2", {
      alpha: true,
      antialias: false,
      depth: false,
      failIfMajorPerformanceCaveat: true,
    });
    if (!gl) {
      throw new Error("no WebGL 2");
    }
    const about = gl.getExtension("WEBGL_debug_renderer_info");
    if (about && /swiftshader|llvmpipe|software/i.test(gl.getParameter(about.UNMASKED_RENDERER_WEBGL))) {
      throw new Error("WebGL 2 without a graphics processor");
    }
    this.gl = gl;
    this.canvas = canvas;
    const program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error(gl.getProgramInfoLog(program) ?? "no program");
    }
    gl.useProgram(program);
    this.at = (name) => gl.getUniformLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, places.steps, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.UNSIGNED_SHORT, true, 0, 0);
    gl.uniform2f(this.at("extent"), places.width, places.height);
    this.shades = gl.createBuffer();
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
    }
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  name = "graphics";

  colour(shades) {
    const gl = this.gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.shades);
    gl.bufferData(gl.ARRAY_BUFFER, shades, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribIPointer(1, 1, gl.UNSIGNED_SHORT, 0, 0);
  }

  paint(palette) {
    const gl = this.gl;
    const rows = Math.ceil(palette.length / 4096);
    const texels = new Uint8Array(rows * 4096);
    texels.set(palette);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1024, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
  }

  draw(view, count, size) {
    const gl = this.gl;
    const { width, height } = this.canvas;
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(this.at("middle"), view.x, view.y);
    gl.uniform2f(this.at("stretch"), (2 * view.scale) / width, (2 * view.scale) / height);
    gl.uniform1f(this.at("size"), size);
    gl.drawArrays(gl.POINTS, 0, count);
  }
}

/** Dots written into pixels, without transparency: as fast as memory is. */
export class PixelDots {
  constructor(canvas, places) {
    this.canvas = canvas;
    this.places = places;
    this.context = canvas.getContext("2d");
  }

  name = "pixels";

  colour(shades) {
    this.shades = shades;
  }

  paint(palette, paper) {
    const count = palette.length / 4;
    this.strong = new Uint8Array(count);
    this.colours = new Uint32Array(count);
    const bytes = new Uint8ClampedArray(this.colours.buffer);
    this.faded = false;
    for (let i = 0; i < count; i++) {
      const strength = palette[4 * i + 3] / 255;
      this.strong[i] = strength > 0.4 ? 1 : strength > 0 ? 0 : 2;
      this.faded ||= this.strong[i] !== 1;
      for (let k = 0; k < 3; k++) {
        bytes[4 * i + k] = palette[4 * i + k] * strength + paper[k] * (1 - strength);
      }
      bytes[4 * i + 3] = 255;
    }
  }

  draw(view, count, size) {
    const { width, height } = this.canvas;
    if (this.image?.width !== width || this.image?.height !== height) {
      this.image = this.context.createImageData(width, height);
    }
    const pixels = new Uint32Array(this.image.data.buffer);
    pixels.fill(0);
    if (this.faded) {
      this.pass(pixels, view, count, size, 0);
    }
    this.pass(pixels, view, count, size, 1);
    this.context.putImageData(this.image, 0, 0);
  }

  pass(pixels, view, count, size, wanted) {
    const { width, height } = this.canvas;
    const { steps } = this.places;
    const { colours, strong, shades } = this;
    const spans = disc(size);
    const half = spans.length >> 1;
    const ax = (this.places.width * view.scale) / 65534;
    const bx = width / 2 - (view.x + this.places.width / 2) * view.scale - half;
    const ay = (-this.places.height * view.scale) / 65534;
    const by = height / 2 + (view.y + this.places.height / 2) * view.scale - half;
    const side = spans.length;
    for (let cell = 0; cell < count; cell++) {
      const step = steps[2 * cell];
      const left = Math.round(step * ax + bx);
      const top = Math.round(steps[2 * cell + 1] * ay + by);
      if (left < 0 || top < 0 || left + side > width || top + side > height || step === 65535) {
        continue;
      }
      const shade = shades[cell];
      if (strong[shade] !== wanted) {
        continue;
      }
      const colour = colours[shade];
      for (let row = 0; row < side; row++) {
        const start = (top + row) * width + left + spans[row];
        const end = start + side - 2 * spans[row];
        for (let at = start; at < end; at++) {
          pixels[at] = colour;
        }
      }
    }
  }
}

/** For each row of a round dot, how many pixels it leaves free on either side. */
function disc(size) {
  const side = Math.max(1, Math.round(size));
  const radius = side / 2;
  return Array.from({ length: side }, (_, row) => {
    const y = row + 0.5 - radius;
    return Math.max(0, Math.round(radius - Math.sqrt(Math.max(0, radius * radius - y * y))));
  });
}
