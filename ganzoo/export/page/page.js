// What the page shows and what a person can move.

const $ = (id) => document.getElementById(id);
const TILES = 24;
const state = { seed: 0, label: 0, steps: directions.map(() => 0), from: 0, to: 1, place: 0.5, first: 0 };
let playing = 0;

function complain(error) {
  document.body.dataset.state = "failed";
  $("status").setAttribute("role", "alert");
  $("status").textContent = `The generator does not run here: ${error.message ?? error}. ` +
    "A browser of 2024 or later is needed.";
}

const signed = (value) => (value > 0 ? "+" : value < 0 ? "−" : "") + Math.abs(value).toFixed(1);

function words() {
  const parts = [`seed ${state.seed}`];
  if (about.num_classes) parts.push(`class ${state.label}`);
  directions.forEach(({ name }, k) => { if (state.steps[k]) parts.push(`${name} ${signed(state.steps[k])}`); });
  return parts.join(", ");
}

const drawPicture = latest(async () => {
  const said = words();
  const [picture] = await decode([moved(latent(state.seed), state.steps)], state.label);
  paint($("picture"), picture);
  $("picture").setAttribute("aria-label", `Picture of ${said}`);
  $("status").textContent = said[0].toUpperCase() + said.slice(1);
  $("python").textContent = python();
});

const drawWalk = latest(async () => {
  const said = state.place.toFixed(2);
  const [a, b] = [latent(state.from), latent(state.to)];
  const shown = await decode([a, between(a, b, state.place), b], state.label);
  ["from-picture", "walk-picture", "to-picture"].forEach((id, i) => paint($(id), shown[i]));
  $("walk-picture").setAttribute("aria-label", `Picture at ${said} of the way from seed ${state.from} to seed ${state.to}`);
});

const drawGrid = latest(async () => {
  const first = state.first;
  const shown = await decode(Array.from({ length: TILES }, (_, i) => latent(first + i)), state.label);
  [...$("grid").children].forEach((tile, i) => {
    paint(tile.firstChild, shown[i]);
    tile.setAttribute("aria-label", `Take seed ${first + i}`);
    tile.onclick = () => take(first + i);
  });
  $("span").textContent = `Seeds ${first} to ${first + TILES - 1}`;
  $("back").disabled = first === 0;
});

const drawAll = () => Promise.all([drawPicture(), drawWalk(), drawGrid()]);

function python() {
  const label = about.num_classes ? `, labels=${state.label}` : "";
  const lines = ["import ganzoo", "", `gan = ganzoo.load(${JSON.stringify(about.name)})`];
  if (state.seed >= about.n_seeds) {
    return [...lines, `# seed ${state.seed} is of this page's own random numbers: take one below ${about.n_seeds}`].join("\n");
  }
  if (!state.steps.some(Boolean)) return [...lines, `picture = gan.generate(1, seed=${state.seed}${label})`].join("\n");
  lines.push(`directions = ${about.directions_code}`, `z = gan.sample_latents(1, seed=${state.seed})`);
  directions.forEach(({ name }, k) => {
    if (state.steps[k]) lines.push(`z = directions[${JSON.stringify(name)}].move(z, ${state.steps[k]})`);
  });
  return [...lines, `picture = ganzoo.images.to_uint8(gan.decode(z${label}))`].join("\n");
}

function take(seed) {
  state.seed = seed;
  $("seed").value = seed;
  $("picture").scrollIntoView({ block: "nearest" });
  return drawPicture();
}

// A seed that was typed: a whole number, or what was there before.
function onSeed(id, key, draw) {
  $(id).addEventListener("input", () => {
    const seed = $(id).valueAsNumber;
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) return;
    state[key] = seed;
    draw();
  });
  $(id).addEventListener("change", () => { $(id).value = state[key]; });
}

function addSliders() {
  directions.forEach((each, k) => {
    const row = document.createElement("div");
    row.className = "slider";
    const label = Object.assign(document.createElement("label"), { htmlFor: `direction-${k}`, textContent: each.name });
    const output = Object.assign(document.createElement("output"), { textContent: "0.0" });
    const slider = Object.assign(document.createElement("input"), { id: `direction-${k}`, type: "range", min: each.low, max: each.high, step: 0.1, value: 0 });
    slider.addEventListener("input", () => {
      state.steps[k] = Math.round(slider.valueAsNumber * 10) / 10;
      output.textContent = signed(state.steps[k]);
      drawPicture();
    });
    output.setAttribute("for", slider.id);
    row.append(label, slider, output);
    document.querySelector(".sliders").append(row);
  });
}

function addClasses() {
  $("classes").hidden = !about.num_classes;
  for (let label = 0; label < about.num_classes; label++) {
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "class", value: label, checked: !label });
    input.addEventListener("change", () => { state.label = label; drawAll(); });
    const choice = document.createElement("label");
    choice.append(input, Object.assign(document.createElement("span"), { textContent: label }));
    document.querySelector(".choices").append(choice);
  }
}

function addTiles() {
  for (let i = 0; i < TILES; i++) {
    const tile = Object.assign(document.createElement("button"), { type: "button" });
    tile.append(Object.assign(document.createElement("canvas"), { width: about.size, height: about.size }));
    $("grid").append(tile);
  }
}

function play(begun) {
  const frame = (now) => {
    if (playing !== begun) return;
    // there in four seconds, and back
    const way = ((now - begun) / 4000) % 2;
    state.place = way > 1 ? 2 - way : way;
    $("place").value = state.place;
    drawWalk();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function listen() {
  onSeed("seed", "seed", drawPicture);
  onSeed("from", "from", drawWalk);
  onSeed("to", "to", drawWalk);
  $("random").addEventListener("click", () => take(Math.floor(Math.random() * about.n_seeds)));
  $("reset").addEventListener("click", () => {
    document.querySelectorAll(".sliders input").forEach((slider) => {
      slider.value = 0;
      slider.dispatchEvent(new Event("input"));
    });
  });
  $("place").addEventListener("input", () => { state.place = $("place").valueAsNumber; drawWalk(); });
  $("play").addEventListener("click", () => {
    playing = playing ? 0 : performance.now() - 4000 * state.place;
    $("play").textContent = playing ? "Pause" : "Play";
    $("play").setAttribute("aria-pressed", Boolean(playing));
    if (playing) play(playing);
  });
  $("next").addEventListener("click", () => { state.first += TILES; drawGrid(); });
  $("back").addEventListener("click", () => { state.first = Math.max(0, state.first - TILES); drawGrid(); });
}

addSliders();
addClasses();
addTiles();
try {
  await start();
  listen();
  await drawAll();
  document.body.dataset.state = "ready";
} catch (error) {
  complain(error);
}
