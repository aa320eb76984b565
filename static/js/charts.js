// Charts: takes over the server's drawings (templates/ui/_chart.html) with ECharts in the colours of the theme.
// One object per page: HX. HX.chart(element, colours => options) draws anything else.
window.HX = (() => {
  const made = new Map();
  const still = { animation: false, aria: { enabled: false } };
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const colours = () => ({
    c1: css("c1"), c2: css("c2"), c3: css("c3"), c4: css("c4"), c5: css("c5"), c6: css("c6"), t1: css("t-1"),
    t2: css("t-2"), line: css("line"), card: css("s-card"), ok: css("ok-solid"), bad: css("bad-solid"),
    warn: css("warn-solid"),
  });
  const mix = (one, other, share) => "#" + [1, 3, 5].map((at) => Math.round(
    parseInt(one.slice(at, at + 2), 16) * share + parseInt(other.slice(at, at + 2), 16) * (1 - share),
  ).toString(16).padStart(2, "0")).join("");
  const tip = (c) => ({
    renderMode: "richText", confine: true, backgroundColor: c.card, borderColor: c.line,
    textStyle: { color: c.t1, fontSize: 12 },
  });
  const base = (c) => ({
    ...still, textStyle: { fontFamily: css("font"), color: c.t1, fontSize: 12 },
    color: [c.c1, c.c2, c.c3, c.c4, c.c5, c.c6], tooltip: { trigger: "axis", ...tip(c) },
  });
  const cat = (data, more = {}) => {
    const c = colours();
    return {
      type: "category", data, axisLine: { lineStyle: { color: c.line } }, axisTick: { show: false },
      axisLabel: { color: c.t2, fontSize: 11, hideOverlap: true }, ...more,
    };
  };
  const short = (value) => {
    const size = Math.abs(value), sign = value < 0 ? "−" : "";
    if (size >= 1e6) return `${sign}${+(size / 1e6).toPrecision(4)}m`;
    return sign + (size >= 1e4 ? `${+(size / 1e3).toPrecision(4)}k` : +size.toPrecision(6));
  };
  // What is counted in ones has no line at a half.
  const isCounted = (spec) => spec.series.every((one) => one.values.every((value) => Number.isInteger(value ?? 0)));
  const val = (more = {}) => {
    const c = colours();
    return {
      type: "value", axisLabel: { color: c.t2, fontSize: 11, formatter: short },
      splitLine: { lineStyle: { color: c.line } }, ...more,
    };
  };

  const draw = (one) => {
    if (!one.element.clientWidth) return; // hidden: drawn when it is shown
    one.drawn?.dispose();
    one.element.replaceChildren(); // the server's drawing
    one.element.classList.add("drawn");
    one.drawn = window.echarts.init(one.element, null, { renderer: "svg", height: one.height });
    const c = colours();
    one.drawn.setOption({ ...base(c), ...one.options(c) });
    one.after?.(one.drawn);
  };
  const chart = (element, options, { height = 248, after = null } = {}) => {
    const one = { element, options, height, after };
    made.set(element, one);
    draw(one);
    return one;
  };

  const funnel = (spec, drawing) => (c) => {
    const values = spec.series[0].values;
    const shades = [1, 0.84, 0.68, 0.52, 0.42];
    // A step that narrows hangs over its label: the line to it is longer by what does.
    const widths = values.map((value) => (drawing.clientWidth * 0.54 * Math.max(value, 0)) / Math.max(...values, 1));
    const reach = (at) => 14 + Math.max(0, Math.round((widths[at] - (widths[at + 1] ?? widths[at] * 0.4)) / 5));
    return {
      tooltip: { trigger: "item", ...tip(c), formatter: (point) => `${point.name}: ${point.data.text}` },
      series: [{
        type: "funnel", sort: "none", left: 0, right: "46%", top: 4, bottom: 4, minSize: "14%", gap: 3, min: 0,
        max: Math.max(...values, 1),
        label: {
          show: true, position: "right", formatter: (p) => `{n|${p.name}}  {v|${p.data.text}}\n{d|${p.data.note}}`,
          rich: {
            n: { fontSize: 12, fontWeight: 560, color: c.t1, lineHeight: 16 },
            v: { fontSize: 12, fontWeight: 640, color: c.t1 },
            d: { fontSize: 11, color: c.t2, lineHeight: 15 },
          },
        },
        labelLine: { length: 14, lineStyle: { color: c.line } },
        itemStyle: { borderWidth: 0 },
        data: spec.labels.map((name, at) => ({
          name, value: values[at], labelLine: { length: reach(at) }, text: spec.series[0].texts[at], note: spec.notes[at] ?? "",
          itemStyle: {
            color: at === spec.labels.length - 1 ? c.ok : mix(c.c1, c.card, shades[Math.min(at, 4)]),
          },
        })),
      }],
    };
  };

  const one = (series, c) => {
    const colour = c[`c${series.colour}`];
    if (series.look === "bar") {
      return {
        name: series.name, type: "bar", barMaxWidth: 18, itemStyle: { color: colour },
        data: series.values.map((value, at) => ({
          value, itemStyle: { color: colour, opacity: series.faint.includes(at) ? 0.55 : 1, borderRadius: [2, 2, 0, 0] },
        })),
      };
    }
    const past = ["past", "before"].includes(series.look);
    return {
      name: series.name, type: "line", data: series.values, step: ["step", "before"].includes(series.look) ? "middle" : false,
      symbol: past ? "circle" : "none", symbolSize: 4,
      lineStyle: { color: colour, width: past ? 1.5 : 2.5, type: past ? "dashed" : "solid" },
      itemStyle: { color: colour }, areaStyle: series.look === "area" ? { color: colour, opacity: 0.16 } : undefined,
    };
  };
  const axes = (spec) => (c) => ({
    grid: { left: 52, right: 10, top: 30, bottom: 22 },
    legend: { left: 0, top: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: c.t2, fontSize: 11 } },
    tooltip: {
      trigger: "axis", ...tip(c),
      formatter: (points) => [
        spec.labels[points[0].dataIndex],
        ...points.map((p) => `${p.seriesName}: ${spec.series[p.seriesIndex].texts[p.dataIndex] || "–"} ${spec.unit}`),
      ].join("\n"),
    },
    xAxis: cat(spec.labels),
    yAxis: val(isCounted(spec) ? { minInterval: 1 } : {}),
    series: spec.series.map((series, place) => ({
      ...one(series, c),
      markLine: place || !spec.marks.length ? undefined : {
        silent: true, symbol: "none",
        data: spec.marks.map((mark) => ({
          yAxis: mark.value, lineStyle: { color: c[`c${mark.colour}`], type: "dashed" },
          label: { formatter: mark.name, position: "insideEndTop", color: c.t2, fontSize: 11 },
        })),
      },
    })),
  });

  // A click on a point opens what is behind it; the links after the drawing do the same for the keyboard.
  const open = (spec, drawn) => {
    if (!spec.links.some(Boolean)) return;
    drawn.on("click", (point) => {
      const address = spec.links[point.dataIndex];
      if (address) window.location.assign(address);
    });
  };
  const follow = (figure, place) => {
    for (const link of figure.querySelectorAll("[data-point]")) {
      const at = { seriesIndex: 0, dataIndex: Number(link.dataset.point) };
      link.addEventListener("focus", () => place.drawn?.dispatchAction({ type: "highlight", ...at }));
      link.addEventListener("blur", () => place.drawn?.dispatchAction({ type: "downplay", ...at }));
    }
  };

  const mount = (root) => {
    for (const figure of root.querySelectorAll("[data-chart]")) {
      const source = document.getElementById(figure.dataset.chart);
      const drawing = figure.querySelector("[data-drawing]");
      if (!source || !drawing || made.has(drawing) || !window.echarts) continue;
      const spec = JSON.parse(source.textContent);
      const words = drawing.querySelector("svg");
      drawing.setAttribute("role", "img");
      drawing.setAttribute("aria-label", words?.getAttribute("aria-label") ?? "");
      const options = spec.kind === "funnel" ? funnel(spec, drawing) : axes(spec);
      const height = Number(words?.getAttribute("viewBox")?.split(" ")[3]) || 248;
      follow(figure, chart(drawing, options, { height, after: (drawn) => open(spec, drawn) }));
    }
  };

  const turn = (button) => {
    const figure = document.querySelector(`[data-chart="${CSS.escape(button.dataset.twinOf)}"]`);
    const [drawing, points, twin] = ["drawing", "points", "twin"].map((name) => figure.querySelector(`[data-${name}]`));
    const asTable = twin.hidden;
    twin.hidden = !asTable;
    drawing.hidden = asTable;
    if (points) points.hidden = asTable;
    button.setAttribute("aria-pressed", String(asTable));
    const place = made.get(drawing);
    if (!asTable && place) draw(place);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-twin-of]");
    if (!button || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    turn(button);
  });
  document.addEventListener("keydown", (event) => {
    const button = event.key === " " && event.target.closest("[data-twin-of]");
    if (!button) return;
    event.preventDefault();
    turn(button);
  });

  const present = () => [...made.values()].filter((place) => place.element.isConnected || !made.delete(place.element));
  new MutationObserver(() => present().forEach(draw))
    .observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  window.addEventListener("resize", () => present().forEach((place) => place.drawn?.resize()));
  document.addEventListener("htmx:load", (event) => mount(event.detail.elt.parentElement ?? document));
  document.addEventListener("unfolded", (event) => mount(event.target)); // a row was opened, and a chart lies in it
  mount(document);
  return { chart, cat, val, mix, mount };
})();
