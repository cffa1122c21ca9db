// A walk: all frames are in one picture, of which the canvas shows one.
let timer = null;

function show(player, frame) {
  const canvas = player.querySelector("canvas"), sheet = player.querySelector("img");
  canvas.getContext("2d").drawImage(sheet, -frame * canvas.width, 0);
  player.querySelector("input").value = frame;
}

function stop(player) {
  clearInterval(timer);
  timer = null;
  if (player) player.querySelector(".gz-play").textContent = "Play";
}

function start(player) {
  const frames = Number(player.dataset.frames);
  player.querySelector(".gz-play").textContent = "Pause";
  timer = setInterval(() => {
    if (!player.isConnected) return stop(null);
    show(player, (Number(player.querySelector("input").value) + 1) % frames);
  }, 1000 / Number(player.dataset.fps));
}

function prepare() {
  const playing = timer !== null;
  stop(null);
  const player = element.querySelector(".gz-player");
  if (!player) return;
  player.querySelector("img").decode().then(() => show(player, 0)).catch(() => {});
  if (playing) start(player);
}

element.addEventListener("click", (event) => {
  const player = event.target.closest(".gz-player");
  if (!player || !event.target.closest(".gz-play")) return;
  if (timer === null) start(player); else stop(player);
});
element.addEventListener("input", (event) => {
  const player = event.target.closest(".gz-player");
  if (!player) return;
  stop(player);
  show(player, Number(event.target.value));
});
watch("value", prepare);
prepare();
