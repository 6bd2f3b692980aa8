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
 * A receiver, as gpsd would look to ntpd: writes the time into a unit of
 * shared memory, every half second.
 *
 *	shmfeed UNIT [SETTING ...]
 *
 * Settings, also line by line on standard input:
 *
 *	offset=S	the receiver is ahead of this clock by that
 *	precision=N	log2 s
 *	leap=N		0 none, 1 insert, 2 delete, 3 alarm
 *	say=good	the time
 *	say=old		the time it was a minute ago, when it was so
 *	say=wild	no time at all
 *	say=torn	half of it: always being written
 *	say=nothing
 */

#include <sys/types.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include <err.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compat.h"
#include "sensor.h"

#define EVERY	500	/* ms */

static struct {
	double		 offset;	/* s */
	int		 precision;
	int		 leap;
	char		 say[16];
} set = { .precision = -20, .say = "good" };

static void
setting(const char *s)
{
	if (sscanf(s, "offset=%lf", &set.offset) != 1 &&
	    sscanf(s, "precision=%d", &set.precision) != 1 &&
	    sscanf(s, "leap=%d", &set.leap) != 1 &&
	    sscanf(s, "say=%15s", set.say) != 1)
		errx(2, "%s: no such setting", s);
}

static void
order(void)
{
	char	 line[64];

	if (fgets(line, sizeof(line), stdin) == NULL)
		exit(0);
	line[strcspn(line, "\n")] = '\0';
	setting(line);
	printf("set %s\n", line);
}

static void
feed(volatile struct sensor_shm *shm)
{
	struct timespec	 now, ref;
	double		 frac;

	if (strcmp(set.say, "nothing") == 0)
		return;
	if (clock_gettime(CLOCK_REALTIME, &now) == -1)
		err(1, "clock");
	if (strcmp(set.say, "old") == 0)
		now.tv_sec -= 60;
	frac = now.tv_nsec + set.offset * 1e9;
	ref.tv_sec = now.tv_sec + (time_t)floor(frac / 1e9);
	ref.tv_nsec = (long)(frac - floor(frac / 1e9) * 1e9);

	shm->valid = 0;
	shm->count++;
	__sync_synchronize();
	shm->mode = 1;
	shm->refsec = ref.tv_sec;
	shm->refusec = (int32_t)(ref.tv_nsec / 1000);
	shm->refnsec = (uint32_t)ref.tv_nsec;
	shm->sec = now.tv_sec;
	shm->usec = (int32_t)(now.tv_nsec / 1000);
	shm->nsec = (uint32_t)now.tv_nsec;
	shm->leap = set.leap;
	shm->precision = set.precision;
	if (strcmp(set.say, "wild") == 0) {
		shm->refusec = -1;
		shm->precision = 77;
	}
	__sync_synchronize();
	shm->count++;
	shm->valid = 1;
}

/* So often that no reader finds the count unchanged. */
static void
tear(volatile struct sensor_shm *shm)
{
	int	 i;

	shm->mode = 1;
	shm->refsec = 0;
	for (i = 0; i < 3000000; i++) {
		shm->count++;
		shm->valid = 1;
	}
	shm->valid = 0;
}

int
main(int argc, char *argv[])
{
	volatile struct sensor_shm	*shm;
	struct pollfd			 pfd = { STDIN_FILENO, POLLIN, 0 };
	const char			*error;
	int				 i, id, unit;

	if (argc < 2)
		errx(2, "usage: shmfeed unit [setting ...]");
	unit = (int)strtonum(argv[1], 0, 255, &error);
	if (error != NULL)
		errx(2, "unit %s is %s", argv[1], error);
	for (i = 2; i < argc; i++)
		setting(argv[i]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if ((id = shmget(SENSOR_SHM_KEY + unit, sizeof(*shm), IPC_CREAT |
	    (unit < 2 ? 0600 : 0666))) == -1)
		err(1, "shmget");
	if ((intptr_t)(shm = shmat(id, NULL, 0)) == -1)
		err(1, "shmat");
	printf("shmfeed ready\n");
	for (;;) {
		if (strcmp(set.say, "torn") == 0)
			tear(shm);
		else
			feed(shm);
		if (poll(&pfd, 1, EVERY) > 0)
			order();
	}
}
