/* With no line, answer a page with the one page that was kept. All else goes to the network. */
"use strict";

const KEPT = {{ kept|safe }};
const CACHE = "kehui";

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT);
  const kept = new Set(KEPT.map((each) => new URL(each, self.location).href));
  const old = (await cache.keys()).filter((each) => !kept.has(each.url));
  await Promise.all(old.map((each) => cache.delete(each)));
  await self.skipWaiting();
}

self.addEventListener("install", (event) => event.waitUntil(keep()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isKept = KEPT.includes(new URL(request.url).pathname);
  if (request.method !== "GET" || !(request.mode === "navigate" || isKept)) {
    return;
  }
  const instead = () => caches.match(isKept ? request : KEPT[0]);
  event.respondWith(fetch(request).catch(instead));
});
