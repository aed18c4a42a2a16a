// The replay bar: letting go of it goes there; L returns to live.
export function replay() {
  const bar = document.getElementById("replay");
  if (!bar) return;
  bar.querySelector("input[type=range]").addEventListener("change", () => bar.requestSubmit(bar.querySelector("button:not([name])")));
  bar.querySelector("select").addEventListener("change", () => bar.requestSubmit(bar.querySelector("button:not([name])")));
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "l" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input:not([type=range]), textarea, select")) return;
    document.getElementById("back-to-live")?.click();
  });
}
