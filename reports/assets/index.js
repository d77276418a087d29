'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent), words = data.words;
  const form = document.getElementById('filter'), table = document.getElementById('table');
  const body = table.tBodies[0], shown = document.getElementById('shown'), rest = document.getElementById('rest');
  const page = 500, most = 2000; // rows that are drawn at first, and at most with one more click
  const names = new Intl.Collator('en', {numeric: true}); // many times faster than localeCompare with options
  const number = new Intl.NumberFormat('en-US', {maximumFractionDigits: 0});
  let order = {key: '', down: false}, only = null, limit = page;

  data.rows.forEach((r, i) => {
    r.index = i;
    r.month = (r.start || '').slice(0, 7);
    r.find = [r.run, r.says, r.hosts.join(' '), r.victims.join(' '), r.aggressors.join(' '), r.cause].join('\n').toLowerCase();
  });
  const lists = {cause: r => [r.cause], host: r => r.hosts, victim: r => r.victims, month: r => [r.month], status: r => [r.status]};
  for (const [name, of] of Object.entries(lists)) {
    const count = new Map();
    for (const r of data.rows) for (const v of new Set(of(r))) if (v) count.set(v, (count.get(v) || 0) + 1);
    for (const v of [...count.keys()].sort()) form.elements[name].add(new Option(v + ' (' + count.get(v) + ')', v));
  }

  const value = {
    run: r => r.run, start: r => r.start, hosts: r => r.hosts.join(' '), cause: r => r.cause || r.status, sure: r => r.sure,
    says: r => r.says, victims: r => r.victims.join(' '), aggressors: r => r.aggressors.join(' '), steady: r => r.steady,
    achieved: r => r.achieved, target: r => r.target, lost: r => r.lost,
  };
  const known = v => v !== undefined && v !== null && v !== '';
  const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : names.compare(String(a), String(b));

  function chosen() {
    const sought = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let rows = data.rows.filter(r => (!only || only.has(r.index)) && sought.every(w => r.find.includes(w)) &&
      Object.entries(lists).every(([name, of]) => !form.elements[name].value || of(r).includes(form.elements[name].value)));
    const by = value[order.key];
    if (by) {
      rows.sort((x, y) => {
        const a = by(x), b = by(y);
        if (known(a) !== known(b)) return known(a) ? -1 : 1; // what is not known stands last either way
        return (known(a) ? (order.down ? -1 : 1) * compare(a, b) : 0) || x.index - y.index;
      });
    }
    return rows;
  }

  function cell(row, text, name) {
    const td = row.insertCell();
    td.textContent = text;
    if (name) td.className = name;
    return td;
  }

  function draw() {
    const rows = chosen(), fresh = document.createElement('tbody');
    for (const r of rows.slice(0, limit)) {
      const tr = fresh.insertRow(), first = cell(tr, '');
      if (r.href) {
        const a = document.createElement('a');
        a.href = r.href;
        a.textContent = r.run;
        first.append(a);
      } else {
        first.textContent = r.run;
      }
      cell(tr, r.start ? r.start.replace('T', ' ').slice(0, 16) : '', 'firm');
      cell(tr, r.hosts.join(', '));
      cell(tr, r.cause || r.status, r.tone);
      cell(tr, known(r.sure) ? Math.round(100 * r.sure) + words.percent : '', 'number');
      cell(tr, r.says, 'wide');
      cell(tr, r.victims.join(', '));
      cell(tr, r.aggressors.join(', '));
      for (const v of [r.steady, r.achieved]) cell(tr, known(v) ? number.format(v) : '', 'number');
      cell(tr, known(r.target) ? (r.target ? words.met : words.missed) : '', r.target === false ? 'bad' : '');
      cell(tr, known(r.lost) ? number.format(r.lost) : '', 'number');
      cell(tr, r.curve || '', 'curve').setAttribute('aria-hidden', 'true');
    }
    table.tBodies[0].replaceWith(fresh);
    shown.textContent = rows.length === data.rows.length ? words.count.replace('#', rows.length) : words.some.replace('##', data.rows.length).replace('#', rows.length);
    rest.replaceChildren();
    if (rows.length > limit) {
      const more = document.createElement('button');
      more.type = 'button';
      const next = Math.min(rows.length, limit + most);
      more.textContent = next === rows.length ? words.every.replace('#', rows.length) : words.next.replace('#', next - limit);
      more.addEventListener('click', () => { limit = next; draw(); });
      rest.append(words.rest.replace('#', rows.length - limit) + ' ', more);
    }
  }

  const again = () => { limit = page; draw(); };
  let waiting = 0;
  form.elements.text.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(again, 120); });
  form.addEventListener('change', again);
  form.addEventListener('submit', e => e.preventDefault());
  form.addEventListener('reset', () => { only = null; setTimeout(again); });
  for (const th of table.tHead.rows[0].cells) {
    if (!value[th.dataset.key]) continue;
    const b = document.createElement('button');
    b.type = 'button';
    b.textContent = th.textContent;
    b.addEventListener('click', () => {
      order = {key: th.dataset.key, down: order.key === th.dataset.key ? !order.down : th.classList.contains('number')};
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      th.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
      again();
    });
    th.replaceChildren(b);
  }
  for (const b of document.querySelectorAll('.only')) {
    b.hidden = false;
    b.addEventListener('click', () => {
      only = new Set(data.patterns[b.dataset.pattern]);
      again();
      document.getElementById('runs').scrollIntoView();
    });
  }
  form.hidden = false;
  draw();
})();
