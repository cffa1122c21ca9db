// Points of latent space: those of a seed, between two of them, and along directions.

const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const floats = (text) => new Float32Array(fromBase64(text).buffer);
const text = (id) => document.getElementById(id).textContent.trim();

const about = JSON.parse(text("about"));
const dim = about.latent_dim;
const drawn = floats(text("seeds"));
const directions = about.directions.map((each) => ({ ...each, vector: floats(each.vector) }));

// z of a seed: as NumPy drew it for the first ones, else by random numbers of this page's own.
function latent(seed) {
  if (seed < about.n_seeds) return drawn.slice(seed * dim, (seed + 1) * dim);
  const next = stream(seed);
  const z = Float32Array.from({ length: dim }, () => entry(next));
  return about.prior === "hypersphere" ? z.map((value) => value * Math.sqrt(dim) / norm(z)) : z;
}

function entry(next) {
  if (about.prior === "uniform") return 2 * next() - 1;
  for (;;) {
    // Box and Muller; 1 - next() is never 0, whose logarithm is none
    const value = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    if (about.prior !== "truncated_normal" || Math.abs(value) <= 2) return value;
  }
}

// Uniform on [0, 1) from a 32-bit state, which a step of a fixed odd number takes through all its values.
function stream(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const norm = (a) => Math.sqrt(dot(a, a));

// From a to b: straight in a cube, else an arc whose length changes evenly.
function between(a, b, t) {
  if (t <= 0 || t >= 1) return t <= 0 ? a : b;
  const [long, short] = [norm(a), norm(b)];
  const cosine = dot(a, b) / (long * short);
  const across = b.map((value, i) => value / short - cosine * a[i] / long);
  const sine = norm(across);
  if (about.walk === "lerp" || sine < 1e-6) return a.map((value, i) => (1 - t) * value + t * b[i]);
  const angle = t * Math.atan2(sine, cosine);
  const length = (1 - t) * long + t * short;
  return a.map((value, i) => length * (Math.cos(angle) * value / long + Math.sin(angle) * across[i] / sine));
}

function moved(z, steps) {
  return z.map((value, i) => value + directions.reduce((sum, each, k) => sum + steps[k] * each.vector[i], 0));
}
