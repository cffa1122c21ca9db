// A picture of one's own: a file that is chosen, dropped or pasted, or a drawing. It is sent as a data URL.
const canvas = element.querySelector("canvas"), pen = canvas.getContext("2d");
const said = element.querySelector(".gz-own-said");
let drawing = false, drawn = false;

function clear() {
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  drawn = false;
}

function at(event) {
  const box = canvas.getBoundingClientRect();
  return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
}

function say(words) {
  said.textContent = "";
  // A live region speaks only what changes.
  requestAnimationFrame(() => { said.textContent = words; });
}

function send(file) {
  if (!file) return;
  if (file.size > props.most) {
    return say(`That file is larger than ${props.most / 2 ** 20} MB. Send a smaller one.`);
  }
  say("");
  const reader = new FileReader();
  reader.onload = () => trigger("submit", { picture: reader.result });
  reader.onerror = () => say("That file cannot be read. Send another one.");
  reader.readAsDataURL(file);
}

clear();
canvas.addEventListener("pointerdown", (event) => {
  drawing = drawn = true;
  canvas.setPointerCapture(event.pointerId);
  pen.lineWidth = 20;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  pen.moveTo(...at(event));
  pen.lineTo(...at(event));
  pen.stroke();
});
canvas.addEventListener("pointermove", (event) => {
  if (!drawing) return;
  pen.lineTo(...at(event));
  pen.stroke();
});
for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { drawing = false; });
element.querySelector(".gz-clear").addEventListener("click", clear);
element.querySelector(".gz-use").addEventListener("click", () => {
  if (!drawn) return say("Draw something first, with a mouse, a pen or a finger.");
  say("");
  trigger("submit", { picture: canvas.toDataURL("image/png") });
});
element.querySelector("input[type=file]").addEventListener("change", (event) => {
  send(event.target.files[0]);
  event.target.value = "";
});
const zone = element.querySelector(".gz-own");
zone.addEventListener("dragover", (event) => event.preventDefault());
zone.addEventListener("drop", (event) => { event.preventDefault(); send(event.dataTransfer.files[0]); });
// A paste goes to what has the focus, which is nothing in here for one who did not click.
document.addEventListener("paste", (event) => { if (zone.checkVisibility()) send(event.clipboardData.files[0]); });
