// Tiles of samples. One is taken, or, in a walk, several in the order of clicking. Arrow keys move between them.
// The server never draws the tiles again for a click, so that the focus stays where it is.
const many = props.many;
const tiles = () => [...element.querySelectorAll("button[data-index]")];

element.addEventListener("click", (event) => {
  const tile = event.target.closest("button[data-index]");
  if (!tile) return;
  if (!many) {
    tiles().forEach((other) => other.setAttribute("aria-pressed", String(other === tile)));
    trigger("click", { pick: Number(tile.dataset.index) });
    return;
  }
  const pressed = tiles().filter((other) => other.dataset.badge)
    .sort((a, b) => a.dataset.badge - b.dataset.badge);
  const stops = pressed.includes(tile) ? pressed.filter((other) => other !== tile) : [...pressed, tile];
  if (stops.length > props.most) return;
  tiles().forEach((other) => {
    const place = stops.indexOf(other);
    other.dataset.badge = place < 0 ? "" : place + 1;
    other.setAttribute("aria-pressed", String(place >= 0));
  });
  trigger("click", { walk: stops.map((other) => Number(other.dataset.index)) });
});

element.addEventListener("keydown", (event) => {
  const all = tiles(), here = all.indexOf(document.activeElement);
  if (here < 0) return;
  const across = all.filter((tile) => tile.offsetTop === all[0].offsetTop).length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
  const next = all[here + (step || 0)];
  if (!step || !next) return;
  event.preventDefault();
  all.forEach((tile) => { tile.tabIndex = tile === next ? 0 : -1; });
  next.focus();
});
