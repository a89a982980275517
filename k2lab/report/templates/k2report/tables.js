// Tables that sort and copy, code that copies, figures that open large. Nothing of it is needed to read the page.
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const make = (name, text, more) => {
    const node = Object.assign(document.createElement(name), more || {});
    if (text) node.textContent = text;
    return node;
  };
  const copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", "", { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const before = button.textContent;
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  document.querySelectorAll("details > pre, .tried pre, pre.output").forEach((pre) => {
    const button = make("button", words.copy, { type: "button", className: "small copy" });
    const box = make("div", "", { className: "copyable" });
    pre.before(box);
    box.append(pre, button);
    button.addEventListener("click", () => copy(pre.textContent, button));
  });

  // Numbers sort as numbers: thousands, signs, percent and "< 0.001" as they are written here.
  const read = (cell) => {
    const text = cell.textContent.trim().replace(/\u2212/g, "-").replace(/^[<>]\s*/, "").replace(/[,%$€£¥]/g, "");
    const found = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?(?=$|\s|\[|\()/i.exec(text);
    return found ? Number(found[0]) : null;
  };
  const before = (a, b) => {
    const [x, y] = [read(a), read(b)];
    if (x !== null && y !== null) return x - y;
    if (x !== null || y !== null) return x !== null ? -1 : 1;
    return a.textContent.localeCompare(b.textContent, document.documentElement.lang);
  };
  // A cell that a spreadsheet would take for a formula is written so that it cannot.
  const defused = (text) => {
    const plain = text.trim().replace(/^\u2212(?=[\d.])/, "-");
    const safe = /^[=+@\t\r]|^-(?![\d.,]+%?$)/.test(plain) && !/^[+-][\d.,]+%?$/.test(plain) ? `'${plain}` : plain;
    return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };

  document.querySelectorAll("table.grid").forEach((table) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    if (body.rows.length > 2) {
      heads.forEach((head, at) => {
        if (head.querySelector(".unseen")) return;
        const button = make("button", head.textContent, { type: "button", className: "sort", title: `${words.sort} ${head.textContent}` });
        head.replaceChildren(button);
        button.addEventListener("click", () => {
          const down = head.getAttribute("aria-sort") === "ascending";
          heads.forEach((other) => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", down ? "descending" : "ascending");
          const rows = [...body.rows].sort((a, b) => before(a.cells[at], b.cells[at]));
          body.append(...(down ? rows.reverse() : rows));
        });
      });
    }
    const button = make("button", words["copy-table"], { type: "button", className: "small csv" });
    button.addEventListener("click", () => {
      const kept = heads.map((head, at) => at).filter((at) => at === 0 || !heads[at].querySelector(".unseen"));
      const lines = [table.tHead.rows[0], ...body.rows].map((row) => kept.map((at) => {
        const cell = row.cells[at].cloneNode(true);
        cell.querySelectorAll(".cell").forEach((link) => link.remove());
        return defused(cell.textContent);
      }).join(","));
      copy(lines.join("\r\n"), button);
    });
    const tools = make("p", "", { className: "tools" });
    tools.append(button);
    table.closest(".scroll").after(tools);
  });

  // A figure opens large; Escape or the button closes it.
  const dialog = make("dialog", "", { className: "zoom" });
  const close = make("button", words.close, { type: "button" });
  const room = make("div");
  dialog.append(close, room);
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => room.replaceChildren());
  const holder = make("template");
  holder.innerHTML = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M9.5 2H14v4.5M14 2 9 7M6.5 14H2V9.5M2 14l5-5"/></svg>';
  const icon = holder.content.firstElementChild;
  document.querySelectorAll("figure .picture").forEach((picture) => {
    const button = make("button", "", { type: "button", className: "small enlarge" });
    button.append(icon.cloneNode(true));
    button.setAttribute("aria-label", picture.dataset.zoom);
    button.title = picture.dataset.zoom;
    picture.after(button);
    button.addEventListener("click", () => {
      const shown = picture.firstElementChild.cloneNode(true);
      dialog.setAttribute("aria-label", picture.dataset.zoom);
      room.className = picture.closest("figure").classList.contains("adapts") ? "" : "card";
      room.replaceChildren(shown);
      dialog.showModal();
    });
  });
})();
