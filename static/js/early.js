// Before the first paint: that scripts run, and the reader's own choice of light or dark, so that nothing flashes.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* storage may be off: the system's theme stays */ }
