/* Hears many WebSockets for the load generator: which whole text message reached which screen, and when.
 *
 * Equal messages go to many screens, so each distinct one is kept once and named by a number; the judging is done in
 * Python, over the records, when the sockets are quiet. One epoll instance, one thread, no copying of what is known.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };
enum { BATCH = 1024, RECEIVE = 256 * 1024, COMMAND = -1 };
enum { HUNG_UP = 0, REFUSED = 1, CLOSED = 10000, STRANGE = 20000 }; /* reasons of an end; CLOSED + code */

typedef struct { uint32_t message, screen; int64_t at; } Record;
typedef struct { int fd; uint32_t screen; uint8_t *rest; size_t length, room; } Socket;
typedef struct { uint64_t hash; uint8_t *bytes; size_t length; } Message;

static int loop = -1;
static uint8_t scratch[RECEIVE];
static Socket *sockets;
static size_t socket_count, socket_room;
static Message *messages;
static size_t message_count, message_room;
static uint32_t *table;
static size_t table_size;
static Record *records;
static size_t record_count, record_room;
static Record *ends;
static size_t end_count, end_room;

static void *grown(void *array, size_t count, size_t *room, size_t size) {
  if (count < *room) return array;
  *room = *room ? 2 * *room : 4096;
  return realloc(array, *room * size);
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static uint64_t hashed(const uint8_t *bytes, size_t length) {
  uint64_t hash = 1469598103934665603ULL ^ length;
  size_t at = 0;
  for (; at + 8 <= length; at += 8) {
    uint64_t word;
    memcpy(&word, bytes + at, 8);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  }
  for (; at < length; at++) hash = (hash ^ bytes[at]) * 1099511628211ULL;
  return hash;
}

static void rebuild(void) {
  free(table);
  table_size = table_size ? 2 * table_size : 1 << 16;
  table = calloc(table_size, sizeof *table);
  for (size_t n = 0; n < message_count; n++) {
    size_t at = messages[n].hash & (table_size - 1);
    while (table[at]) at = (at + 1) & (table_size - 1);
    table[at] = n + 1;
  }
}

/* The number of a message; a new one is kept. */
static uint32_t numbered(const uint8_t *bytes, size_t length) {
  if (2 * message_count >= table_size) rebuild();
  uint64_t hash = hashed(bytes, length);
  size_t at = hash & (table_size - 1);
  for (; table[at]; at = (at + 1) & (table_size - 1)) {
    Message *known = &messages[table[at] - 1];
    if (known->hash == hash && known->length == length && !memcmp(known->bytes, bytes, length)) return table[at] - 1;
  }
  messages = grown(messages, message_count, &message_room, sizeof *messages);
  uint8_t *copy = malloc(length ? length : 1);
  memcpy(copy, bytes, length);
  messages[message_count] = (Message){hash, copy, length};
  table[at] = ++message_count;
  return message_count - 1;
}

static void say(int fd, int opcode, const uint8_t *payload, size_t length) {
  uint8_t frame[132] = {0x80 | opcode, 0x80 | (uint8_t)(length < 126 ? length : 125)};
  size_t sent = length < 126 ? length : 125; /* control frames are no longer; the mask is zero */
  memcpy(frame + 6, payload, sent);
  if (send(fd, frame, 6 + sent, MSG_NOSIGNAL) < 0) return;
}

static void ended(Socket *one, uint32_t reason) {
  ends = grown(ends, end_count, &end_room, sizeof *ends);
  ends[end_count++] = (Record){reason, one->screen, now()};
  epoll_ctl(loop, EPOLL_CTL_DEL, one->fd, NULL);
}

static void heard(Socket *one, const uint8_t *bytes, size_t length, int64_t at) {
  if (length == 1 && bytes[0] == '2') { /* socket.io asks whether we live */
    say(one->fd, TEXT, (const uint8_t *)"3", 1);
    return;
  }
  if (length && bytes[0] == '0' && length > 1 && bytes[1] == '{') { /* socket.io opens */
    say(one->fd, TEXT, (const uint8_t *)"40", 2);
    return;
  }
  records = grown(records, record_count, &record_room, sizeof *records);
  records[record_count++] = (Record){numbered(bytes, length), one->screen, at};
}

/* Take whole frames from the bytes; give how many bytes were used, or -1 when the socket has ended. */
static ssize_t frames(Socket *one, const uint8_t *data, size_t size, int64_t at) {
  size_t place = 0;
  while (size - place >= 2) {
    size_t length = data[place + 1] & 127, head = 2;
    if (length == 126) {
      if (size - place < 4) break;
      length = (size_t)data[place + 2] << 8 | data[place + 3], head = 4;
    } else if (length == 127) {
      if (size - place < 10) break;
      length = 0, head = 10;
      for (int n = 2; n < 10; n++) length = length << 8 | data[place + n];
    }
    if (size - place - head < length) break;
    const uint8_t *payload = data + place + head;
    if (!(data[place] & 128)) { ended(one, STRANGE); return -1; } /* no server here sends fragments */
    switch (data[place] & 15) {
    case TEXT: heard(one, payload, length, at); break;
    case PING: say(one->fd, PONG, payload, length); break;
    case CLOSE: ended(one, CLOSED + (length > 1 ? payload[0] << 8 | payload[1] : 0)); return -1;
    default: ended(one, STRANGE); return -1;
    }
    place += head + length;
  }
  return place;
}

/* Keep what is no whole frame yet. */
static void keep(Socket *one, const uint8_t *data, size_t length) {
  if (one->length + length > one->room) one->rest = realloc(one->rest, one->room = one->length + length + RECEIVE);
  memcpy(one->rest + one->length, data, length);
  one->length += length;
}

static void taken(Socket *one, const uint8_t *data, size_t length) {
  int64_t at = now();
  if (one->length) {
    keep(one, data, length);
    data = one->rest, length = one->length;
  }
  ssize_t used = frames(one, data, length, at);
  if (used < 0) return;
  if (!one->length) {
    if ((size_t)used < length) keep(one, data + used, length - used);
    return;
  }
  one->length -= used;
  memmove(one->rest, one->rest + used, one->length);
  if (!one->length) free(one->rest), one->rest = NULL, one->room = 0;
}

/* --- what Python calls --------------------------------------------------------------------------------------------- */

/* Watch `command` (a file descriptor) beside the sockets. 0 when it went well. */
int ears_open(int command) {
  struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = (uint32_t)COMMAND};
  loop = epoll_create1(EPOLL_CLOEXEC);
  return loop < 0 ? -1 : epoll_ctl(loop, EPOLL_CTL_ADD, command, &wanted);
}

/* Hear an upgraded socket; `first` is what came behind its handshake. */
int ears_add(int fd, uint32_t screen, const uint8_t *first, size_t length) {
  struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = (uint32_t)socket_count};
  sockets = grown(sockets, socket_count, &socket_room, sizeof *sockets);
  sockets[socket_count] = (Socket){.fd = fd, .screen = screen};
  if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &wanted)) return -1;
  if (length) taken(&sockets[socket_count], first, length);
  socket_count++;
  return 0;
}

/* Read whatever comes within so many milliseconds: 1 when a command waits, 2 when sockets spoke, 3 for both. */
int ears_listen(int milliseconds) {
  struct epoll_event ready[BATCH];
  int count = epoll_wait(loop, ready, BATCH, milliseconds), found = 0;
  for (int n = 0; n < count; n++) {
    if (ready[n].data.u32 == (uint32_t)COMMAND) { found |= 1; continue; }
    Socket *one = &sockets[ready[n].data.u32];
    ssize_t size = recv(one->fd, scratch, sizeof scratch, MSG_DONTWAIT);
    if (size > 0) taken(one, scratch, size);
    else if (size == 0 || (errno != EAGAIN && errno != EINTR)) ended(one, HUNG_UP);
    found |= 2;
  }
  return found;
}

const Record *ears_records(size_t *count) { *count = record_count; return records; }
const Record *ears_ends(size_t *count) { *count = end_count; return ends; }
void ears_forget_records(void) { record_count = 0; }
const uint8_t *ears_message(uint32_t number, size_t *length) {
  *length = messages[number].length;
  return messages[number].bytes;
}
