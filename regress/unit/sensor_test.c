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
 * What the sensor process makes of what it reads: names, shared memory that
 * is being written, times of a hardware clock, and what no clock shows.
 */

#include <sys/types.h>
#include <sys/mman.h>

#include <math.h>
#include <signal.h>
#include <unistd.h>

#include "sensor.h"
#include "test.h"

#define S	1000000000LL	/* ns */
#define NOW	1800000000LL	/* Unix time */

static const struct {
	const char	*name;
	const struct sensor_driver *driver;
	unsigned int	 unit;
} names[] = {
	{ "shm0",	&sensor_shm,	0 },
	{ "shm255",	&sensor_shm,	255 },
	{ "pps0",	&sensor_pps,	0 },
	{ "ptp12",	&sensor_phc,	12 },
	{ "shm256",	NULL,		0 },
	{ "shm",	NULL,		0 },
	{ "shm00",	NULL,		0 },
	{ "shm01",	NULL,		0 },
	{ "shm-1",	NULL,		0 },
	{ "shm 1",	NULL,		0 },
	{ "shm1x",	NULL,		0 },
	{ "shm4294967296", NULL,	0 },
	{ "SHM0",	NULL,		0 },
	{ "sh",		NULL,		0 },
	{ "nmea0",	NULL,		0 },
	{ "ptp/../x",	NULL,		0 },
	{ "",		NULL,		0 },
};

static void
test_names(void)
{
	unsigned int	 unit;
	char		 buf[64], shorter[8];
	size_t		 i;

	for (i = 0; i < nitems(names); i++) {
		CHECK_INT(names[i].name, sensor_find(names[i].name, &unit) ==
		    names[i].driver, 1);
		if (names[i].driver != NULL)
			CHECK_INT(names[i].name, unit, names[i].unit);
		CHECK_INT(names[i].name, sensor_known(names[i].name),
		    names[i].driver != NULL);
	}
	CHECK_INT("*", sensor_known("*"), 1);
	CHECK_STR("all", sensor_names(buf, sizeof(buf)),
	    "shmN, ppsN, ptpN");
	CHECK_STR("no room", sensor_names(shorter, sizeof(shorter)),
	    "shmN, p");
}

static const struct {
	const char	*what;
	struct sensor_reading r;
	int		 ok;
} sane[] = {
	{ "now", { NOW, 5, false, 0, NOW, 6, 1e-6 }, 1 },
	{ "3 s ago", { NOW - 3, 5, false, 0, NOW - 3, 6, 1e-6 }, 1 },
	{ "6 s ago", { NOW - 6, 5, false, 0, NOW - 6, 6, 1e-6 }, 0 },
	{ "in a moment", { NOW, 600000000, false, 0, NOW, 6, 1e-6 }, 1 },
	{ "in 2 s", { NOW + 2, 5, false, 0, NOW, 6, 1e-6 }, 0 },
	{ "far off", { NOW, 5, false, 0, NOW + 86400 * 365, 6, 1e-6 }, 1 },
	{ "1970", { NOW, 5, false, 0, 100, 6, 1e-6 }, 0 },
	{ "1024 weeks ago", { NOW, 5, false, 0, NOW - 1024 * 604800, 6,
	    1e-6 }, 0 },
	{ "before 1970", { NOW, 5, false, 0, -1, 6, 1e-6 }, 0 },
	{ "beyond all", { NOW, 5, false, 0, INT64_MAX, 6, 1e-6 }, 0 },
	{ "no nanoseconds", { NOW, 5, false, 0, NOW, 1000000000, 1e-6 }, 0 },
	{ "nor here", { NOW, UINT32_MAX, false, 0, NOW, 6, 1e-6 }, 0 },
	{ "clock not set", { 1000, 5, false, 0, NOW, 6, 1e-6 }, 0 },
	{ "no error", { NOW, 5, false, 0, NOW, 6, 0 }, 0 },
	{ "error NaN", { NOW, 5, false, 0, NOW, 6, NAN }, 0 },
	{ "pulse", { NOW, 5, true, 0, 0, 0, 1e-6 }, 1 },
	{ "old pulse", { NOW - 6, 5, true, 0, 0, 0, 1e-6 }, 0 },
};

static void
test_sane(void)
{
	size_t	 i;

	for (i = 0; i < nitems(sane); i++)
		CHECK_INT(sane[i].what, sensor_sane(&sane[i].r, NOW,
		    200000000), sane[i].ok);
}

/* mode, count, ref s, us, clock s, us, leap, precision, -, valid, ns, ns */
static const struct {
	const char	*what;
	struct sensor_shm shm;
	enum sensor_got	 got;
	uint32_t	 nsec, refnsec;
	double		 error;
} shms[] = {
	{ "ns", { 1, 2, NOW, 250000, NOW, 500000, 0, -20, 3, 1, 250000123,
	    500000456 }, SENSOR_NEW, 500000456, 250000123, 0x1p-20 },
	{ "us alone", { 1, 2, NOW, 250000, NOW, 500000, 0, -1, 3, 1, 0, 0 },
	    SENSOR_NEW, 500000000, 250000000, 0.1 },
	{ "ns of another", { 1, 2, NOW, 250000, NOW, 500000, 0, -1, 3, 1,
	    777, 4000000000U }, SENSOR_NEW, 500000000, 250000000, 0.1 },
	{ "mode 0", { 0, 2, NOW, 1, NOW, 2, 0, -10, 3, 1, 0, 0 },
	    SENSOR_NEW, 2000, 1000, 0x1p-10 },
	{ "leap", { 1, 2, NOW, 1, NOW, 2, 2, -10, 3, 1, 0, 0 },
	    SENSOR_NEW, 2000, 1000, 0x1p-10 },
	{ "not valid", { 1, 2, NOW, 1, NOW, 2, 0, -10, 3, 0, 0, 0 },
	    SENSOR_NOTHING, 0, 0, 0 },
	{ "mode 2", { 2, 2, NOW, 1, NOW, 2, 0, -10, 3, 1, 0, 0 },
	    SENSOR_NOTHING, 0, 0, 0 },
	{ "unsynchronised", { 1, 2, NOW, 1, NOW, 2, 3, -10, 3, 1, 0, 0 },
	    SENSOR_NOTHING, 0, 0, 0 },
	{ "leap -1", { 1, 2, NOW, 1, NOW, 2, -1, -10, 3, 1, 0, 0 },
	    SENSOR_NOTHING, 0, 0, 0 },
	{ "us too large", { 1, 2, NOW, 1000000, NOW, 2, 0, -10, 3, 1, 0, 0 },
	    SENSOR_NOTHING, 0, 0, 0 },
	{ "us negative", { 1, 2, NOW, 1, NOW, -2, 0, -10, 3, 1, 0, 0 },
	    SENSOR_NOTHING, 0, 0, 0 },
	{ "precision 1", { 1, 2, NOW, 1, NOW, 2, 0, 1, 3, 1, 0, 0 },
	    SENSOR_NOTHING, 0, 0, 0 },
	{ "precision -31", { 1, 2, NOW, 1, NOW, 2, 0, -31, 3, 1, 0, 0 },
	    SENSOR_NOTHING, 0, 0, 0 },
};

static void
test_shm(void)
{
	struct sensor_shm	 shm;
	struct sensor_reading	 r;
	size_t			 i;

	for (i = 0; i < nitems(shms); i++) {
		shm = shms[i].shm;
		CHECK_INT(shms[i].what, sensor_shm_take(&shm, &r),
		    shms[i].got);
		/* whatever it was, the next one is wanted */
		CHECK_INT(shms[i].what, shm.valid, 0);
		if (shms[i].got != SENSOR_NEW)
			continue;
		CHECK_INT(shms[i].what, r.sec, NOW);
		CHECK_INT(shms[i].what, r.nsec, shms[i].nsec);
		CHECK_INT(shms[i].what, r.refsec, NOW);
		CHECK_INT(shms[i].what, r.refnsec, shms[i].refnsec);
		CHECK_INT(shms[i].what, r.leap, shms[i].shm.leap);
		CHECK_INT(shms[i].what, r.pulse, 0);
		CHECK_NEAR(shms[i].what, r.error, shms[i].error, 0);
		CHECK_INT(shms[i].what, sensor_shm_take(&shm, &r),
		    SENSOR_NOTHING);
	}
	/* the layout is gpsd's and ntpd's */
	if (sizeof(time_t) == 8) {
		CHECK_INT("layout", sizeof(shm), 96);
		CHECK_INT("layout", offsetof(struct sensor_shm, valid), 48);
		CHECK_INT("layout", offsetof(struct sensor_shm, refnsec),
		    52);
	}
}

/*
 * A writer in the middle of a reading.  The segment lies across two pages,
 * valid and what follows in the second one; the reader comes for valid, is
 * stopped at the first page, let go, and stopped again on its way back to
 * the second, where the writer does its work.
 */
static struct {
	volatile struct sensor_shm *shm;
	uint8_t		*page[2];
	size_t		 size;
	bool		 busy;		/* the writer, at that moment */
	int		 stops;
} torn;

static void
stopped(int sig)
{
	torn.stops++;
	(void)mprotect(torn.page[0], 2 * torn.size, PROT_READ | PROT_WRITE);
	if (torn.stops == 1)
		(void)mprotect(torn.page[1], torn.size, PROT_NONE);
	else if (torn.busy) {
		torn.shm->count++;
		torn.shm->refusec = torn.shm->usec = 9;
		torn.shm->count++;
	}
}

static const struct {
	const char	*what;
	int32_t		 mode;
	bool		 busy;
	enum sensor_got	 got;
} tears[] = {
	{ "nobody writes", 1, false, SENSOR_NEW },
	{ "torn", 1, true, SENSOR_NOTHING },
	/* there the writer waits until valid is 0 */
	{ "mode 0 has no count", 0, true, SENSOR_NEW },
};

static void
test_torn(void)
{
	struct sigaction	 sa = { .sa_handler = stopped }, old, oldbus;
	struct sensor_reading	 r;
	size_t			 i;

	torn.size = (size_t)sysconf(_SC_PAGESIZE);
	torn.page[0] = mmap(NULL, 2 * torn.size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (torn.page[0] == MAP_FAILED) {
		CHECK_INT("mmap", 0, 1);
		return;
	}
	torn.page[1] = torn.page[0] + torn.size;
	torn.shm = (void *)(torn.page[1] - offsetof(struct sensor_shm,
	    valid));
	/* systems differ in what they call it */
	(void)sigaction(SIGSEGV, &sa, &old);
	(void)sigaction(SIGBUS, &sa, &oldbus);
	for (i = 0; i < nitems(tears); i++) {
		torn.shm->mode = tears[i].mode;
		torn.shm->sec = torn.shm->refsec = NOW;
		torn.shm->valid = 1;
		torn.busy = tears[i].busy;
		torn.stops = 0;
		(void)mprotect(torn.page[0], torn.size, PROT_NONE);
		CHECK_INT(tears[i].what, sensor_shm_take(torn.shm, &r),
		    tears[i].got);
		CHECK_INT(tears[i].what, torn.stops, 2);
		/* what was torn is there again next time */
		CHECK_INT(tears[i].what, torn.shm->valid,
		    tears[i].got != SENSOR_NEW);
	}
	(void)sigaction(SIGSEGV, &old, NULL);
	(void)sigaction(SIGBUS, &oldbus, NULL);
	(void)munmap(torn.page[0], 2 * torn.size);
}

static const struct {
	const char	*what;
	int64_t		 t[3][3];	/* ns from NOW */
	int		 ret;
	int64_t		 at, ref;	/* ns from NOW */
	double		 error;
} phcs[] = {
	{ "the fastest", { { 0, 500, 2000 }, { 3000, 3300, 3400 },
	    { 5000, 6500, 7000 } }, 0, 3200, 3300, 250e-9 },
	{ "backwards is none", { { 2000, 1000, 0 }, { 3000, 4000, 5000 },
	    { 9000, 8000, 7000 } }, 0, 4000, 4000, 1050e-9 },
	{ "at once", { { 0, 100, 0 }, { 3000, 4000, 5000 },
	    { 9000, 9500, 9900 } }, 0, 0, 100, 50e-9 },
	{ "TAI", { { 0, 37 * S, 10 }, { 20, 37 * S, 50 },
	    { 90, 37 * S, 200 } }, 0, 5, 37 * S, 55e-9 },
	{ "all backwards", { { 2, 1, 0 }, { 2, 1, 0 }, { 2, 1, 0 } }, -1,
	    0, 0, 0 },
};

static void
test_phc(void)
{
	struct sensor_reading	 r;
	int64_t			 t[3][3];
	size_t			 i, j, k;

	for (i = 0; i < nitems(phcs); i++) {
		for (j = 0; j < 3; j++)
			for (k = 0; k < 3; k++)
				t[j][k] = NOW * S + phcs[i].t[j][k];
		CHECK_INT(phcs[i].what, sensor_phc_best(t, 3, &r),
		    phcs[i].ret);
		if (phcs[i].ret == -1)
			continue;
		CHECK_INT(phcs[i].what, (r.sec - NOW) * S + r.nsec,
		    phcs[i].at);
		CHECK_INT(phcs[i].what, (r.refsec - NOW) * S + r.refnsec,
		    phcs[i].ref);
		CHECK_NEAR(phcs[i].what, r.error, phcs[i].error, 1e-12);
	}
	/* a device from before 1970 is no reason to stumble */
	t[0][0] = t[0][2] = NOW * S;
	t[0][1] = -1;
	CHECK_INT("-1 ns", sensor_phc_best(t, 1, &r), 0);
	CHECK_INT("-1 ns", r.refsec, -1);
	CHECK_INT("-1 ns", r.refnsec, 999999999);
}

int
main(void)
{
	test_names();
	test_sane();
	test_shm();
	test_torn();
	test_phc();
	return test_done("sensor");
}
