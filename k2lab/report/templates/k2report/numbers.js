(() => {
  // A number shows what it was traced to; without this script it is a link to its cell.
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.id = "number-tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);
  let shown = null;

  const hide = (focus) => {
    if (!shown) return;
    tip.hidden = true;
    shown.removeAttribute("aria-describedby");
    if (focus) shown.focus();
    shown = null;
  };

  const show = (number) => {
    hide(false);
    tip.textContent = "";
    const said = document.createElement("b");
    said.textContent = number.firstChild.textContent;
    const told = document.createElement("span");
    told.textContent = number.title;
    tip.append(said, told);
    if (number.hash) {
      const link = document.createElement("a");
      link.className = "cell";
      link.href = number.hash;
      link.textContent = number.dataset.cell;
      link.addEventListener("click", () => hide(false));
      tip.append(" ", link);
    }
    tip.hidden = false;
    const box = number.getBoundingClientRect();
    const left = Math.min(box.left, innerWidth - tip.offsetWidth - 16);
    tip.style.left = `${Math.max(8, left) + scrollX}px`;
    tip.style.top = `${box.bottom + scrollY + 6}px`;
    number.setAttribute("aria-describedby", tip.id);
    shown = number;
  };

  document.addEventListener("click", (event) => {
    const number = event.target.closest(".num[title]");
    if (!number) {
      if (!tip.contains(event.target)) hide(false);
    } else if (!(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      if (shown === number) hide(false); else show(number);
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide(true);
    const number = event.target.closest && event.target.closest("span.num[title]");
    if (number && event.key === "Enter") show(number);
  });
  addEventListener("resize", () => hide(false));
})();
