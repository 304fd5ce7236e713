/* draft.js - saves the draft by itself every half minute while something is typed. Without it the button 暂存 does. */
(function () {
  'use strict';
  var form = document.getElementById('facts'), note = document.getElementById('draft-note'), saved = document.getElementById('saved-at');
  var dirty = false, busy = false, EVERY = 30000;
  if (!form || !note) return;

  function key() {
    var bytes = new Uint8Array(16), text = '', i;
    window.crypto.getRandomValues(bytes);
    for (i = 0; i < 16; i++) text += ('0' + bytes[i].toString(16)).slice(-2);
    return text;
  }
  function pairs() {
    var out = [], i, f;
    for (i = 0; i < form.elements.length; i++) {
      f = form.elements[i];
      if (!f.name || f.disabled || f.type === 'file' || f.type === 'submit' || f.name === 'key' || f.name === 'submit') continue;
      if ((f.type === 'radio' || f.type === 'checkbox') && !f.checked) continue;
      out.push(encodeURIComponent(f.name) + '=' + encodeURIComponent(f.value));
    }
    out.push('go=save');
    return out.join('&');
  }
  /* a page that is only opened makes no draft: two things at least are filled in */
  function begun() {
    var filled = 0, i, f;
    if (form.elements.project) return true;
    for (i = 0; i < form.elements.length; i++) {
      f = form.elements[i];
      if (f.name && f.name.indexOf('facts.') === 0 && f.value && f.type !== 'hidden' && (f.type !== 'radio' || f.checked)) filled++;
    }
    return filled >= 2;
  }
  function hidden(name, value) {
    var f = form.elements[name];
    if (!f) {
      f = document.createElement('input');
      f.type = 'hidden';
      f.name = name;
      form.appendChild(f);
    }
    f.value = value;
  }
  function clock() {
    var t = new Date();
    return ('0' + t.getHours()).slice(-2) + ':' + ('0' + t.getMinutes()).slice(-2);
  }
  function kept(o) {
    var edit = o.href.split('?')[0], first = !form.elements.project;
    var stale = document.getElementById('stale');
    if (stale) stale.parentNode.removeChild(stale);
    hidden('version', o.version);
    hidden('marks', '');
    hidden('project', o.project);
    hidden('page', 'edit');
    form.action = edit;
    if (first) history.replaceState(null, '', edit);
    saved.textContent = '草稿 ' + clock() + ' 已自动保存';
    note.textContent = first ? '草稿已建立；按「暂存」后可以上传材料' : '草稿 ' + clock() + ' 已自动保存';
  }
  function failed(xhr) {
    var text = '自动保存没有成功，填写的内容还在本页';
    try {
      text = '自动保存没有成功：' + JSON.parse(xhr.responseText).detail;
    } catch (e) { /* an answer of the way between, not ours */ }
    note.textContent = text;
  }
  function save() {
    if (!dirty || busy || !begun()) return;
    var xhr = new XMLHttpRequest();
    busy = true;
    dirty = false;
    xhr.open('POST', form.action);
    xhr.setRequestHeader('Accept', 'application/json');
    xhr.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    xhr.setRequestHeader('Idempotency-Key', key());
    xhr.onload = function () {
      busy = false;
      if (xhr.status === 200 || xhr.status === 201) kept(JSON.parse(xhr.responseText));
      else failed(xhr);
    };
    xhr.onerror = function () {
      busy = false;
      dirty = true;
      note.textContent = '连接中断，恢复后自动保存；填写的内容还在本页';
    };
    xhr.send(pairs());
  }
  form.addEventListener('input', function () { dirty = true; });
  form.addEventListener('change', function (e) { if (e.target.type !== 'file') dirty = true; });
  form.addEventListener('submit', function () { dirty = false; });
  setInterval(save, EVERY);
}());
