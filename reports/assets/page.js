(function () {
"use strict";
// Everything in the data comes from logs: it is written with textContent and nothing else.
function make(tag, cls, text) {
  var e = document.createElement(tag);
  if (cls) e.className = cls;
  if (text != null) e.textContent = text;
  return e;
}
addEventListener("beforeprint", function () {
  document.querySelectorAll("main details").forEach(function (d) { d.open = true; });
});
var source = document.getElementById("data"), place = document.getElementById("charts");
if (!source || !place || typeof uPlot !== "function") return;
var data = JSON.parse(source.textContent), W = data.words, zone = data.zone;
var offset = zone.label ? zone.offset : 0;
var whole = data.view.slice(), utc = false;

// ---- words and numbers
function two(n) { return (n < 10 ? "0" : "") + n; }
function clock(ms) { return new Date(ms + (utc ? 0 : offset) * 60000); }
function hms(d) { return two(d.getUTCHours()) + ":" + two(d.getUTCMinutes()) + ":" + two(d.getUTCSeconds()); }
function day(d) { return two(d.getUTCMonth() + 1) + "-" + two(d.getUTCDate()); }
function zoneName() { return utc ? "UTC" : zone.label; }
function stamp(ms) { var d = clock(ms); return ((zone.year ? d.getUTCFullYear() + "-" : "") + day(d) + " " + hms(d) + " " + zoneName()).trim(); }
function digits(v, n) { return v.toLocaleString("en-US", {maximumFractionDigits: n, minimumFractionDigits: 0}); }
function three(v) { var a = Math.abs(v); return digits(v, a >= 100 ? 0 : a >= 10 ? 1 : a >= 1 ? 2 : 3); }
function sized(v, fine) {
  var units = ["B", "KiB", "MiB", "GiB", "TiB"], i = 0;
  while (i < 4 && Math.abs(v) >= 1024) { v /= 1024; i++; }
  return digits(v, fine ? (Math.abs(v) >= 100 ? 1 : 2) : 1) + " " + units[i];
}
function say(v, g, fine) {
  if (v == null) return "–";
  v *= g.scale;
  switch (g.unit) {
  case "bytes": return sized(v, fine);
  case "1/s": return three(v) + W.perSecond;
  case "seconds": return Math.abs(v) < 1 ? three(v * 1000) + W.ms : three(v) + W.s;
  case "share": return three(v * 100) + W.share;
  }
  return three(v);
}
var colours = {};
function colour(name) {
  return colours[name] || (colours[name] = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim() || "#777");
}
var steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000];
function ticks(u, axis, min, max) {
  var room = Math.max(2, u.bbox.width / uPlot.pxRatio / 76), i = 0, off = (utc ? 0 : offset) * 60000, out = [];
  while (i < steps.length - 1 && (max - min) / 1000 / steps[i] > room) i++;
  var step = steps[i] * 1000;
  for (var t = Math.ceil((min + off) / step) * step - off; t <= max; t += step) out.push(t);
  return out;
}
function tickNames(u, all) {
  var fine = all.length > 1 && all[1] - all[0] < 60000;
  return all.map(function (t) {
    var d = clock(t), s = hms(d);
    return s === "00:00:00" ? day(d) : fine ? s : s.slice(0, 5);
  });
}
// Round numbers of bytes are powers of two.
function byteTicks(g) {
  return function (u, axis, min, max) {
    var raw = (max - min) * g.scale / Math.max(2, u.bbox.height / uPlot.pxRatio / 44), out = [];
    var step = Math.pow(2, Math.ceil(Math.log2(Math.max(raw, 1)) - 0.01)) / g.scale;
    for (var v = Math.ceil(min / step) * step; v <= max; v += step) out.push(v);
    return out;
  };
}

// ---- the frame around the charts
document.body.classList.add("live");
place.setAttribute("role", "group");
place.setAttribute("aria-label", W.chart);
var tools = make("div", "tools"), plots = [], pinned = null;
function button(text, act, into) {
  var b = make("button", "", text);
  b.type = "button";
  b.addEventListener("click", act);
  (into || tools).appendChild(b);
  return b;
}
button(W.reset, function () { zoom(whole[0], whole[1]); }).id = "reset";
if (data.bands.length) button(W.incident, function () {
  var b = worstBand(), at = b[0], room = Math.max(Math.min(b[1] - b[0], 20 * 60000), 5 * 60000);
  zoom(at - room / 2, at + room);
}).id = "incident";
// worstBand gives the band of the worst incident.
function worstBand() { return data.bands.filter(function (b) { return b[0] <= data.worst && data.worst <= b[1]; })[0] || data.bands[0]; }
button("+", function () { scaled(0.5); }).setAttribute("aria-label", W.in);
button("−", function () { scaled(2); }).setAttribute("aria-label", W.out);
if (zone.label && zone.label !== "UTC") {
  var pair = make("span", "pair push"), here, there;
  here = button(W.local + " " + zone.label, function () { setZone(false); }, pair);
  there = button("UTC", function () { setZone(true); }, pair);
  here.id = "local"; there.id = "utc";
  tools.appendChild(pair);
  here.setAttribute("aria-pressed", "true"); there.setAttribute("aria-pressed", "false");
}
function setZone(on) {
  utc = on;
  here.setAttribute("aria-pressed", String(!on)); there.setAttribute("aria-pressed", String(on));
  plots.forEach(function (p) { p.u.redraw(false, true); });
  hover(plots[0].u);
  if (pinned) show(pinned);
}
place.appendChild(tools);
var pins = make("div", "pins");
pins.setAttribute("role", "group"); pins.setAttribute("aria-label", W.marks);
place.appendChild(pins);
var card = make("div", "card"); card.id = "moment"; card.setAttribute("aria-live", "polite");
var deck = make("div", "deck"); deck.tabIndex = 0; deck.setAttribute("role", "group");
deck.setAttribute("aria-label", W.chart); deck.setAttribute("aria-describedby", "chart-help");

// ---- one chart a group
var axisWidth = 64;
function columns(g) {
  var t = [], at = 0;
  g.t.forEach(function (d) { t.push(at += d); });
  return [t].concat(g.series.map(function (s) {
    var v = s.v;
    for (var i = 0; i < v.length; i++) if (v[i] === "") v[i] = undefined;
    return v;
  }));
}
// nearest gives the index of the sample of a curve that the pointer means, null where nothing was reported.
function nearest(t, v, i, at, hold) {
  var a = i, b = i;
  while (a >= 0 && v[a] == null) a--;
  while (b < v.length && v[b] == null) b++;
  var da = a < 0 ? Infinity : Math.abs(t[a] - at), db = b >= v.length ? Infinity : Math.abs(t[b] - at);
  if (Math.min(da, db) > hold) return null;
  return da <= db ? a : b;
}
function roomy() { return Math.max(place.clientWidth, 240); }
function build(g, i, last) {
  var box = make("div", "plot"), head = make("h3", "", g.title), read = make("span", "read");
  head.appendChild(read);
  if (g.note) head.appendChild(make("span", "read", g.note));
  box.appendChild(head);
  var cols = columns(g), single = g.series.length === 1, p = {g: g, read: read, on: g.series.map(function () { return true; })};
  var options = {
    width: roomy(), height: g.height + (last ? 40 : 12), ms: 1, pxAlign: 0,
    legend: {show: false},
    padding: [8, 14, last ? 0 : 4, 0],
    cursor: {
      sync: {key: "run", scales: ["x", null], setSeries: false},
      drag: {x: true, y: false, setScale: true, dist: 6},
      bind: {dblclick: function () { return function () { zoom(whole[0], whole[1]); return null; }; }},
      points: {size: 7, show: g.series.length <= 24},
      dataIdx: function (u, s, at) { return s === 0 ? at : nearest(u.data[0], u.data[s], at, u.posToVal(u.cursor.left, "x"), g.series[s - 1].hold); }
    },
    scales: {
      x: {time: true, min: whole[0], max: whole[1]},
      y: {range: function (u, min, max) { return min == null ? [0, 1] : [Math.min(0, min), max > 0 ? max * 1.06 : 1]; }}
    },
    axes: [
      {show: true, size: last ? 34 : 4, splits: ticks, values: last ? tickNames : function (u, all) { return all.map(function () { return ""; }); },
        stroke: function () { return colour("soft"); }, grid: {stroke: function () { return colour("grid"); }, width: 1}, ticks: {show: last, stroke: function () { return colour("line"); }, size: 4}},
      {size: axisWidth, space: g.height < 100 ? 26 : 36, stroke: function () { return colour("soft"); }, grid: {stroke: function () { return colour("grid"); }, width: 1}, ticks: {show: false},
        values: function (u, all) { return all.map(function (v) { return v === 0 ? "0" : say(v, g); }); }}
    ],
    series: [{}].concat(g.series.map(function (s) {
      var heavy = s.look === "victim" || s.look === "aggressor" || s.look === "host";
      return {label: "", stroke: function () { return colour(s.look); }, width: heavy ? 2.2 : 1.4, points: {show: false},
        fill: single ? function () { return colour(s.look) + "24"; } : undefined};
    })),
    hooks: {
      drawClear: [function (u) { bands(u); }],
      draw: [function (u) { lines(u); }],
      setScale: [function (u, key) { if (key === "x") follow(u); }],
      setCursor: [function (u) { hover(u); }]
    }
  };
  if (g.unit === "bytes") options.axes[1].splits = byteTicks(g);
  p.u = new uPlot(options, cols, box);
  p.box = box;
  plots.push(p);
  deck.appendChild(box);
  if (g.series.length > 1) box.appendChild(legend(p, i));
}
function bands(u) {
  var c = u.ctx;
  c.save();
  c.fillStyle = colour("band");
  data.bands.forEach(function (b) {
    var x = Math.max(u.valToPos(b[0], "x", true), u.bbox.left), y = Math.min(u.valToPos(b[1], "x", true), u.bbox.left + u.bbox.width);
    if (y > x) c.fillRect(x, u.bbox.top, Math.max(y - x, 1), u.bbox.height);
  });
  c.restore();
}
function lines(u) {
  var c = u.ctx, r = uPlot.pxRatio;
  c.save();
  data.marks.forEach(function (m) {
    if (m.tone !== "bad" && m !== pinned) return;
    var x = u.valToPos(m.t, "x", true);
    if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) return;
    c.strokeStyle = colour(m.tone === "bad" ? "victim" : "soft");
    c.lineWidth = (m === pinned ? 2 : 1.2) * r;
    c.setLineDash(m === pinned ? [] : [4 * r, 3 * r]);
    c.beginPath(); c.moveTo(x, u.bbox.top); c.lineTo(x, u.bbox.top + u.bbox.height); c.stroke();
  });
  c.restore();
}

// ---- zoom, the same for all charts
var following = false;
function follow(u) {
  if (following) return;
  following = true;
  var s = u.scales.x;
  plots.forEach(function (p) { if (p.u !== u) p.u.setScale("x", {min: s.min, max: s.max}); });
  following = false;
  placePins();
}
function zoom(min, max) {
  if (max - min < 2000) { var mid = (min + max) / 2; min = mid - 1000; max = mid + 1000; }
  plots[0].u.setScale("x", {min: Math.max(min, whole[0]), max: Math.min(max, whole[1])});
}
function scaled(f) {
  var u = plots[0].u, s = u.scales.x, mid = u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : (s.min + s.max) / 2;
  var a = mid - (mid - s.min) * f, b = mid + (s.max - mid) * f;
  zoom(a, b);
}

// ---- reading
var spoken = make("p", "hidden"); spoken.setAttribute("aria-live", "polite");
function hover(u) {
  var left = u.cursor.left, at = left >= 0 ? u.posToVal(left, "x") : null;
  plots.forEach(function (p) {
    var t = p.u.data[0], i = at == null ? t.length - 1 : uPlotIndex(t, at);
    var texts = p.g.series.map(function (s, k) {
      if (at == null) return "";
      var j = nearest(t, p.u.data[k + 1], i, at, s.hold);
      return j == null ? "–" : say(p.u.data[k + 1][j], p.g, true);
    });
    if (texts.length === 1) p.read.textContent = at == null ? "" : stamp(at) + "  " + texts[0];
    else {
      p.read.textContent = at == null ? "" : stamp(at);
      p.values.forEach(function (e, k) { e.textContent = texts[k]; });
    }
  });
}
function uPlotIndex(t, at) {
  var lo = 0, hi = t.length - 1;
  while (hi - lo > 1) { var m = (lo + hi) >> 1; if (t[m] < at) lo = m; else hi = m; }
  return at - t[lo] <= t[hi] - at ? lo : hi;
}
function legend(p, i) {
  var box = make("div"), row = make("div", "tools"), ul = make("ul", "legend");
  ul.tabIndex = 0; ul.setAttribute("aria-label", W.curves);
  p.values = []; p.buttons = [];
  p.g.series.forEach(function (s, k) {
    var li = make("li"), b = make("button"), sw = make("span", "swatch l-" + s.look), name = make("span", "", s.name), v = make("span", "value");
    b.type = "button"; b.setAttribute("aria-pressed", "true");
    b.addEventListener("click", function () { turn(p, k, !p.on[k]); });
    b.append(sw, name, v);
    li.appendChild(b); ul.appendChild(li);
    p.values.push(v); p.buttons.push(b);
  });
  if (p.g.series.length > 4) {
    button(W.all, function () { turnAll(p, true); }, row);
    button(W.none, function () { turnAll(p, false); }, row);
    box.appendChild(row);
  }
  box.appendChild(ul);
  return box;
}
function turn(p, k, on) {
  p.on[k] = on;
  p.buttons[k].setAttribute("aria-pressed", String(on));
  p.u.setSeries(k + 1, {show: on});
}
function turnAll(p, on) { p.u.batch(function () { p.g.series.forEach(function (s, k) { turn(p, k, on); }); }); }

// ---- moments with their log lines
var pinOf = [];
data.marks.forEach(function (m) {
  var b = make("button", "pin " + (m.tone || ""));
  b.type = "button";
  b.setAttribute("aria-label", stamp(m.t) + " " + m.text);
  b.setAttribute("aria-expanded", "false"); b.setAttribute("aria-controls", "moment");
  function on() { show(m); }
  b.addEventListener("mouseenter", on); b.addEventListener("focus", on); b.addEventListener("click", on);
  pins.appendChild(b);
  pinOf.push(b);
});
function show(m) {
  var was = pinned;
  pinned = m;
  card.textContent = "";
  card.className = "card " + (m.tone || "");
  var p = make("p");
  p.append(make("strong", "", stamp(m.t)), " ", m.text, m.source ? " " : "", m.source ? make("span", "dim", m.source) : "");
  card.appendChild(p);
  if (m.line) card.appendChild(make("code", "line", m.line));
  pinOf.forEach(function (b, i) { b.setAttribute("aria-expanded", String(data.marks[i] === m)); });
  if (was && was !== m) plots.forEach(function (q) { q.u.redraw(false, false); });
}
function placePins() {
  if (!plots.length) return;
  var u = plots[0].u, s = u.scales.x, w = u.bbox.width / uPlot.pxRatio, left = u.bbox.left / uPlot.pxRatio;
  data.marks.forEach(function (m, i) {
    var f = (m.t - s.min) / (s.max - s.min);
    pinOf[i].hidden = !(f >= 0 && f <= 1);
    pinOf[i].style.left = left + f * w + "px";
  });
}

// ---- keys
deck.addEventListener("keydown", function (e) {
  if (e.target !== deck || e.ctrlKey || e.metaKey || e.altKey) return;
  var u = plots[0].u, w = u.over.clientWidth, left = u.cursor.left >= 0 ? u.cursor.left : w / 2, by = e.shiftKey ? w / 10 : w / 100;
  switch (e.key) {
  case "ArrowLeft": point(Math.max(0, left - by)); break;
  case "ArrowRight": point(Math.min(w, left + by)); break;
  case "Home": point(0); break;
  case "End": point(w); break;
  case "+": case "=": scaled(0.5); break;
  case "-": scaled(2); break;
  case "0": case "Escape": zoom(whole[0], whole[1]); break;
  default: return;
  }
  e.preventDefault();
});
function point(left) {
  plots.forEach(function (p) { p.u.setCursor({left: left, top: 10}, false); });
  hover(plots[0].u);
  var at = plots[0].u.posToVal(left, "x");
  spoken.textContent = stamp(at) + ". " + plots.map(function (p) {
    return p.g.series.slice(0, 12).map(function (s, k) {
      if (!p.on[k]) return "";
      var t = p.u.data[0], j = nearest(t, p.u.data[k + 1], uPlotIndex(t, at), at, s.hold);
      return s.name + " " + (j == null ? W.nothing : say(p.u.data[k + 1][j], p.g, true));
    }).filter(Boolean).join(", ");
  }).join(". ");
}

// ---- start, and keep the size
function pick(test) { return data.marks.filter(test)[0]; }
var first = pick(function (m) { return m.tone === "bad" && m.t === data.worst; }) || pick(function (m) { return m.tone === "bad"; }) || data.marks[0];
if (first) show(first);
data.groups.forEach(function (g, i) { build(g, i, i === data.groups.length - 1); });
place.appendChild(deck);
if (first) place.insertBefore(card, deck); else pins.remove();
var help = make("p", "dim", W.help); help.id = "chart-help";
place.append(help, spoken);
plots.forEach(function (p) { if (!p.values) { p.values = []; p.buttons = []; } });
function fit() {
  var w = roomy();
  plots.forEach(function (p) { if (p.u.width !== w) p.u.setSize({width: w, height: p.u.height}); });
  placePins();
}
new ResizeObserver(fit).observe(place);
fit();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { colours = {}; plots.forEach(function (p) { p.u.redraw(false, false); }); });

// ---- from the timeline to the chart
document.querySelectorAll("time[data-at]").forEach(function (e) {
  var at = Number(e.dataset.at);
  if (!(at >= whole[0] && at <= whole[1])) return;
  var b = make("button", "jump", e.textContent);
  b.type = "button"; b.title = W.show;
  b.addEventListener("click", function () {
    zoom(at - 5 * 60000, at + 5 * 60000);
    var m = data.marks.filter(function (x) { return x.t === at; })[0];
    if (m) show(m);
    place.scrollIntoView({block: "start"});
  });
  e.textContent = "";
  e.appendChild(b);
});
if (navigator.clipboard) document.querySelectorAll("pre.command").forEach(function (pre) {
  var text = pre.textContent, b = make("button", "copy", W.copy);
  b.type = "button";
  b.addEventListener("click", function () {
    navigator.clipboard.writeText(text).then(function () { b.textContent = W.copied; }, function () {});
  });
  pre.appendChild(b);
});
window.oomortem = {plots: plots, zoom: zoom};
})();
