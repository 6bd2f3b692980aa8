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
 * Habits from other daemons' files: what to write here instead.  Parent
 * only.  It is asked for words that are neither a keyword nor an option of
 * ours where they stand.
 */

#include <sys/types.h>

#include <string.h>

#include "compat.h"
#include "conf.h"
#include "conf_lex.h"
#include "conf_parse.h"

/* Of chrony, ntpsec and its like. */
static const struct foreign {
	const char	*word;
	const char	*advice;
} foreign[] = {
	{ "acquisitionport",
	    "leave it out, each query has a port of its own" },
	{ "authselectmode",	"write \"require nts\"" },
	{ "auto_offline",
	    "leave it out, a network that goes away is noticed" },
	{ "bindacqaddress",	"write \"query from\"" },
	{ "bindacqdevice",	"write \"query from\"" },
	{ "bindaddress",	"write \"listen on\"" },
	{ "bindcmdaddress",	"write \"control\"" },
	{ "binddevice",	"write \"listen on interface NAME\"" },
	{ "broadcast",	"broadcast is not supported" },
	{ "burst",	"leave it out, there is only a burst at start" },
	{ "clientloglimit",	"write \"limit clients\"" },
	{ "cmdallow",	"leave it out, there is no control over the network" },
	{ "cmdport",	"leave it out, there is no control over the network" },
	{ "combinelimit",	"leave it out, nothing is to be tuned" },
	{ "confdir",	"write \"include\" and a pattern, \"/DIR/*.conf\"" },
	{ "controlkey",	"leave it out, there is no control over the network" },
	{ "corrtimeratio",	"leave it out, nothing is to be tuned" },
	{ "disable",	"leave it out" },
	{ "discard",	"write \"limit\", see ntpd.conf(5)" },
	{ "dscp",	"the class of traffic cannot be set" },
	{ "dumpdir",
	    "leave it out, measurements are not kept over a restart" },
	{ "dumponexit",
	    "leave it out, measurements are not kept over a restart" },
	{ "enable",	"leave it out" },
	{ "filegen",	"leave it out, see \"statistics\"" },
	{ "fudge",	"write \"sensor\", see ntpd.conf(5)" },
	{ "hwclockfile",
	    "leave it out, the kernel keeps the hardware clock" },
	{ "hwtimestamp",	"leave it out, timestamps are the kernel's" },
	{ "iburst",	"leave it out, there always is a burst at start" },
	{ "includefile",	"write \"include\"" },
	{ "initstepslew",
	    "leave it out, there always is a step at start, see \"step\"" },
	{ "interface",	"see \"listen on interface NAME\"" },
	{ "keyfile",	"write \"keys\"" },
	{ "leapseclist",	"write \"leapfile\"" },
	{ "leapsecmode",
	    "leave it out, the kernel does the leap seconds" },
	{ "leapsectz",	"write \"leapfile\"" },
	{ "lock_all",	"leave it out" },
	{ "log",	"write \"statistics\"" },
	{ "logbanner",	"leave it out, see \"statistics\"" },
	{ "logchange",	"leave it out" },
	{ "logconfig",	"leave it out, see \"ntpctl log\"" },
	{ "logdir",	"write \"statistics\"" },
	{ "logfile",	"leave it out, the log is syslog's" },
	{ "makestep",	"write \"step start over SECONDS\"" },
	{ "manual",	"time cannot be set by hand" },
	{ "maxclockerror",	"leave it out, nothing is to be tuned" },
	{ "maxdelay",
	    "leave it out, the longer a delay is the less it counts" },
	{ "maxdelaydevratio",
	    "leave it out, the longer a delay is the less it counts" },
	{ "maxdelayratio",
	    "leave it out, the longer a delay is the less it counts" },
	{ "maxdistance",	"leave it out, nothing is to be tuned" },
	{ "maxjitter",	"leave it out, nothing is to be tuned" },
	{ "maxpoll",	"write \"poll MIN MAX\"" },
	{ "maxsamples",	"leave it out, nothing is to be tuned" },
	{ "maxslewrate",	"leave it out, nothing is to be tuned" },
	{ "maxsources",	"write \"members\"" },
	{ "maxupdateskew",	"leave it out, nothing is to be tuned" },
	{ "members",	"a \"server\" is one host, a \"pool\" is many" },
	{ "minpoll",	"write \"poll MIN MAX\"" },
	{ "minsamples",	"leave it out, nothing is to be tuned" },
	{ "mru",	"write \"limit\", see ntpd.conf(5)" },
	{ "noclientlog",	"leave it out" },
	{ "nosystemcert",
	    "leave it out, \"nts-ca\" is instead of the system's" },
	{ "ntpsigndsocket",	"Samba is not supported" },
	{ "ntsdumpdir",
	    "write \"nts keys\" for a server, leave it out for a client" },
	{ "ntsport",
	    "write \"nts-port\" behind a server, or \"nts listen "
	    "on\" and \"port\"" },
	{ "ntsprocesses",	"leave it out" },
	{ "ntsrotate",	"write \"nts rotate\"" },
	{ "ntsservercert",	"write \"nts certificate FILE key FILE\"" },
	{ "ntsserverkey",	"write \"nts certificate FILE key FILE\"" },
	{ "ntstrustedcerts",	"write \"nts-ca\"" },
	{ "offline",	"leave it out, a network that comes is noticed" },
	{ "peer",	"write \"server\"" },
	{ "pidfile",	"leave it out, see the option -p of ntpd(8)" },
	{ "polltarget",	"leave it out, nothing is to be tuned" },
	{ "port",	"write \"port\" behind \"listen on\"" },
	{ "presend",	"leave it out" },
	{ "ratelimit",	"write \"limit\", see ntpd.conf(5)" },
	{ "refclock",	"write \"sensor\", see ntpd.conf(5)" },
	{ "refresh",	"leave it out" },
	{ "requestkey",	"leave it out, there is no control over the network" },
	{ "reselectdist",	"leave it out, nothing is to be tuned" },
	{ "restrict",	"write \"allow from\" or \"deny from\"" },
	{ "rtcautotrim",
	    "leave it out, the kernel keeps the hardware clock" },
	{ "rtcdevice",	"leave it out, the kernel keeps the hardware clock" },
	{ "rtcfile",	"leave it out, the kernel keeps the hardware clock" },
	{ "rtconutc",	"leave it out, the kernel keeps the hardware clock" },
	{ "rtcsync",	"leave it out, the kernel does that once synced" },
	{ "sched_priority",	"leave it out" },
	{ "smoothtime",	"served time is not smeared" },
	{ "sourcedir",	"write \"include\" and a pattern, \"/DIR/*.sources\"" },
	{ "statsdir",	"write \"statistics\"" },
	{ "stratumweight",	"leave it out, nothing is to be tuned" },
	{ "tempcomp",	"leave it out, nothing is to be tuned" },
	{ "tinker",	"leave it out, see \"step\" in ntpd.conf(5)" },
	{ "tos",	"write \"minsources\", see ntpd.conf(5)" },
	{ "true",	"write \"trusted\"" },
	{ "trust",	"write \"trusted\"" },
	{ "trustedkey",	"leave it out, all keys of \"keys\" are good" },
	{ "user",	"leave it out, see PROCESSES in ntpd(8)" },
	{ "version",	"leave it out, it is 4" },
};

const char *
conf_foreign(const char *word)
{
	size_t	 i;

	for (i = 0; i < nitems(foreign); i++)
		if (strcmp(word, foreign[i].word) == 0)
			return foreign[i].advice;
	return NULL;
}
