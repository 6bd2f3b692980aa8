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
 * Clocks at this machine: engine_sensor.c, readings to samples.  Engine only.
 */

#ifndef ENGINE_SENSOR_H
#define ENGINE_SENSOR_H

#include <sys/types.h>
#include <sys/queue.h>

#include <event.h>
#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "engine_sync.h"
#include "imsgev.h"
#include "msg.h"
#include "ntptime.h"
#include "refclock.h"
#include "sync.h"

struct engine;

/* Something that tells the time on this machine: engine_sensor.c */
struct sensor {
	TAILQ_ENTRY(sensor) entry;
	struct engine	*engine;
	const struct conf_sensor *conf;	/* its own, or that of "*" */
	char		 name[MSG_SENSOR_MAX];
	bool		 pulse;		/* it says only when seconds begin, */
	bool		 numbered;	/* and we know which */
	int		 slot;		/* in sync */
	uint8_t		 reach;		/* samples, newest in bit 0, */
	mono_t		 moved;		/* changed at this time */
	uint64_t	 readings;
	mono_t		 heard;		/* the last one */
	double		 pace;		/* s between readings */
	uint32_t	 jumps;		/* engine.jumps then */
	struct refclock	 clock;		/* readings for the next sample */
	struct event	 timer;
	mono_t		 due;		/* the next sample, */
	double		 interval;	/* this after the one before, s */
	struct verdict	 verdict;
};
TAILQ_HEAD(sensors, sensor);

void		 engine_sensor_fd(void *, struct imsgev *,
		    const struct imsg_in *);
/*
 * The configuration is another one, or the engine has started: sensors
 * come, change and go.  Before conf_sweep, while names are there.
 */
void		 engine_sensor_reconf(struct engine *, mono_t);
void		 engine_sensor_log(struct engine *, const struct sync_now *);
/* Why it is not used; "" when it is. */
const char	*engine_sensor_reason(const struct sensor *);

#endif /* ENGINE_SENSOR_H */
