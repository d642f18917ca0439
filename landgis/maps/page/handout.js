// 卡片只用 textContent 填写：数据里的尖括号不会变成标签。
// Cards are filled through textContent only: an angle bracket in the data never becomes a tag.
'use strict';

const landgisCards = JSON.parse(document.getElementById('landgis-cards').textContent);

// 弹窗让开右上角的图例。 Cards keep clear of the legend in the upper right corner.
const landgisPopup = {
  minWidth: 300,
  maxWidth: 420,
  maxHeight: 380,
  autoPanPaddingTopLeft: [12, 12],
  autoPanPaddingBottomRight: window.innerWidth > 800 && !document.querySelector('aside') ? [312, 12] : [12, 12],
};

function landgisElement(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

// 每宗地块的图形，按序号。 The outline of every parcel, by its number on the page.
const landgisOutlines = new Map();

function landgisParcel(feature, layer) {
  const id = feature.properties.n;
  landgisOutlines.set(id, layer);
  layer.bindPopup(() => landgisCard(id), landgisPopup);
  layer.bindTooltip(() => landgisElement('span', '', landgisCards.parcels[id].parcel_id), { sticky: true });
}

function landgisReady(map) {
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  document.documentElement.dataset.ready = 'true';
}
