/* The limit: what this machine's sockets can do for a writer in C that only hands prebuilt frames to the kernel.
 *
 * GET /readyz answers; GET /live?screen=N upgrades; POST /events takes [{"audience": A, "frame": {...}}, ...] and
 * answers 204. No client is checked, nothing is masked or parsed that need not be. With "joined" all frames that one
 * request gives to a screen leave in one write; with "each" every frame is a write of its own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST_FILES = 65536, MOST_SCREENS = 16384, MOST_AUDIENCES = 64, MOST_AGENCIES = 64, BATCH = 1024, PIECES = 512 };

typedef struct { char *in; size_t length, room; char *out; size_t left, out_room; int screen; } Link;
typedef struct { char *bytes; size_t length; } Frame;
typedef struct { struct iovec pieces[PIECES]; int count; } Pending;

static int loop, joined;
static Link links[MOST_FILES];
static int agency_of[MOST_SCREENS], fd_of[MOST_SCREENS], screens;
static uint8_t admitted[MOST_AUDIENCES][MOST_AGENCIES];
static Pending *pending;

static void wait_for(int fd, uint32_t events) {
  struct epoll_event wanted = {.events = events, .data.fd = fd};
  epoll_ctl(loop, EPOLL_CTL_MOD, fd, &wanted);
}

static void hang_up(int fd) {
  Link *link = &links[fd];
  if (link->screen >= 0) fd_of[link->screen] = -1;
  free(link->in), free(link->out);
  *link = (Link){.screen = -1};
  close(fd);
}

/* Keep what the kernel did not take, for when the socket is ready again. */
static void left_over(int fd, const char *bytes, size_t length) {
  Link *link = &links[fd];
  if (link->left + length > link->out_room) link->out = realloc(link->out, link->out_room = link->left + length + 65536);
  memcpy(link->out + link->left, bytes, length);
  link->left += length;
  wait_for(fd, EPOLLIN | EPOLLOUT);
}

static void write_pieces(int fd, struct iovec *pieces, int count) {
  struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};
  ssize_t sent = links[fd].left ? 0 : sendmsg(fd, &message, MSG_NOSIGNAL);
  if (sent < 0) sent = 0; /* a broken socket is found when it is read */
  for (int n = 0; n < count; n++) {
    if ((size_t)sent >= pieces[n].iov_len) { sent -= pieces[n].iov_len; continue; }
    left_over(fd, (char *)pieces[n].iov_base + sent, pieces[n].iov_len - sent);
    sent = 0;
  }
}

static void write_text(int fd, const char *text) {
  struct iovec piece = {(char *)text, strlen(text)};
  write_pieces(fd, &piece, 1);
}

static void flush(int screen) {
  Pending *waiting = &pending[screen];
  if (waiting->count && fd_of[screen] >= 0) write_pieces(fd_of[screen], waiting->pieces, waiting->count);
  waiting->count = 0;
}

static void deliver(int audience, Frame frame) {
  for (int screen = 0; screen < screens; screen++) {
    if (fd_of[screen] < 0 || !admitted[audience][agency_of[screen]]) continue;
    Pending *waiting = &pending[screen];
    waiting->pieces[waiting->count++] = (struct iovec){frame.bytes, frame.length};
    if (!joined || waiting->count == PIECES) flush(screen);
  }
}

/* Give the end of the JSON object that begins here. */
static const char *object_end(const char *at) {
  int depth = 0, quoted = 0;
  for (; *at; at++) {
    if (quoted) {
      if (*at == '\\') at++;
      else if (*at == '"') quoted = 0;
    } else if (*at == '"') quoted = 1;
    else if (*at == '{') depth++;
    else if (*at == '}' && !--depth) return at + 1;
  }
  return at;
}

/* A WebSocket text frame around [object]. */
static Frame framed(const char *object, size_t length) {
  size_t payload = length + 2, head = payload < 126 ? 2 : 4;
  Frame frame = {malloc(head + payload), head + payload};
  frame.bytes[0] = (char)0x81;
  if (head == 2) frame.bytes[1] = payload;
  else frame.bytes[1] = 126, frame.bytes[2] = payload >> 8, frame.bytes[3] = payload & 255;
  frame.bytes[head] = '[';
  memcpy(frame.bytes + head + 1, object, length);
  frame.bytes[head + 1 + length] = ']';
  return frame;
}

static void events(const char *body) {
  static Frame made[65536];
  int count = 0;
  for (const char *at = body; (at = strstr(at, "\"audience\":")) && count < 65536;) {
    int audience = atoi(at + 11);
    const char *object = strchr(strstr(at, "\"frame\":"), '{'), *end = object_end(object);
    made[count] = framed(object, end - object);
    deliver(audience, made[count++]);
    at = end;
  }
  for (int screen = 0; screen < screens; screen++) flush(screen);
  while (count) free(made[--count].bytes);
}

/* Answer one whole request; give the bytes it took, or 0 while it is not whole. */
static size_t request(int fd, char *text) {
  Link *link = &links[fd];
  char *body = strstr(text, "\r\n\r\n");
  if (!body) return 0;
  body += 4;
  if (!strncmp(text, "GET /live", 9)) {
    link->screen = atoi(strstr(text, "screen=") + 7);
    fd_of[link->screen] = fd;
    write_text(fd, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    write_text(fd, "\x81\x02[]");
  } else if (!strncmp(text, "POST", 4)) {
    char *length = strcasestr(text, "content-length:");
    size_t wanted = length ? strtoul(length + 15, NULL, 10) : 0;
    if (link->length < (size_t)(body - text) + wanted) return 0;
    events(body);
    write_text(fd, "HTTP/1.1 204 No Content\r\n\r\n");
    body += wanted;
  } else {
    write_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready");
  }
  return body - text;
}

static void readable(int fd) {
  static char ignored[65536]; /* what a screen says is of no interest here */
  Link *link = &links[fd];
  if (link->screen >= 0) {
    ssize_t said = recv(fd, ignored, sizeof ignored, MSG_DONTWAIT);
    if (said == 0 || (said < 0 && errno != EAGAIN)) hang_up(fd);
    return;
  }
  if (link->room - link->length < 65536) link->in = realloc(link->in, link->room = 2 * link->room + 131072);
  ssize_t size = recv(fd, link->in + link->length, link->room - link->length - 1, MSG_DONTWAIT);
  if (size == 0 || (size < 0 && errno != EAGAIN)) { hang_up(fd); return; }
  if (size < 0) return;
  link->length += size;
  link->in[link->length] = 0;
  size_t used = request(fd, link->in);
  memmove(link->in, link->in + used, link->length - used);
  link->length -= used;
  if (link->screen >= 0) free(link->in), link->in = NULL, link->room = link->length = 0;
}

static void writable(int fd) {
  Link *link = &links[fd];
  ssize_t sent = send(fd, link->out, link->left, MSG_NOSIGNAL);
  if (sent > 0) memmove(link->out, link->out + sent, link->left -= sent);
  if (!link->left) wait_for(fd, EPOLLIN);
}

/* SEATS: the agency of each screen, as numbers with commas. AUDIENCES: the agencies of each, with semicolons between. */
static void read_world(const char *seats, const char *audiences) {
  for (const char *at = seats; *at; at += strspn(at, ",")) {
    agency_of[screens++] = atoi(at);
    at += strspn(at, "0123456789");
  }
  int audience = 0;
  for (const char *at = audiences; *at;) {
    admitted[audience][atoi(at)] = 1;
    at += strspn(at, "0123456789");
    if (*at == ';') audience++;
    if (*at) at++;
  }
  memset(fd_of, -1, sizeof fd_of);
  pending = calloc(screens, sizeof *pending);
}

int main(int count, char **arguments) {
  if (count != 2 || !getenv("PORT") || !getenv("SEATS") || !getenv("AUDIENCES")) return 2;
  joined = !strcmp(arguments[1], "joined");
  read_world(getenv("SEATS"), getenv("AUDIENCES"));
  for (int fd = 0; fd < MOST_FILES; fd++) links[fd].screen = -1;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT")))};
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 1024)) return 1;
  struct epoll_event ready[BATCH], wanted = {.events = EPOLLIN, .data.fd = listener};
  loop = epoll_create1(0);
  epoll_ctl(loop, EPOLL_CTL_ADD, listener, &wanted);
  for (;;) {
    int found = epoll_wait(loop, ready, BATCH, -1);
    for (int n = 0; n < found; n++) {
      int fd = ready[n].data.fd;
      if (fd == listener) {
        int link = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (link < 0 || link >= MOST_FILES) continue;
        setsockopt(link, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        wanted = (struct epoll_event){.events = EPOLLIN, .data.fd = link};
        epoll_ctl(loop, EPOLL_CTL_ADD, link, &wanted);
        continue;
      }
      if (ready[n].events & EPOLLOUT) writable(fd);
      if (ready[n].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(fd);
    }
  }
}
