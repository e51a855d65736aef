(function (root, t) {
  // Draws the trace anew whenever the window of time, the view or the moment that is played changes.
  "use strict";
  if (!root) return;
  const NS = "http://www.w3.org/2000/svg", gutter = 240, lane = 22, top = 34;
  const names = ["running", "runnable", "blocked", "sleeping", "in a system call"];
  let from = 0, to = t.total, byP = false, now = null, timer = null;

  function el(kind, at, text) {
    const e = document.createElementNS(NS, kind);
    for (const k in at) e.setAttribute(k, at[k]);
    if (text !== undefined) e.textContent = text;
    return e;
  }
  function dur(ns) {
    if (ns >= 1e9) return (ns / 1e9).toPrecision(3) + "s";
    if (ns >= 1e6) return (ns / 1e6).toPrecision(3) + "ms";
    if (ns >= 1e3) return (ns / 1e3).toPrecision(3) + "µs";
    return Math.round(ns) + "ns";
  }
  function ticks(a, b) {
    let step = 1;
    while ((b - a) / step > 8) {
      if ((b - a) / (step * 2) <= 8) step *= 2;
      else if ((b - a) / (step * 5) <= 8) step *= 5;
      else step *= 10;
    }
    const r = [];
    for (let x = Math.ceil(a / step) * step; x <= b; x += step) r.push(x);
    return r;
  }

  const bar = document.createElement("div");
  bar.style.cssText = "display:flex;gap:.6em;align-items:center;font:12px sans-serif;margin:2px 0";
  const play = button("▶", "play"), whole = button("⟷", "show all"), zin = button("+", "zoom in"), zout = button("−", "zoom out");
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: 0, max: 1000, value: 1000, title: "moment" });
  slider.style.flex = "1";
  const stamp = document.createElement("span");
  stamp.style.cssText = "min-width:6em;text-align:right";
  bar.append(play, slider, stamp, zout, zin, whole);
  if (t.procs > 0) {
    const view = button("by P", "lanes of processors or of goroutines");
    view.onclick = () => { byP = !byP; view.textContent = byP ? "by G" : "by P"; draw(); };
    bar.append(view);
  }
  const host = document.createElement("div");
  root.replaceChildren(root.querySelector("style"), bar, host);

  function button(text, title) {
    const b = document.createElement("button");
    b.textContent = text;
    b.title = title;
    b.style.cssText = "cursor:pointer;min-width:2em";
    return b;
  }

  function draw() {
    const rows = byP ? Array.from({ length: t.procs }, (_, i) => ({ n: "P" + i, a: 0, z: t.total })) : t.rows;
    const w = Math.max(root.clientWidth || 960, 640), plot = w - gutter - 20;
    const h = top + lane * rows.length + 26 + 14 * (t.notes || []).length;
    const x = ns => gutter + plot * (ns - from) / (to - from);
    const seen = (a, b) => b >= from && a <= to;
    const clip = v => Math.min(Math.max(v, gutter), gutter + plot);
    const svg = el("svg", { class: "gt", width: w, height: h, viewBox: `0 0 ${w} ${h}` });
    svg.append(el("text", { x: 4, y: 14 }, t.title || ""));
    const head = el("marker", { id: root.id + "-head", viewBox: "0 0 6 6", refX: 5, refY: 3, markerWidth: 5, markerHeight: 5, orient: "auto" });
    head.append(el("path", { d: "M0 0L6 3L0 6z", fill: "context-stroke" }));
    const defs = el("defs", {});
    defs.append(head);
    svg.append(defs);
    rows.forEach((r, i) => {
      const y = top + lane * i;
      if (seen(r.a, r.z)) svg.append(el("rect", { class: "lane", x: clip(x(r.a)), y: y + 2, width: Math.max(clip(x(r.z)) - clip(x(r.a)), 1), height: lane - 4 }));
      const name = el("text", { x: 4, y: y + 15 }, r.n.length > 36 ? r.n.slice(0, 35) + "…" : r.n);
      name.append(el("title", {}, r.n));
      svg.append(name);
    });
    for (const at of ticks(from, to)) {
      svg.append(el("line", { class: "tick", x1: x(at), x2: x(at), y1: top - 4, y2: top + lane * rows.length }));
      svg.append(el("text", { class: "soft", x: x(at) + 2, y: 28 }, dur(at)));
    }
    for (const [a, b] of t.gcs) if (seen(a, b)) {
      const r = el("rect", { class: "gc", x: clip(x(a)), y: top, width: Math.max(clip(x(b)) - clip(x(a)), 1), height: lane * rows.length });
      r.append(el("title", {}, "garbage collection " + dur(b - a)));
      svg.append(r);
    }
    const end = now === null ? t.total : now;
    for (const [row, a, b, state, title, p] of t.spans) {
      if (!seen(a, b) || a > end || byP && (state !== 0 || p < 0)) continue;
      const x1 = clip(x(a)), x2 = clip(x(Math.min(b, end)));
      const r = el("rect", { class: "s" + state, x: x1, y: top + lane * (byP ? p : row) + 5, width: Math.max(x2 - x1, 0.6), height: lane - 10 });
      r.append(el("title", {}, title));
      svg.append(r);
    }
    if (!byP) {
      const inside = t.arrows.filter(a => a[3] <= to && a[4] >= from && a[3] <= end);
      for (const [kind, r1, r2, at, got, label, title] of inside) {
        const x1 = x(at), y1 = top + lane * r1 + lane / 2, x2 = x(Math.min(got, end)), y2 = top + lane * r2 + lane / 2;
        if (x1 < gutter - 1 || x2 > gutter + plot + 1) continue;
        const p = el("path", { class: "a a" + kind, d: `M${x1} ${y1}L${x2} ${y2}`, "marker-end": `url(#${root.id}-head)` });
        p.append(el("title", {}, title));
        svg.append(p);
        if (kind === 1 && label && inside.length <= 80) svg.append(el("text", { class: "val", x: (x1 + x2) / 2 + 3, y: (y1 + y2) / 2 + 3 }, label));
      }
    }
    if (now !== null && now >= from && now <= to) svg.append(el("line", { class: "a", x1: x(now), x2: x(now), y1: top - 4, y2: top + lane * rows.length }));
    let lx = 4;
    const ly = top + lane * rows.length + 18;
    names.forEach((n, i) => {
      svg.append(el("rect", { class: "s" + i, x: lx, y: ly - 9, width: 10, height: 10 }), el("text", { class: "soft", x: lx + 14, y: ly }, n));
      lx += 30 + 7 * n.length;
    });
    (t.notes || []).forEach((n, i) => svg.append(el("text", { class: "soft", x: 4, y: ly + 14 * (i + 1) }, n)));
    host.replaceChildren(svg);
    stamp.textContent = dur(end);
    svg.addEventListener("wheel", e => {
      if (!(e.ctrlKey || e.shiftKey || e.altKey)) return;
      e.preventDefault();
      const box = svg.getBoundingClientRect();
      zoom(e.deltaY < 0 ? 0.7 : 1 / 0.7, (e.clientX - box.left - gutter) / plot);
    }, { passive: false });
    svg.addEventListener("mousedown", e => {
      const start = e.clientX, a = from, b = to;
      const move = m => pan(a, b, (start - m.clientX) / plot * (b - a));
      const up = () => { removeEventListener("mousemove", move); removeEventListener("mouseup", up); };
      addEventListener("mousemove", move);
      addEventListener("mouseup", up);
    });
  }
  function pan(a, b, by) {
    by = Math.min(Math.max(by, -a), t.total - b);
    from = a + by;
    to = b + by;
    draw();
  }
  function zoom(f, at) {
    const mid = from + (to - from) * Math.min(Math.max(at, 0), 1);
    const span = Math.min(Math.max((to - from) * f, 10), t.total);
    from = Math.max(0, mid - span * at);
    to = Math.min(t.total, from + span);
    from = Math.max(0, to - span);
    draw();
  }
  zin.onclick = () => zoom(0.5, 0.5);
  zout.onclick = () => zoom(2, 0.5);
  whole.onclick = () => { from = 0; to = t.total; now = null; slider.value = 1000; draw(); };
  slider.oninput = () => { stop(); now = slider.value >= 1000 ? null : t.total * slider.value / 1000; draw(); };
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
  }
  play.onclick = () => {
    if (timer) return stop();
    if (now === null) slider.value = 0;
    play.textContent = "❚❚";
    timer = setInterval(() => {
      if (!root.isConnected) return stop();
      slider.value = +slider.value + 5;
      now = t.total * slider.value / 1000;
      if (slider.value >= 1000) { now = null; stop(); }
      draw();
    }, 40);
  };
  let width = 0;
  if (typeof ResizeObserver === "function") new ResizeObserver(() => {
    if (Math.abs(root.clientWidth - width) > 8) { width = root.clientWidth; draw(); }
  }).observe(root);
  draw();
})
