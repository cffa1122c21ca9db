// The link to what is shown: in the address bar, and in a field to copy it from.
let timer = null;

function update() {
  const query = element.querySelector("input").dataset.query;
  if (!query) return;
  const link = location.origin + location.pathname + "?" + query;
  element.querySelector("input").value = link;
  clearTimeout(timer);
  // A browser counts changes of the address, and refuses those that come too fast.
  timer = setTimeout(() => history.replaceState(history.state, "", link), 250);
}

watch("value", update);
update();
