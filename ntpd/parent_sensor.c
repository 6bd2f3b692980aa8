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
 * The parent's side of the sensor process: start it when there are sensors,
 * open devices for it, start it again when it was lost or has others to
 * read.  It is the one child the daemon can be without.
 */

#include <sys/types.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "parent.h"
#include "sensor.h"

#define DELAY_MAX	300	/* s until a lost one is started again */
#define DEVICE_AGAIN	60	/* s between looks for devices not there */

static void	 device_gone(void *, struct imsgev *, const struct imsg_in *);
static void	 start(struct parent *);

/* Messages the parent accepts from sensor.  Anything else is fatal. */
static const struct imsg_handler from_sensor[] = {
	{ .type = IMSG_DEVICE_GONE, .fn = device_gone,
	    .len = MSG_SENSOR_MAX },
};

/* Is there a sensor that this system can have? */
static bool
wanted(const struct conf *conf)
{
	const struct conf_node	*n;

	TAILQ_FOREACH(n, &conf->sensors, entry) {
		if (n->reconf != RECONF_DELETE && sensor_known(n->sensor.name))
			return true;
	}
	return false;
}

static void
look_again(struct parent *p)
{
	struct timeval	 tv = { DEVICE_AGAIN, 0 };

	evtimer_add(&p->sensor.devices, &tv);
}

/* The descriptor of a device, or -1 and errno. */
static int
open_device(const char *path)
{
	struct stat	 st;
	int		 fd;

	if ((fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY |
	    O_CLOEXEC)) == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISCHR(st.st_mode)) {
		close(fd);
		errno = ENODEV;
		return -1;
	}
	return fd;
}

/*
 * Open the devices that the child does not have.  What could not be opened
 * is said once, and tried again.
 */
static void
pass_devices(struct parent *p)
{
	const struct sensor_driver	*driver;
	struct conf_node		*n;
	char				 path[64], name[MSG_SENSOR_MAX];
	unsigned int			 unit;
	int				 fd;

	TAILQ_FOREACH(n, &p->conf->sensors, entry) {
		driver = sensor_find(n->sensor.name, &unit);
		if (driver == NULL || driver->device == NULL ||
		    n->state == &p->sensor.passed)
			continue;
		(void)snprintf(path, sizeof(path), "%s%u", driver->device,
		    unit);
		if ((fd = open_device(path)) == -1) {
			if (n->state == NULL)
				log_warn("sensor %s: %s", n->sensor.name, path);
			n->state = &p->sensor.missing;
			continue;
		}
		memset(name, 0, sizeof(name));
		(void)strlcpy(name, n->sensor.name, sizeof(name));
		imsgev_send(&p->child[ROLE_SENSOR].iev, IMSG_FD_DEVICE, 0,
		    fd, name, sizeof(name));
		n->state = &p->sensor.passed;
	}
}

static void
device_timer(int fd, short what, void *arg)
{
	struct parent	*p = arg;

	if (p->phase == PARENT_QUITTING || !p->child[ROLE_SENSOR].open)
		return;
	pass_devices(p);
	look_again(p);
}

static void
device_gone(void *arg, struct imsgev *iev, const struct imsg_in *in)
{
	struct conf_node	*n;
	struct parent		*p = arg;

	TAILQ_FOREACH(n, &p->conf->sensors, entry) {
		if (strncmp(n->sensor.name, in->data, in->len) == 0 &&
		    n->state == &p->sensor.passed)
			n->state = &p->sensor.missing;
	}
}

/* What it is to read, all of it before CONF_END: then it locks itself up. */
static void
configure(struct parent *p)
{
	struct imsgev		*iev = &p->child[ROLE_SENSOR].iev;
	struct conf_node	*n;

	TAILQ_FOREACH(n, &p->conf->sensors, entry) {
		n->state = NULL;
		if (sensor_known(n->sensor.name))
			imsgev_send(iev, IMSG_CONF_SENSOR, 0, -1, &n->sensor,
			    sizeof(n->sensor));
	}
	pass_devices(p);
	imsgev_send(iev, IMSG_CONF_END, 0, -1, NULL, 0);
	look_again(p);
}

static void
again_timer(int fd, short what, void *arg)
{
	struct parent	*p = arg;

	if (p->phase != PARENT_QUITTING)
		start(p);
}

static void
start(struct parent *p)
{
	if (p->child[ROLE_SENSOR].pid != 0 || !wanted(p->conf))
		return;
	if (parent_child_attach(p, ROLE_SENSOR, from_sensor,
	    nitems(from_sensor), IMSG_FD_SENSOR) == -1) {
		(void)parent_again_later(&p->sensor.again);
		return;
	}
	parent_again_started(&p->sensor.again);
	configure(p);
}

void
parent_sensor_start(struct parent *p)
{
	parent_again_init(&p->sensor.again, DELAY_MAX, again_timer, p);
	evtimer_set(&p->sensor.devices, device_timer, p);
	start(p);
}

void
parent_sensor_lost(struct parent *p, int status)
{
	evtimer_del(&p->sensor.devices);
	if (p->phase == PARENT_QUITTING || !wanted(p->conf))
		return;
	if (p->sensor.renew) {
		p->sensor.renew = false;
		parent_again_fresh(&p->sensor.again);
		start(p);
	} else
		parent_again_lost(&p->sensor.again, ROLE_SENSOR, status);
}

bool
parent_sensor_changed(const struct parent *p)
{
	const struct conf_node	*n;

	TAILQ_FOREACH(n, &p->conf->sensors, entry) {
		if ((n->reconf == RECONF_NEW || n->reconf == RECONF_DELETE) &&
		    sensor_known(n->sensor.name))
			return true;
	}
	return false;
}

void
parent_sensor_renew(struct parent *p)
{
	struct parent_child	*c = &p->child[ROLE_SENSOR];

	parent_again_fresh(&p->sensor.again);
	if (c->pid == 0) {
		start(p);
		return;
	}
	p->sensor.renew = true;
	if (c->open)
		imsgev_send(&c->iev, IMSG_SHUTDOWN, 0, -1, NULL, 0);
}
