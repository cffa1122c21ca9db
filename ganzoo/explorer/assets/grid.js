// Tiles of samples. One is taken, or, in a walk, several in the order of clicking. Arrow keys move between them.
// The server does not draw the tiles again for a click, so that the focus stays where it is.
const tiles = () => [...element.querySelectorAll("button[data-index]")];

function press(tile, place) {
  tile.setAttribute("aria-pressed", String(place > 0));
  tile.dataset.badge = props.many && place > 0 ? place : "";
}

element.addEventListener("click", (event) => {
  const tile = event.target.closest("button[data-index]");
  if (!tile) return;
  let chosen = [tile];
  if (props.many) {
    const before = tiles().filter((other) => other.dataset.badge)
      .sort((a, b) => a.dataset.badge - b.dataset.badge);
    chosen = before.includes(tile) ? before.filter((other) => other !== tile) : [...before, tile];
    if (chosen.length > props.most) return;
  }
  tiles().forEach((other) => press(other, chosen.indexOf(other) + 1));
  trigger("click");
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
