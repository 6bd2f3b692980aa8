/*
 * Copyright (c) 2026 the ntpd authors
 *
 * Permission to use, copy, modify, and distribute this software for any
 * purpose with or without fee is hereby granted, provided that the above
 * copyright notice and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
 * WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
 * MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
 * ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
 * WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
 * ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
 * OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
 */

/*
 * compat/imsg.c over socketpairs: fragments, descriptors, nonsense, and
 * that no descriptor is ever left open.
 */

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <imsg.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

#define MARK	0x80000000U	/* "has a descriptor", in the length */
#define FD_TOP	256

static int		 sp[2];
static struct imsgbuf	 ibuf;	/* over sp[1] */

static void
must(const char *what, int ok)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

static int
open_fds(void)
{
	int	 fd, n = 0;

	for (fd = 0; fd < FD_TOP; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

static void
setup(bool fdpass)
{
	must("socketpair", socketpair(AF_UNIX,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sp) == 0);
	must("imsgbuf_init", imsgbuf_init(&ibuf, sp[1]) == 0);
	if (fdpass)
		imsgbuf_allow_fdpass(&ibuf);
}

static void
teardown(void)
{
	imsgbuf_clear(&ibuf);
	if (sp[0] != -1)
		close(sp[0]);
	close(sp[1]);
}

/* Send octets and nfds times the descriptor fd, as an enemy might. */
static void
raw_send(const void *data, size_t len, int fd, unsigned int nfds)
{
	union {
		struct cmsghdr	 hdr;
		char		 buf[CMSG_SPACE(sizeof(int) * 8)];
	}		 control;
	struct cmsghdr	*cmsg;
	struct msghdr	 msg;
	struct iovec	 iov;
	unsigned int	 i;
	char		 octets[64];

	memcpy(octets, data, len);
	memset(&msg, 0, sizeof(msg));
	memset(&control, 0, sizeof(control));
	iov.iov_base = octets;
	iov.iov_len = len;
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	if (nfds > 0) {
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int) * nfds);
		for (i = 0; i < nfds; i++)
			memcpy(CMSG_DATA(cmsg) + i * sizeof(int), &fd,
			    sizeof(int));
	}
	must("sendmsg", sendmsg(sp[0], &msg, 0) == (ssize_t)len);
}

static void
test_fragments(void)
{
	struct {
		struct imsg_hdr	 hdr;
		char		 data[5];
	}		 wire = { { 7, 21, 42, 4711 }, "abcd" };
	struct stat	 want, got;
	struct imsg	 imsg;
	char		 data[5];
	size_t		 i, len = IMSG_HEADER_SIZE + 5;
	int		 fd, before = open_fds(), round;

	must("fstat", fstat(STDOUT_FILENO, &want) == 0);
	setup(true);
	for (round = 0; round < 2; round++) {
		if (round == 1)
			wire.hdr.len |= MARK;
		for (i = 0; i < len; i++) {
			CHECK_INT("none yet", imsgbuf_get(&ibuf, &imsg), 0);
			raw_send((const char *)&wire + i, 1, STDOUT_FILENO,
			    round == 1 && i == 0);
			CHECK_INT("read", imsgbuf_read(&ibuf), 1);
		}
		CHECK_INT("whole", imsgbuf_get(&ibuf, &imsg), 1);
		CHECK_INT("type", imsg_get_type(&imsg), 7);
		CHECK_INT("id", imsg_get_id(&imsg), 42);
		CHECK_INT("len", imsg_get_len(&imsg), 5);
		CHECK_INT("short", imsg_get_data(&imsg, data, 4), -1);
		CHECK_INT("data", imsg_get_data(&imsg, data, 5), 0);
		CHECK_MEM("data", data, "abcd", 5);
		for (i = ibuf.inpos - len; i < ibuf.inpos; i++)
			CHECK_INT("wiped where it was", ibuf.in[i], 0);
		fd = imsg_get_fd(&imsg);
		CHECK_INT("descriptor", fd != -1, round);
		CHECK_INT("only once", imsg_get_fd(&imsg), -1);
		imsg_free(&imsg);
		if (fd != -1) {
			must("fstat", fstat(fd, &got) == 0);
			CHECK_INT("the same file", got.st_ino, want.st_ino);
			CHECK_INT("close-on-exec", fcntl(fd, F_GETFD),
			    FD_CLOEXEC);
			close(fd);
		}
	}
	teardown();
	CHECK_INT("no leak", open_fds(), before);
}

/* All headers are followed by the octets they promise, but see eof. */
static const struct {
	const char	*what;
	uint32_t	 len;		/* in the header */
	unsigned int	 nfds;
	bool		 fdpass;
	int		 read, get, error;
} bad[] = {
	{ "length 0", 0, 0, true, 1, -1, ERANGE },
	{ "length 15", 15, 0, true, 1, -1, ERANGE },
	{ "one too long", MAX_IMSGSIZE + 1, 0, true, 1, -1, ERANGE },
	{ "all ones", UINT32_MAX, 0, true, 1, -1, ERANGE },
	{ "good", 16, 0, true, 1, 1, 0 },
	{ "marked, no descriptor", 16 | MARK, 0, true, 1, -1, EBADMSG },
	{ "marked, not allowed", 16 | MARK, 1, false, 1, -1, EBADMSG },
	{ "not marked, not allowed", 16, 1, false, 1, 1, 0 },
	{ "not marked", 16, 1, true, 1, 1, 0 },
	{ "marked", 16 | MARK, 1, true, 1, 1, 0 },
	{ "three descriptors", 16 | MARK, 3, true, -1, 0, EBADMSG },
};

static void
test_bad(void)
{
	struct imsg_hdr	 hdr = { 1, 0, 0, 0 };
	struct imsg	 imsg;
	size_t		 i;
	int		 before = open_fds(), n;

	for (i = 0; i < nitems(bad); i++) {
		setup(bad[i].fdpass);
		hdr.len = bad[i].len;
		raw_send(&hdr, sizeof(hdr), STDOUT_FILENO, bad[i].nfds);
		CHECK_INT(bad[i].what, imsgbuf_read(&ibuf), bad[i].read);
		if (bad[i].read == -1)
			CHECK_INT(bad[i].what, errno, bad[i].error);
		else {
			n = imsgbuf_get(&ibuf, &imsg);
			CHECK_INT(bad[i].what, n, bad[i].get);
			if (n == 1)
				imsg_free(&imsg);
			else
				CHECK_INT(bad[i].what, errno, bad[i].error);
		}
		teardown();
		CHECK_INT(bad[i].what, open_fds(), before);
	}
}

/* Descriptors without a message may not pile up. */
static void
test_hoard(void)
{
	struct imsg_hdr	 hdr = { 1, 16, 0, 0 };
	struct imsg	 imsg;
	int		 before = open_fds(), i, n = 1;

	setup(true);
	for (i = 0; i < 100 && n == 1; i++) {
		raw_send(&hdr, sizeof(hdr), STDOUT_FILENO, 1);
		if ((n = imsgbuf_read(&ibuf)) == 1 &&
		    imsgbuf_get(&ibuf, &imsg) == 1)
			imsg_free(&imsg);
	}
	CHECK_INT("refused", n, -1);
	CHECK_INT("bounded", i, IMSG_FDS_MAX + 1);
	teardown();
	CHECK_INT("no leak", open_fds(), before);
}

static void
test_eof(void)
{
	struct imsg_hdr	 hdr = { 1, 20, 0, 0 };
	struct imsg	 imsg;
	size_t		 len;
	int		 before = open_fds();

	for (len = 0; len <= sizeof(hdr); len++) {
		setup(true);
		if (len > 0) {
			raw_send(&hdr, len, STDOUT_FILENO, 1);
			CHECK_INT("part", imsgbuf_read(&ibuf), 1);
			CHECK_INT("part", imsgbuf_get(&ibuf, &imsg), 0);
		}
		CHECK_INT("nothing new", imsgbuf_read(&ibuf), 1);
		close(sp[0]);
		sp[0] = -1;
		CHECK_INT("gone", imsgbuf_read(&ibuf), 0);
		CHECK_INT("gone", imsgbuf_get(&ibuf, &imsg), 0);
		CHECK_INT("compose", imsg_compose(&ibuf, 1, 0, 0, -1, NULL,
		    0), 1);
		CHECK_INT("write", imsgbuf_write(&ibuf), -1);
		CHECK_INT("write", errno, EPIPE);
		teardown();
	}
	CHECK_INT("no leak", open_fds(), before);
}

/*
 * With the descriptor table full, a message with a descriptor waits in
 * the kernel until there is room.
 */
static void
test_exhausted(void)
{
	struct imsg_hdr	 hdr = { 1, 16 | MARK, 0, 0 };
	struct rlimit	 old, none;
	struct imsg	 imsg;
	int		 before = open_fds();

	setup(true);
	raw_send(&hdr, sizeof(hdr), STDOUT_FILENO, 1);
	must("getrlimit", getrlimit(RLIMIT_NOFILE, &old) == 0);
	none = old;
	none.rlim_cur = 3;
	must("setrlimit", setrlimit(RLIMIT_NOFILE, &none) == 0);
	CHECK_INT("full", imsgbuf_read(&ibuf), 1);
	CHECK_INT("full", imsgbuf_get(&ibuf, &imsg), 0);
	must("setrlimit", setrlimit(RLIMIT_NOFILE, &old) == 0);
	CHECK_INT("room", imsgbuf_read(&ibuf), 1);
	CHECK_INT("room", imsgbuf_get(&ibuf, &imsg), 1);
	CHECK_INT("room", imsg.fd != -1, 1);
	imsg_free(&imsg);
	teardown();
	CHECK_INT("no leak", open_fds(), before);
}

/*
 * Several hundred messages of all lengths through a small socket buffer,
 * every third with a descriptor: partial writes, EAGAIN on both sides,
 * and each descriptor with its own message.
 */
#define MANY	300

static size_t
many_len(int i)
{
	return i % 10 == 9 ? MAX_IMSGSIZE - IMSG_HEADER_SIZE :
	    (size_t)(i * 37 % 1500);
}

static void
many_check(struct imsg *imsg, int i)
{
	uint8_t		 data[MAX_IMSGSIZE];
	struct stat	 st;
	size_t		 len = many_len(i), j;
	off_t		 want;
	int		 bad_octets = 0, fd;

	CHECK_INT("order", imsg_get_type(imsg), i);
	CHECK_INT("len", imsg_get_len(imsg), len);
	if (len > 0) {
		CHECK_INT("data", imsg_get_data(imsg, data, len), 0);
		for (j = 0; j < len; j++)
			bad_octets += data[j] != (uint8_t)(i + (int)j);
		CHECK_INT("data", bad_octets, 0);
	}
	fd = imsg_get_fd(imsg);
	CHECK_INT("descriptor", fd != -1, i % 3 == 0);
	if (fd == -1)
		return;
	want = i;
	must("fstat", fstat(fd, &st) == 0);
	CHECK_INT("its descriptor", st.st_size, want);
	close(fd);
}

static void
many_compose(struct imsgbuf *from, int i)
{
	char	 path[] = "/tmp/imsg_test.XXXXXXXXXX";
	uint8_t	 data[MAX_IMSGSIZE];
	size_t	 len = many_len(i), j;
	int	 fd = -1;

	for (j = 0; j < len; j++)
		data[j] = (uint8_t)(i + (int)j);
	if (i % 3 == 0) {
		/* known again by its size */
		must("mkstemp", (fd = mkstemp(path)) != -1);
		unlink(path);
		must("ftruncate", ftruncate(fd, i) == 0);
	}
	CHECK_INT("compose", imsg_compose(from, (uint32_t)i, 0, 0, fd, data,
	    len), 1);
}

static void
test_many(void)
{
	struct imsgbuf	 from;
	struct imsg	 imsg;
	int		 before = open_fds(), got = 0, i, size = 2048;
	unsigned int	 stuck = 0;

	setup(true);
	must("setsockopt", setsockopt(sp[0], SOL_SOCKET, SO_SNDBUF, &size,
	    sizeof(size)) == 0);
	must("imsgbuf_init", imsgbuf_init(&from, sp[0]) == 0);
	imsgbuf_allow_fdpass(&from);
	for (i = 0; i < MANY; i++)
		many_compose(&from, i);
	CHECK_INT("queue", imsgbuf_queuelen(&from), MANY);
	while (got < MANY && stuck < 1000) {
		stuck++;
		CHECK_INT("write", imsgbuf_write(&from), 0);
		CHECK_INT("read", imsgbuf_read(&ibuf), 1);
		while (imsgbuf_get(&ibuf, &imsg) == 1) {
			many_check(&imsg, got++);
			imsg_free(&imsg);
			stuck = 0;
		}
	}
	CHECK_INT("all", got, MANY);
	CHECK_INT("queue", imsgbuf_queuelen(&from), 0);
	imsgbuf_clear(&from);
	teardown();
	CHECK_INT("no leak", open_fds(), before);
}

static void
test_compose(void)
{
	static uint8_t	 big[MAX_IMSGSIZE];
	struct imsg_hdr	 hdr = { 1, 16 | MARK, 0, 0 };
	struct imsg	 imsg;
	int		 before = open_fds(), fd;

	setup(false);
	CHECK_INT("too long", imsg_compose(&ibuf, 1, 0, 0, -1, big,
	    MAX_IMSGSIZE - IMSG_HEADER_SIZE + 1), -1);
	CHECK_INT("too long", errno, ERANGE);
	fd = dup(STDOUT_FILENO);
	CHECK_INT("not allowed", imsg_compose(&ibuf, 1, 0, 0, fd, NULL, 0),
	    -1);
	CHECK_INT("still ours", fcntl(fd, F_GETFD) != -1, 1);
	imsgbuf_allow_fdpass(&ibuf);
	CHECK_INT("allowed", imsg_compose(&ibuf, 1, 0, 0, fd, NULL, 0), 1);
	CHECK_INT("queued", imsgbuf_queuelen(&ibuf), 1);
	teardown();
	CHECK_INT("closed unsent", open_fds(), before);

	setup(true);
	raw_send(&hdr, sizeof(hdr), STDOUT_FILENO, 1);
	CHECK_INT("read", imsgbuf_read(&ibuf), 1);
	CHECK_INT("get", imsgbuf_get(&ibuf, &imsg), 1);
	imsg_free(&imsg);
	CHECK_INT("unclaimed", open_fds(), before + 2);
	raw_send(&hdr, sizeof(hdr), STDOUT_FILENO, 1);
	CHECK_INT("read", imsgbuf_read(&ibuf), 1);
	teardown();
	CHECK_INT("closed unread", open_fds(), before);
}

/* A reader who does not take messages is told, not taken for a hang-up. */
static void
test_overfull(void)
{
	static uint8_t	 big[MAX_IMSGSIZE];
	struct imsg_hdr	 hdr = { 1, MAX_IMSGSIZE, 0, 0 };
	struct imsg	 imsg;

	setup(true);
	memcpy(big, &hdr, sizeof(hdr));
	must("write", write(sp[0], big, sizeof(big)) == sizeof(big));
	must("write", write(sp[0], big, 1) == 1);
	CHECK_INT("full", imsgbuf_read(&ibuf), 1);
	CHECK_INT("not taken", imsgbuf_read(&ibuf), -1);
	CHECK_INT("not taken", errno, ENOBUFS);
	CHECK_INT("taken", imsgbuf_get(&ibuf, &imsg), 1);
	CHECK_INT("taken", imsg_get_len(&imsg),
	    MAX_IMSGSIZE - IMSG_HEADER_SIZE);
	imsg_free(&imsg);
	CHECK_INT("next", imsgbuf_read(&ibuf), 1);
	CHECK_INT("next", imsgbuf_get(&ibuf, &imsg), 0);
	teardown();
}

int
main(void)
{
	test_fragments();
	test_bad();
	test_hoard();
	test_eof();
	test_exhausted();
	test_many();
	test_compose();
	test_overfull();
	return test_done("imsg");
}
