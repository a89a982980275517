// What if: the fitted models of the report, evaluated here (the same sums as k2lab.stats.model_json.predict).
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
  const minus = (text) => text.replace("-", "\u2212");
  const three = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

  const predict = (model, choice) => {
    const row = model.coefficients.map((parts) =>
      parts.reduce((product, [term, level]) => product * (level === null ? choice[term] : Number(choice[term] === level)), 1));
    const value = row.reduce((sum, x, i) => sum + x * model.params[i], 0);
    const variance = row.reduce((sum, x, i) => sum + x * model.cov[i].reduce((part, c, j) => part + c * row[j], 0), 0);
    const error = Math.sqrt(Math.max(variance, 0));
    const wide = model.critical * error;
    const most = model.critical * Math.hypot(error, model.sigma || 0);
    return {
      link: value,
      ends: [value - wide, value + wide],
      most: typeof model.sigma === "number" && model.scale !== "share" ? [value - most, value + most] : null,
    };
  };
  const outcome = (model, x) =>
    model.link === "logit" ? 1 / (1 + Math.exp(-x)) : model.scale === "log" ? Math.exp(x) : x;
  const like = (model, choice) => {
    if (!model.rows) return null;
    let at = 0;
    for (const name of model.rows.terms) {
      const levels = model.terms.find((term) => term.name === name).levels;
      at = at * levels.length + levels.indexOf(choice[name]);
    }
    return model.rows.counts[at] || 0;
  };

  // Round places on an axis: 1, 2 or 5 times a power of ten, on a log scale too where it is long enough.
  const ticks = (low, high, onLog) => {
    const [from, to] = onLog ? [Math.exp(low), Math.exp(high)] : [low, high];
    const made = [];
    if (onLog && to / from > 3) {
      for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power += 1) {
        for (const part of [1, 2, 5]) made.push(part * 10 ** power);
      }
    } else {
      const rough = (to - from) / 4 || 1, base = 10 ** Math.floor(Math.log10(rough));
      const step = base * [1, 2, 5, 10].find((part) => part * base >= rough);
      for (let at = Math.ceil(from / step) * step; at <= to; at += step) made.push(at);
    }
    return made.filter((at) => at >= from && at <= to).map((at) => [onLog ? Math.log(at) : at, at]);
  };

  document.querySelectorAll(".sim").forEach((panel) => {
    const model = JSON.parse(document.getElementById(panel.dataset.model).textContent);
    const share = model.scale === "share";
    const level = `${Math.round(1000 * model.level) / 10}%`;
    const show = (x) => minus(share ? `${(100 * x).toFixed(1)}%` : three.format(x));
    const span = (pair) => pair.map((x) => show(outcome(model, x))).join(` ${words["sim-to"]} `);
    const form = panel.querySelector(".controls");
    const find = (name) => panel.querySelector(name);
    const focus = model.terms.find((term) => term.name === model.focus);
    const chart = find(".bands");

    const chosen = () => {
      const made = {};
      form.querySelectorAll("[data-term]").forEach((field) => {
        const term = model.terms[Number(field.dataset.term)];
        const input = field.querySelector("input:checked, select, input[type=number]");
        made[term.name] = term.kind === "category" ? term.levels[Number(input.value)] : input.valueAsNumber;
      });
      return made;
    };
    const places = (choice) => {
      if (focus.kind === "category") return focus.levels;
      const steps = [0, 0.25, 0.5, 0.75, 1].map((part) => focus.low + part * (focus.high - focus.low));
      const round = focus.whole ? steps.map(Math.round) : steps;
      return [...new Set([...round, choice[focus.name]])].filter(Number.isFinite).sort((a, b) => a - b);
    };
    const label = (place) => (typeof place === "string" ? place : minus(Math.abs(place) < 1e4 && Number.isInteger(place) ? String(place) : three.format(place)));
    const against = (choice, now) => {
      if (focus.kind !== "category") return "";
      const base = focus.levels[0];
      if (choice[focus.name] === base) return fill(words["sim-base"], { term: focus.name, level: base });
      const first = outcome(model, predict(model, { ...choice, [focus.name]: base }).link);
      const value = outcome(model, now.link);
      const sign = value >= first ? "+" : "\u2212";
      const gap = Math.abs(model.scale === "log" ? 100 * (value / first - 1) : share ? 100 * (value - first) : value - first);
      const change = model.scale === "log" ? `${sign}${gap.toFixed(1)}%` : share ? `${sign}${gap.toFixed(1)} ${words["sim-points"]}` : `${sign}${three.format(gap)}`;
      return fill(words["sim-against"], { change, term: focus.name, level: base });
    };
    const warning = (choice) => {
      const outside = model.terms.find((term) => term.kind === "number" && (choice[term.name] < term.low || choice[term.name] > term.high));
      if (outside) return [fill(words["sim-outside"], { term: outside.name, low: label(outside.low), high: label(outside.high) }), true];
      const n = like(model, choice);
      if (n === null) return ["", false];
      return [fill(words[n === 0 ? "sim-none" : n < model.few ? "sim-few" : "sim-rows"], { n: whole.format(n) }), n < model.few];
    };

    const draw = (name, attributes, text) => {
      const node = document.createElementNS(chart.namespaceURI, name);
      Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
      if (text !== undefined) node.textContent = text;
      chart.append(node);
      return node;
    };
    const picture = (choice) => {
      const rows = places(choice).map((place) => ({ place, ...predict(model, { ...choice, [focus.name]: place }) }));
      const inner = rows.flatMap((row) => row.most || row.ends);
      const onLog = model.scale === "log";
      const scaled = (x) => (onLog ? x : outcome(model, x));
      const [low, high] = [Math.min(...inner.map(scaled)), Math.max(...inner.map(scaled))];
      const width = chart.clientWidth || 640, height = 36 * rows.length + 30;
      const longest = Math.max(...rows.map((row) => label(row.place).length));
      const left = Math.min(0.3 * width, 14 + 7.2 * longest), right = width - 64;
      const x = (value) => left + ((scaled(value) - low) / (high - low || 1)) * (right - left);
      chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
      chart.setAttribute("height", height);
      chart.replaceChildren();
      ticks(low, high, onLog).forEach(([at, value]) => {
        const place = left + ((at - low) / (high - low || 1)) * (right - left);
        draw("path", { d: `M${place} 4V${height - 26}`, class: "s-grid" });
        draw("text", { x: place, y: height - 8, "text-anchor": "middle", class: "f-muted" }, minus(share ? `${three.format(100 * value)}%` : three.format(value)));
      });
      rows.forEach((row, i) => {
        const y = 20 + i * 36, on = row.place === choice[focus.name], colour = on ? "c1" : "muted";
        draw("text", { x: left - 12, y: y + 4, "text-anchor": "end", class: on ? "f-text on" : "f-muted" }, label(row.place));
        if (row.most) draw("rect", { x: x(row.most[0]), y: y - 9, width: Math.max(0, x(row.most[1]) - x(row.most[0])), height: 18, rx: 2, class: `band f-${colour}` });
        draw("path", { d: `M${x(row.ends[0])} ${y}H${x(row.ends[1])}`, class: `s-${colour}`, "stroke-width": 4, "stroke-linecap": "round" });
        draw("circle", { cx: x(row.link), cy: y, r: 5.5, "stroke-width": 2, class: `${on ? `f-${colour}` : "f-background"} s-${colour}` });
        draw("text", { x: x((row.most || row.ends)[1]) + 8, y: y + 4, class: on ? "f-text on" : "f-muted" }, show(outcome(model, row.link)));
      });
    };
    const update = () => {
      const choice = chosen();
      if (Object.values(choice).some((value) => typeof value === "number" && !Number.isFinite(value))) return;
      const now = predict(model, choice);
      const value = find(".value");
      value.textContent = show(outcome(model, now.link));
      value.dataset.value = outcome(model, now.link);
      value.dataset.low = outcome(model, now.ends[0]);
      value.dataset.high = outcome(model, now.ends[1]);
      find(".gap").textContent = against(choice, now);
      find(".mean").textContent = `${fill(words["sim-interval"], { level })}: ${span(now.ends)}`;
      find(".most").textContent = now.most ? `${fill(words["sim-most"], { level })}: ${span(now.most)}` : "";
      const [text, warn] = warning(choice);
      find(".like").textContent = text;
      find(".like").classList.toggle("warn", warn);
      picture(choice);
    };
    form.querySelectorAll(".slider").forEach((pair) => {
      const [range, number] = pair.querySelectorAll("input");
      range.addEventListener("input", () => { number.value = range.value; });
      number.addEventListener("input", () => { if (number.value !== "") range.value = number.value; });
    });
    form.addEventListener("input", update);
    addEventListener("resize", update);
    update();
  });
})();
