// 计划分发页：卡片、图上序号，以及图与表互查。
// The hand-out of a plan: cards, numbers on the map, and the way from the table to the map and back.
'use strict';

// 窄屏上图在表的上方，一起滚动。 On a narrow screen the map lies above the tables and moves with them.
function landgisNarrow() {
  return window.matchMedia('(max-width: 1000px)').matches;
}

function landgisRow(id) {
  return document.querySelector('#table-lines tr[data-n="' + id + '"]');
}

function landgisCard(id) {
  const parcel = landgisCards.parcels[id];
  const card = landgisElement('div', 'card');
  card.append(landgisElement('h2', '', (parcel.no ? parcel.no + ' · ' : '') + parcel.parcel_id));
  card.append(landgisElement('div', 'verdict ' + parcel.verdict, parcel.said));
  const facts = landgisElement('dl');
  parcel.facts.forEach(([name, text]) => facts.append(landgisElement('dt', '', name), landgisElement('dd', '', text)));
  card.append(facts);
  if (landgisRow(id)) {
    const back = landgisElement('button', 'back', '回到表中 Back to the table');
    back.type = 'button';
    back.addEventListener('click', () => landgisFocus(landgisRow(id)));
    card.append(back);
  }
  return card;
}

// 表内只有一个停留点：上下键换行，回车看图。 One stop of the Tab key: arrows go from row to row, Enter shows the map.
function landgisFocus(row) {
  document.querySelectorAll('#table-lines button').forEach((button) => { button.tabIndex = -1; });
  const button = row.querySelector('button');
  button.tabIndex = 0;
  button.focus();
  row.scrollIntoView({ block: 'nearest' });
}

function landgisKeys(body) {
  body.addEventListener('keydown', (event) => {
    const row = event.target.closest('tr');
    const next = {
      ArrowDown: row.nextElementSibling,
      ArrowUp: row.previousElementSibling,
      Home: body.firstElementChild,
      End: body.lastElementChild,
    }[event.key];
    if (next) {
      event.preventDefault();
      landgisFocus(next);
    }
  });
}

function landgisShow(map, groups, id) {
  const outline = landgisOutlines.get(id);
  const group = groups.find((each) => each.hasLayer(outline));
  if (!map.hasLayer(group)) map.addLayer(group);
  map.fitBounds(outline.getBounds(), { maxZoom: 17, padding: [60, 60], animate: false });
  outline.openPopup(outline.getBounds().getCenter());
  const back = document.querySelector('.leaflet-popup .back');
  if (back) back.focus({ preventScroll: true });
  if (landgisNarrow()) map.getContainer().scrollIntoView({ block: 'nearest' });
}

function landgisChoosing(map, groups) {
  const body = document.querySelector('#table-lines tbody');
  landgisKeys(body);
  body.addEventListener('click', (event) => {
    const row = event.target.closest('tr');
    if (row) landgisShow(map, groups, Number(row.dataset.n));
  });
  groups.forEach((group) => group.on('popupopen popupclose', (event) => {
    const outline = event.layer || event.propagatedFrom;
    const row = landgisRow(outline.feature.properties.n);
    const chosen = event.type === 'popupopen';
    if (chosen) outline.setStyle({ color: '#d00000', weight: 5 }).bringToFront();
    else group.resetStyle(outline);
    if (row) row.classList.toggle('chosen', chosen);
    if (row && chosen && !landgisNarrow()) row.scrollIntoView({ block: 'nearest' });
  }));
  document.addEventListener('keydown', (event) => {
    const chosen = document.querySelector('#table-lines tr.chosen');
    if (event.key !== 'Escape') return;
    map.closePopup();
    if (chosen) landgisFocus(chosen);
  });
}

// 序号只画放得下的，放大后渐次出现。 Only numbers that find room are drawn; more of them appear with every zoom.
function landgisNumbers(map, groups) {
  const pane = map.createPane('numbers');
  const numbered = [];
  groups.forEach((group) => group.eachLayer((outline) => {
    const id = outline.feature.properties.n;
    const text = landgisCards.parcels[id].no;
    if (text) numbered.push({ id, text, group, middle: outline.getBounds().getCenter() });
  }));
  numbered.sort((one, other) => one.id - other.id);
  const place = () => {
    const seen = map.getBounds();
    const inside = numbered.filter((each) => map.hasLayer(each.group) && seen.contains(each.middle));
    pane.replaceChildren(...landgisSpread(map, inside).map((each) => landgisLabel(map, groups, each)));
  };
  map.on('zoomend moveend overlayadd overlayremove', place);
  map.on('zoomstart', () => pane.replaceChildren());
  place();
}

// 按格取舍：已占的格子不再放。 By squares of the screen: what lies in one that is taken is left out.
function landgisSpread(map, numbered) {
  const square = 18;
  const taken = new Set();
  return numbered.filter((each) => {
    const at = map.latLngToLayerPoint(each.middle).divideBy(square).round();
    if (taken.has(at.x + ':' + at.y)) return false;
    const wide = Math.ceil((each.text.length * 8 + 6) / square);
    for (let x = -wide; x <= wide; x += 1) {
      for (let y = -1; y <= 1; y += 1) taken.add((at.x + x) + ':' + (at.y + y));
    }
    return true;
  });
}

function landgisLabel(map, groups, each) {
  const label = landgisElement('span', 'number', each.text);
  label.style.width = each.text.length * 8 + 'px';
  label.style.marginLeft = each.text.length * -4 + 'px';
  L.DomEvent.disableClickPropagation(label);
  label.addEventListener('click', () => landgisShow(map, groups, each.id));
  L.DomUtil.setPosition(label, map.latLngToLayerPoint(each.middle));
  return label;
}

// 图例移到表旁，不遮地图。 The legend stands with the tables, where it covers nothing of the map.
function landgisLegend() {
  document.getElementById('legend').append(document.querySelector('.leaflet-control-layers'));
}

function landgisFinish(map, groups) {
  landgisLegend();
  landgisChoosing(map, groups);
  landgisNumbers(map, groups);
  landgisReady(map);
}
