# Everything that depends on the system.  Override in local.mk or on the
# command line; no conditionals here, so that every make reads it.

OS	!= uname -s | tr '[:upper:]' '[:lower:]'

VERSION	= 0.1

PREFIX		?= /usr/local
SYSCONFDIR	?= /etc
RUNDIR		?= $(RUNDIR_$(OS))
DBDIR		?= $(DBDIR_$(OS))
SBINDIR		?= $(PREFIX)/sbin
MANDIR		?= $(PREFIX)/share/man
EXAMPLESDIR	?= $(PREFIX)/share/examples/ntpd
NTPD_USER	?= _ntp

# The source of the sample ntpd.conf.  Who distributes this puts a zone of
# their own here: https://www.ntppool.org/vendors.html
NTPPOOL		?= 2.pool.ntp.org

# The socket and the pid file; the drift file.
RUNDIR_linux	= /run
RUNDIR_freebsd	= /var/run
RUNDIR_openbsd	= /var/run
DBDIR_linux	= /var/lib/ntpd
DBDIR_freebsd	= /var/db
DBDIR_openbsd	= /var/db

# The certificates of the CAs that are trusted where nothing else is said.
CAFILE		?= $(CAFILE_$(OS))
CAFILE_linux	= /etc/ssl/certs/ca-certificates.crt
CAFILE_freebsd	= /etc/ssl/cert.pem
CAFILE_openbsd	= /etc/ssl/cert.pem

# What ntpd tells an operator whose system lacks the user.
USERADD_linux	= useradd -r -M -d /var/empty -s /usr/sbin/nologin $(NTPD_USER)
USERADD_freebsd	= pw useradd $(NTPD_USER) -d /var/empty -s /usr/sbin/nologin
USERADD_openbsd	= useradd -d /var/empty -s /sbin/nologin $(NTPD_USER)

CFLAGS	?= -O2 -g
STD	= -std=c11
WARN	= -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
	  -Wpointer-arith -Wcast-qual -Wsign-compare -Wswitch -Wundef \
	  -Wno-unused-parameter -Wno-missing-field-initializers
DEFS	= -DSYSCONFDIR=\"$(SYSCONFDIR)\" -DRUNDIR=\"$(RUNDIR)\" \
	  -DDBDIR=\"$(DBDIR)\" -DCAFILE=\"$(CAFILE)\" \
	  -DNTPD_USER=\"$(NTPD_USER)\" -DNTPD_VERSION=\"$(VERSION)\" \
	  -DUSERADD=\""$(USERADD_$(OS))"\" \
	  $(DEFS_$(OS))
INC	= -Icommon/core -Icommon/crypt -Icommon/base -Intpd $(INC_$(OS))

# now.c: the monotonic clock that stops when the machine sleeps, and the one
# that goes on (the same one where there is none).
DEFS_linux	= -DNOW_MONO=CLOCK_MONOTONIC -DNOW_BOOT=CLOCK_BOOTTIME
DEFS_freebsd	= -DNOW_MONO=CLOCK_MONOTONIC -DNOW_BOOT=CLOCK_MONOTONIC
DEFS_openbsd	= -DNOW_MONO=CLOCK_UPTIME -DNOW_BOOT=CLOCK_BOOTTIME

INC_linux	= -D_GNU_SOURCE -DLIBBSD_OVERLAY -isystem /usr/include/bsd \
		  -Icommon/base/compat
LIBS_linux	= -lmd -lbsd
# libbsd-ctor gives setproctitle its argv before main
LIBS_ntpd_linux	= -lseccomp -lcap-ng -Wl,-u,libbsd_init_func -lbsd-ctor
# ntpctl top; in the base of the others
LIBS_ntpctl_linux = -lncurses
COMPAT_SRCS_linux = common/base/compat/imsg.c
IO_SRCS_linux	= ntpd/io_linux.c
IF_SRCS_linux	= ntpd/parent_if_linux.c
SANDBOX_SRCS_linux = ntpd/sandbox_landlock.c ntpd/sandbox_linux.c \
		  ntpd/sandbox_seccomp.c
SENSOR_SRCS_linux = ntpd/sensor_linux.c ntpd/sensor_phc.c \
		  ntpd/sensor_pps.c ntpd/sensor_shm.c

INC_freebsd	= -I/usr/local/include -Icommon/base/compat
LIBS_freebsd	= -L/usr/local/lib -lmd -lutil
LIBS_ntpctl_freebsd = -lncurses
COMPAT_SRCS_freebsd = common/base/compat/imsg.c
IO_SRCS_freebsd	= ntpd/io_bsd.c
SANDBOX_SRCS_freebsd = ntpd/sandbox_freebsd.c
SENSOR_SRCS_freebsd = ntpd/sensor_freebsd.c ntpd/sensor_shm.c
IF_SRCS_freebsd	= ntpd/parent_if_bsd.c

INC_openbsd	=
LIBS_openbsd	= -lutil
LIBS_ntpctl_openbsd = -lcurses
COMPAT_SRCS_openbsd =
IO_SRCS_openbsd	= ntpd/io_bsd.c
SANDBOX_SRCS_openbsd = ntpd/sandbox_openbsd.c
SENSOR_SRCS_openbsd = ntpd/sensor_openbsd.c ntpd/sensor_sysctl.c
IF_SRCS_openbsd	= ntpd/parent_if_bsd.c
