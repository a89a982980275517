(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // Light or dark: the system's choice until the reader makes one.
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const read = () => { try { return localStorage.getItem("k2lab-theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("k2lab-theme", theme); } catch { /* a private window */ } };
  const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const label = () => { button.querySelector("span").textContent = isDark() ? button.dataset.light : button.dataset.dark; };
  if (["light", "dark"].includes(read())) root.dataset.theme = read();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    keep(root.dataset.theme);
    label();
  });
  system.addEventListener("change", label);
  label();

  // A link to a cell opens it, also when the page is opened at it.
  const open = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target || target.tagName !== "DETAILS") return;
    target.open = true;
    target.scrollIntoView();
    target.querySelector("summary").focus({ preventScroll: true });
  };
  addEventListener("hashchange", open);
  open();

  // Browsers that do not print what is folded get it unfolded while they print.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => { folded.forEach((part) => { part.open = false; }); });

  // The section being read is marked in the contents.
  const links = [...document.querySelectorAll("nav a")];
  const sections = links.map((link) => document.getElementById(link.hash.slice(1)));
  const mark = () => {
    const line = innerHeight * 0.3;
    const at = Math.max(0, sections.findLastIndex((section) => section.getBoundingClientRect().top < line));
    links.forEach((link, i) => {
      if (i !== at) { link.removeAttribute("aria-current"); return; }
      if (link.hasAttribute("aria-current")) return;
      link.setAttribute("aria-current", "true");
      const strip = link.closest("nav");
      if (strip.scrollWidth > strip.clientWidth) strip.scrollTo({ left: link.offsetLeft - strip.offsetLeft - 20 });
    });
  };
  if (links.length) { addEventListener("scroll", mark, { passive: true }); mark(); }
})();
