// "Copy" buttons, wherever they are: beside Python in a <pre>, beside a link in an <input>.
() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".gz-copy");
    if (!button) return;
    const source = button.parentElement.querySelector("pre, input");
    const text = source.value || source.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without https there is no clipboard: the text is marked, for the keyboard to copy.
      if (source.select) source.select(); else getSelection().selectAllChildren(source);
      button.textContent = "Marked: press Ctrl+C";
      return;
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}
