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
 * The sensor process: what tells the time and hangs on this machine.  A
 * driver per kind of it, a table of them per system (sensor_<os>.c).
 */

#ifndef SENSOR_H
#define SENSOR_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One reading: when the clock showed this, the sensor said that. */
struct sensor_reading {
	int64_t		 sec;		/* CLOCK_REALTIME */
	uint32_t	 nsec;
	bool		 pulse;		/* a second began, it is not said
					 * which: no ref */
	uint8_t		 leap;		/* enum leap_indicator */
	int64_t		 refsec;	/* UTC */
	uint32_t	 refnsec;
	double		 error;		/* bound of its error, s */
};

enum sensor_got {
	SENSOR_NEW,		/* a reading */
	SENSOR_NOTHING,		/* nothing since the last time */
	SENSOR_GONE		/* it is not there any more: errno */
};

/*
 * A driver.  Its units are called after it, with a number; or, if it has no
 * name, as the system calls them.
 */
struct sensor_driver {
	const char	*name;		/* NULL: takes any */
	unsigned int	 units;		/* numbers from 0 to below this */
	const char	*device;	/* and the number: what the parent opens
					 * for it; NULL: nothing */
	bool		 late;		/* units come and go */
	bool		 pulse;		/* they only tell when seconds begin */

	/*
	 * Get hold of a unit: its name and number, the descriptor (the
	 * driver's from here on) or -1, and whether "*" found it or the
	 * configuration has its name.  At the start the process still is
	 * root.  NULL and errno.
	 */
	void		*(*attach)(const char *, unsigned int, int, bool);
	void		 (*detach)(void *);
	enum sensor_got	 (*read)(void *, struct sensor_reading *);

	/*
	 * What "*" stands for: the name of the n-th unit into a buffer,
	 * false when there are no more.  An empty name: not this one.
	 * NULL: nothing.
	 */
	bool		 (*list)(unsigned int, char *, size_t);
};

/* sensor_<os>.c: what this system has, NULL last. */
extern const struct sensor_driver *const sensor_drivers[];

/*
 * sensor_find.c: the driver of a sensor of that name, and the number in
 * it; NULL when this system has none.
 */
const struct sensor_driver *sensor_find(const char *, unsigned int *);
/* Can this system have a sensor of that name, or "*"? */
bool		 sensor_known(const char *);
/* The names there can be, for people: "shmN, ppsN". */
const char	*sensor_names(char *, size_t);

/*
 * sensor.c: can the reading be believed, at this CLOCK_REALTIME (s)?  Not
 * when it is old, from before this program, or no time at all.
 */
bool		 sensor_sane(const struct sensor_reading *, int64_t, uint32_t);

/*
 * The drivers.
 */
extern const struct sensor_driver sensor_phc, sensor_pps, sensor_shm,
    sensor_sysctl;

/*
 * sensor_shm.c: a unit of the shared memory that gpsd and others write
 * (ntpd's driver 28); the layout is theirs.
 */
struct sensor_shm {
	int32_t		 mode;		/* 1: count tells a torn reading */
	volatile int32_t count;
	time_t		 refsec;	/* UTC, */
	int32_t		 refusec;
	time_t		 sec;		/* and what the clock showed then */
	int32_t		 usec;
	int32_t		 leap;
	int32_t		 precision;	/* log2 s */
	int32_t		 nsamples;
	volatile int32_t valid;
	uint32_t	 refnsec;	/* the same as usec, and finer, or 0 */
	uint32_t	 nsec;
	int32_t		 unused[8];
};

#define SENSOR_SHM_KEY	0x4e545030	/* "NTP0", and the unit's number */

/* Take what is in there, so that the writer sees it; SENSOR_GONE: never. */
enum sensor_got	 sensor_shm_take(volatile struct sensor_shm *,
		    struct sensor_reading *);

/*
 * sensor_phc.c: of n triples (CLOCK_REALTIME before, the device, after),
 * all in ns, the one that was taken fastest.  Readings of the device that
 * are no reading (CLOCK_REALTIME ran backwards) are passed over; -1: all.
 */
int		 sensor_phc_best(int64_t (*)[3], size_t,
		    struct sensor_reading *)
		    __attribute__((__warn_unused_result__));

#endif /* SENSOR_H */
