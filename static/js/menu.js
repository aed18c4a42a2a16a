// What opens over the page closes as people expect; opening it needs no script.

export function closingMenu() {
  const open = () => document.querySelectorAll("details.menu[open], details.ask[open]");
  document.addEventListener("click", ({ target }) => {
    for (const one of open()) if (!one.contains(target)) one.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const one = event.key === "Escape" && event.target.closest?.("details:is(.menu, .ask)[open]");
    if (!one) return;
    one.open = false;
    one.querySelector("summary").focus();
  });
}
