# One Makefile, no conditionals: GNU make and the BSD makes read it alike.
# The source lists are the architecture; see TOUR.md.

include config.mk
-include local.mk

# Pure: bytes, samples and "now" in; verdicts and estimates out.  -lm only.
CORE_SRCS = \
	common/core/assoc.c \
	common/core/combine.c \
	common/core/discipline.c \
	common/core/extfield.c \
	common/core/filter.c \
	common/core/leap.c \
	common/core/linfit.c \
	common/core/ntptime.c \
	common/core/osc.c \
	common/core/packet.c \
	common/core/reply.c \
	common/core/select.c \
	common/core/serve.c \
	common/core/srcstat.c \
	common/core/sync.c

# Plumbing every process shares.
BASE_SRCS = \
	common/base/addr.c \
	common/base/imsgev.c \
	common/base/json.c \
	common/base/log.c \
	common/base/msgname.c \
	common/base/now.c \
	common/base/refid.c \
	$(COMPAT_SRCS_$(OS))

CONF_SRCS = \
	ntpd/conf_check.c \
	ntpd/conf_lex.c \
	ntpd/conf_merge.c \
	ntpd/conf_msg.c \
	ntpd/conf_parse.c \
	ntpd/conf_print.c \
	ntpd/conf_stmt.c

PARENT_SRCS = \
	ntpd/clock_$(OS).c \
	ntpd/parent.c \
	ntpd/parent_child.c \
	ntpd/parent_clock.c \
	ntpd/parent_drift.c \
	ntpd/parent_open.c

ENGINE_SRCS = \
	ntpd/engine.c \
	ntpd/engine_client.c \
	ntpd/engine_conf.c \
	ntpd/engine_control.c \
	ntpd/engine_pool.c \
	ntpd/engine_server.c \
	ntpd/engine_show.c \
	ntpd/engine_sync.c \
	$(IO_SRCS_$(OS))

NTPD_SRCS = \
	ntpd/dns.c \
	ntpd/ntpd.c \
	ntpd/proc.c \
	ntpd/sandbox_$(OS).c \
	$(CONF_SRCS) $(PARENT_SRCS) $(ENGINE_SRCS)

NTPCTL_SRCS = \
	ntpctl/cmd.c \
	ntpctl/ntpctl.c \
	ntpctl/out_json.c \
	ntpctl/out_text.c \
	ntpctl/view.c

UNIT_TESTS = \
	regress/unit/ntptime_test.t

CORE_OBJS	= $(CORE_SRCS:.c=.o)
BASE_OBJS	= $(BASE_SRCS:.c=.o)
NTPD_OBJS	= $(NTPD_SRCS:.c=.o)
NTPCTL_OBJS	= $(NTPCTL_SRCS:.c=.o)

all: ntpd/ntpd ntpctl/ntpctl

.SUFFIXES: .c .o .t

.c.o:
	$(CC) $(INC) $(DEFS) $(CPPFLAGS) $(STD) $(WARN) $(CFLAGS) -c -o $@ $<

.c.t:
	$(CC) $(INC) $(DEFS) $(CPPFLAGS) $(STD) $(WARN) $(CFLAGS) -o $@ $< \
	    common/libbase.a common/libcore.a \
	    $(LDFLAGS) -levent $(LIBS_$(OS)) -lm

common/libcore.a: $(CORE_OBJS)
	rm -f $@; $(AR) rcs $@ $(CORE_OBJS)

common/libbase.a: $(BASE_OBJS)
	rm -f $@; $(AR) rcs $@ $(BASE_OBJS)

ntpd/ntpd: $(NTPD_OBJS) common/libbase.a common/libcore.a
	$(CC) $(CFLAGS) -o $@ $(NTPD_OBJS) common/libbase.a common/libcore.a \
	    $(LDFLAGS) -levent $(LIBS_ntpd_$(OS)) $(LIBS_$(OS)) -lm

ntpctl/ntpctl: $(NTPCTL_OBJS) common/libbase.a common/libcore.a
	$(CC) $(CFLAGS) -o $@ $(NTPCTL_OBJS) common/libbase.a \
	    common/libcore.a $(LDFLAGS) -levent $(LIBS_$(OS)) -lm

HDRS = \
	common/base/addr.h common/base/compat.h common/base/ctl.h \
	common/base/imsgev.h common/base/json.h common/base/log.h \
	common/base/msg.h common/base/now.h common/base/refid.h \
	common/core/assoc.h common/core/be.h common/core/combine.h \
	common/core/discipline.h \
	common/core/extfield.h common/core/filter.h common/core/leap.h \
	common/core/linfit.h common/core/ntptime.h common/core/osc.h \
	common/core/packet.h common/core/reply.h common/core/sample.h \
	common/core/select.h common/core/serve.h common/core/srcstat.h \
	common/core/sync.h \
	ntpd/clock.h ntpd/conf.h ntpd/conf_lex.h ntpd/engine.h ntpd/io.h \
	ntpd/parent.h ntpd/proc.h ntpd/sandbox.h \
	ntpctl/ntpctl.h

$(CORE_OBJS) $(BASE_OBJS) $(NTPD_OBJS) $(NTPCTL_OBJS): $(HDRS) config.mk
$(UNIT_TESTS): $(HDRS) regress/unit/test.h common/libcore.a common/libbase.a

clean:
	rm -f common/*/*.o common/*/*/*.o common/*.a ntpd/*.o ntpd/ntpd \
	    ntpctl/*.o ntpctl/ntpctl regress/unit/*.t

.PHONY: all clean
