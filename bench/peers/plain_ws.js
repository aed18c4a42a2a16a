// The peer on Node without a framework: the `ws` library, one set of sockets per detachment, the text made once.
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const { WebSocketServer } = require("ws");

const world = JSON.parse(fs.readFileSync(process.env.BENCH_WORLD, "utf8"));
const rooms = new Map();

const server = http.createServer((request, response) => {
  if (request.method !== "POST") {
    response.end("ready");
    return;
  }
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    for (const event of JSON.parse(Buffer.concat(pieces))) {
      const text = JSON.stringify([event.frame]);
      for (const agency of world.audiences[event.audience].agencies)
        for (const socket of rooms.get(agency) ?? []) socket.send(text);
    }
    response.writeHead(204).end();
  });
});
new WebSocketServer({ server, path: "/live", perMessageDeflate: false }).on("connection", (socket, request) => {
  const { agency } = world.seats[Number(new URL(request.url, "http://localhost").searchParams.get("screen"))];
  if (!rooms.has(agency)) rooms.set(agency, new Set());
  rooms.get(agency).add(socket);
  socket.on("close", () => rooms.get(agency).delete(socket));
  socket.send("[]");
});
server.listen(Number(process.env.PORT), "127.0.0.1");
