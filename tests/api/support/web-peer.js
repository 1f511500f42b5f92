/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A real web site on this machine: it notes what it is asked and by whom, and answers by path.
import { once } from 'node:events';
import { createServer } from 'node:http';

export class WebPeer {
  constructor() {
    this.asked = [];
    this.pages = new Map();
    this.http = createServer((request, response) => {
      this.asked.push({ path: request.url, headers: request.headers });
      const page = this.pages.get(request.url);
      if (!page) return response.writeHead(404).end();
      if (typeof page === 'function') return page(request, response);
      response.writeHead(page.status ?? 200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.body);
    });
  }

  async listen() {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    this.host = `127.0.0.1:${this.http.address().port}`;
    this.url = `http://${this.host}`;
    return this;
  }

  /** Says what stands at a path; returns its address. */
  at(path, body, headers, status) {
    this.pages.set(path, typeof body === 'function' ? body : { body, headers, status });
    return this.url + path;
  }

  visits(path) {
    return this.asked.filter((one) => one.path === path);
  }

  close() {
    this.http.closeAllConnections();
    this.http.close();
  }
}
