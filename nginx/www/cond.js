/*
 * cond.js - the road, the amounts in words and the questions that depend on answers follow what is typed.
 * The server alone knows the conditions: the form is tried there (never saved) and what changed is taken over.
 * Without it the button 试算路径 does the same.
 */
(function () {
  'use strict';
  var form = document.getElementById('facts'), timer = 0, turn = 0;
  if (!form || !window.DOMParser) return;

  function pairs() {
    var out = [], i, f;
    for (i = 0; i < form.elements.length; i++) {
      f = form.elements[i];
      if (!f.name || f.disabled || f.type === 'file' || f.type === 'submit') continue;
      if ((f.type === 'radio' || f.type === 'checkbox') && !f.checked) continue;
      out.push(encodeURIComponent(f.name) + '=' + encodeURIComponent(f.value));
    }
    out.push('go=try');
    return out.join('&');
  }
  function named(list, attribute, value) {
    for (var i = 0; i < list.length; i++) if (list[i].getAttribute(attribute) === value) return list[i];
    return null;
  }
  function echo(mine, theirs) {
    var a = mine.querySelector('.echo'), b = theirs.querySelector('.echo');
    if (a && b) a.textContent = b.textContent;
  }
  function take_out(mine, theirs, attribute) {
    for (var i = 0; i < mine.length; i++)
      if (!named(theirs, attribute, mine[i].getAttribute(attribute)) && !mine[i].contains(document.activeElement))
        mine[i].parentNode.removeChild(mine[i]);
  }
  /* questions newly asked come in at their place, those no longer asked go; what is typed is not touched,
     and what was typed into those that go stays in #kept, until they are asked again */
  function fields(mine, theirs) {
    var i, after = mine.querySelector('h2'), here, there = theirs.querySelectorAll('[data-field]');
    for (i = 0; i < there.length; i++) {
      here = named(mine.querySelectorAll('[data-field]'), 'data-field', there[i].getAttribute('data-field'));
      if (here) {
        echo(here, there[i]);
      } else {
        here = document.importNode(there[i], true);
        mine.insertBefore(here, after ? after.nextSibling : mine.firstChild);
      }
      after = here;
    }
    take_out(mine.querySelectorAll('[data-field]'), theirs.querySelectorAll('[data-field]'), 'data-field');
  }
  function groups(doc) {
    var all = document.getElementById('fields'), theirs = doc.querySelectorAll('#fields [data-group]'), mine, i, after = null;
    for (i = 0; i < theirs.length; i++) {
      mine = named(all.querySelectorAll('[data-group]'), 'data-group', theirs[i].getAttribute('data-group'));
      if (mine) {
        fields(mine, theirs[i]);
      } else {
        mine = document.importNode(theirs[i], true);
        all.insertBefore(mine, after ? after.nextSibling : all.firstChild);
      }
      after = mine;
    }
    take_out(all.querySelectorAll('[data-group]'), theirs, 'data-group');
  }
  function show(text) {
    var doc = new DOMParser().parseFromString(text, 'text/html'), parts = ['road', 'kept'], i, mine, theirs;
    if (!doc.getElementById('road') || !document.getElementById('road')) return;
    groups(doc);
    for (i = 0; i < parts.length; i++) {
      mine = document.getElementById(parts[i]);
      theirs = doc.getElementById(parts[i]);
      if (mine && theirs) mine.parentNode.replaceChild(document.importNode(theirs, true), mine);
    }
  }
  function ask() {
    var xhr = new XMLHttpRequest(), now = ++turn;
    xhr.open('POST', form.action);
    xhr.setRequestHeader('Accept', 'text/html');
    xhr.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    xhr.onload = function () { if (now === turn && xhr.status === 200) show(xhr.responseText); };
    xhr.send(pairs());
  }
  function soon(wait) {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  }
  form.addEventListener('input', function () { soon(900); });
  form.addEventListener('change', function (e) { if (e.target.type !== 'file') soon(200); });
  form.addEventListener('taken', function () { soon(100); });
}());
