// 筛查分发页的卡片：结论与依据。 Cards of a screening run: the verdict and what it rests on.
'use strict';

function landgisMeasured(finding) {
  const number = Number(finding.measured);
  const few = (value) => (value !== 0 && Math.abs(value) < 0.005 ? value.toPrecision(2) : value.toFixed(2));
  if (finding.unit === 'm2') return few(number) + ' ㎡';
  if (finding.unit === 'm') return few(number) + ' 米 m';
  if (finding.unit === 'share') return few(number * 100) + '%';
  return ['yes_no', 'code'].includes(finding.unit) ? finding.measured : finding.measured + ' ' + finding.unit;
}

function landgisFinding(finding) {
  const words = landgisCards.words;
  const item = landgisElement('li', finding.outcome);
  item.append(landgisElement('div', 'rule', words[finding.outcome] + ' · ' + finding.message_zh));
  item.append(landgisElement('div', 'detail', finding.message_en));
  const facts = ['规则 rule: ' + finding.rule_id];
  if (finding.measured) facts.push('实测 measured: ' + landgisMeasured(finding));
  if (finding.release) facts.push('图层版本 release: ' + finding.layer + '@' + finding.release);
  item.append(landgisElement('div', 'detail', facts.join('；')));
  const clause = landgisElement('div', 'detail', '依据 clause: ' + finding.document + ' ' + finding.article + ' ');
  if (finding.quote_zh) clause.append(landgisElement('q', '', finding.quote_zh));
  item.append(clause);
  return item;
}

function landgisCard(id) {
  const parcel = landgisCards.parcels[id];
  const card = landgisElement('div', 'card');
  card.append(landgisElement('h2', '', parcel.parcel_id));
  if (parcel.place) card.append(landgisElement('p', 'place', parcel.place));
  card.append(landgisElement('div', 'verdict ' + parcel.verdict, landgisCards.words[parcel.verdict]));
  const list = landgisElement('ul');
  parcel.findings.forEach((index) => list.append(landgisFinding(landgisCards.findings[index])));
  card.append(list);
  return card;
}

function landgisFinish(map) {
  landgisReady(map);
}
