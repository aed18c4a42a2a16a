// The peer on Node: socket.io with one room per detachment; emitting to several rooms reaches each socket once.
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const { Server } = require("socket.io");

const world = JSON.parse(fs.readFileSync(process.env.BENCH_WORLD, "utf8"));
const rooms = world.audiences.map((audience) => audience.agencies.map(String));

const server = http.createServer((request, response) => {
  if (request.method !== "POST") {
    response.end("ready");
    return;
  }
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    for (const event of JSON.parse(Buffer.concat(pieces))) io.to(rooms[event.audience]).emit("post", event.frame);
    response.writeHead(204).end();
  });
});
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });
io.on("connection", (socket) => {
  socket.join(String(world.seats[Number(socket.handshake.query.screen)].agency));
});
server.listen(Number(process.env.PORT), "127.0.0.1");
