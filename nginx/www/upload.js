/* upload.js - a chosen file goes up at once, with its progress. Without it the page's own button does the same. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-upload]');
  var svg = 'http://www.w3.org/2000/svg';
  if (!form || !form.getAttribute('data-upload') || !window.FormData) return;

  function key() {
    var bytes = new Uint8Array(16), text = '', i;
    window.crypto.getRandomValues(bytes);
    for (i = 0; i < 16; i++) text += ('0' + bytes[i].toString(16)).slice(-2);
    return text;
  }
  function line(box, mark, text) {
    var p = document.createElement('p');
    p.className = mark;
    p.textContent = text;
    box.appendChild(p);
    return p;
  }
  function bar(box) {
    var s = document.createElementNS(svg, 'svg'), i, r;
    s.setAttribute('class', 'bar');
    s.setAttribute('role', 'img');
    for (i = 0; i < 2; i++) {
      r = document.createElementNS(svg, 'rect');
      r.setAttribute('class', i ? 'c1' : 'c4');
      r.setAttribute('height', '100%');
      r.setAttribute('width', i ? '0%' : '100%');
      s.appendChild(r);
    }
    box.appendChild(s);
    return s;
  }
  function moved(s, p, name, share) {
    s.lastChild.setAttribute('width', share + '%');
    s.setAttribute('aria-label', '已上传 ' + share + '%');
    p.textContent = name + ' 正在上传 ' + share + '%';
  }
  function counted(list) {
    var shown = document.querySelector('[data-present="' + list.getAttribute('data-procedure') + '"]');
    if (shown) shown.textContent = list.querySelectorAll('li.ok').length;
  }
  function taken(li, p, doc) {
    var a = document.createElement('a'), use = li.querySelector('svg use');
    a.href = doc.href;
    a.textContent = doc.name;
    p.textContent = '';
    p.appendChild(a);
    p.appendChild(document.createTextNode('　' + doc.size_text + '　SM3 ' + doc.sm3_short));
    li.className = 'ok';
    counted(li.parentNode);
    if (use) use.setAttribute('href', use.getAttribute('href').replace(/#.*/, '#ok'));
  }
  function refused(p, text) {
    p.className = 'err';
    p.setAttribute('role', 'alert');
    p.textContent = text;
  }
  function why(xhr) {
    try {
      var o = JSON.parse(xhr.responseText);
      return o.detail + (o.mend ? '，' + o.mend : '');
    } catch (e) {
      return xhr.status === 413 ? '文件超过了大小上限' : '没有传上去，请稍后再选一次';
    }
  }

  function send(li, input, files, at) {
    if (at === files.length) {
      input.value = '';
      input.disabled = false;
      form.dispatchEvent(new CustomEvent('taken', { bubbles: true }));
      return;
    }
    var box = li.querySelector('div'), file = files[at];
    var p = line(box, 'small', file.name), s = bar(box), xhr = new XMLHttpRequest(), query;
    query = { procedure: li.parentNode.getAttribute('data-procedure'), material: li.getAttribute('data-material'), name: file.name };
    xhr.open('POST', form.getAttribute('data-upload') + '?' + Object.keys(query).map(function (k) {
      return k + '=' + encodeURIComponent(query[k] || '');
    }).join('&'));
    xhr.setRequestHeader('Content-Type', 'application/octet-stream');
    xhr.setRequestHeader('X-CSRF-Token', form.elements.csrf.value);
    xhr.setRequestHeader('Accept', 'application/json');
    xhr.setRequestHeader('Idempotency-Key', key());
    xhr.upload.onprogress = function (e) {
      if (e.lengthComputable) moved(s, p, file.name, Math.round(e.loaded * 100 / e.total));
    };
    xhr.onload = function () {
      box.removeChild(s);
      if (xhr.status === 201) taken(li, p, JSON.parse(xhr.responseText).documents[0]);
      else refused(p, file.name + '：' + why(xhr));
      send(li, input, files, at + 1);
    };
    xhr.onerror = function () {
      box.removeChild(s);
      refused(p, file.name + '：连接中断，请再选一次');
      send(li, input, files, at + 1);
    };
    moved(s, p, file.name, 0);
    xhr.send(file);
  }

  form.addEventListener('change', function (e) {
    var input = e.target, li = input, files;
    if (input.type !== 'file' || !input.files.length) return;
    while (li && li.nodeName !== 'LI') li = li.parentNode;
    if (!li) return;
    files = Array.prototype.slice.call(input.files);
    input.disabled = true;
    send(li, input, files, 0);
  });
}());
