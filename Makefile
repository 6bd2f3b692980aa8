# One Makefile, no conditionals: GNU make and the BSD makes read it alike.
# The source lists are the architecture; see TOUR.md.

include config.mk
-include local.mk

# Pure: bytes, samples and "now" in; verdicts and estimates out.  -lm only.
CORE_SRCS = \
	common/core/acl.c \
	common/core/assoc.c \
	common/core/budget.c \
	common/core/civil.c \
	common/core/combine.c \
	common/core/combine_learn.c \
	common/core/constrain.c \
	common/core/discipline.c \
	common/core/dnssrv.c \
	common/core/extfield.c \
	common/core/filter.c \
	common/core/httpdate.c \
	common/core/leap.c \
	common/core/linfit.c \
	common/core/ntske.c \
	common/core/ntsring.c \
	common/core/ntptime.c \
	common/core/osc.c \
	common/core/packet.c \
	common/core/poolscore.c \
	common/core/ratelimit.c \
	common/core/refclock.c \
	common/core/reply.c \
	common/core/select.c \
	common/core/serve.c \
	common/core/servestat.c \
	common/core/srcstat.c \
	common/core/sync.c \
	common/core/sync_constrain.c \
	common/core/sync_leap.c \
	common/core/sync_source.c \
	common/core/sync_synced.c \
	common/core/sync_view.c

# Pure, on libcrypto.
CRYPT_SRCS = \
	common/crypt/cmac.c \
	common/crypt/mac.c \
	common/crypt/ntscookie.c \
	common/crypt/ntsfield.c \
	common/crypt/ntsserve.c \
	common/crypt/siv.c

# Plumbing every process shares.
BASE_SRCS = \
	common/base/addr.c \
	common/base/imsgev.c \
	common/base/json.c \
	common/base/log.c \
	common/base/msgname.c \
	common/base/now.c \
	common/base/poolname.c \
	common/base/refid.c \
	$(COMPAT_SRCS_$(OS))

CONF_SRCS = \
	ntpd/conf_access.c \
	ntpd/conf_check.c \
	ntpd/conf_check_warn.c \
	ntpd/conf_file.c \
	ntpd/conf_foreign.c \
	ntpd/conf_host.c \
	ntpd/conf_lex.c \
	ntpd/conf_listen.c \
	ntpd/conf_macro.c \
	ntpd/conf_merge.c \
	ntpd/conf_msg.c \
	ntpd/conf_nts.c \
	ntpd/conf_parse.c \
	ntpd/conf_print.c \
	ntpd/conf_report.c \
	ntpd/conf_serve.c \
	ntpd/conf_server.c \
	ntpd/conf_stmt.c \
	ntpd/conf_url.c

PARENT_SRCS = \
	ntpd/clock_$(OS).c \
	ntpd/parent.c \
	ntpd/parent_again.c \
	ntpd/parent_budget.c \
	ntpd/parent_child.c \
	ntpd/parent_clock.c \
	ntpd/parent_constraint.c \
	ntpd/parent_control.c \
	ntpd/parent_drift.c \
	ntpd/parent_file.c \
	ntpd/parent_keys.c \
	ntpd/parent_leap.c \
	ntpd/parent_name.c \
	ntpd/parent_notify.c \
	ntpd/parent_nts.c \
	ntpd/parent_open.c \
	ntpd/parent_policy.c \
	ntpd/parent_ready.c \
	ntpd/parent_reload.c \
	ntpd/parent_sensor.c \
	ntpd/parent_server.c \
	ntpd/parent_show.c \
	ntpd/parent_stats.c \
	$(IF_SRCS_$(OS))

# Requests to replies.
BATCH_SRCS = \
	ntpd/batch.c \
	ntpd/gate.c \
	ntpd/io.c \
	$(IO_SRCS_$(OS))

ENGINE_SRCS = \
	ntpd/engine.c \
	ntpd/engine_bound.c \
	ntpd/engine_budget.c \
	ntpd/engine_client.c \
	ntpd/engine_clients.c \
	ntpd/engine_conf.c \
	ntpd/engine_constraint.c \
	ntpd/engine_control.c \
	ntpd/engine_cookie.c \
	ntpd/engine_dates.c \
	ntpd/engine_jar.c \
	ntpd/engine_key.c \
	ntpd/engine_log.c \
	ntpd/engine_name.c \
	ntpd/engine_nts.c \
	ntpd/engine_pool.c \
	ntpd/engine_query.c \
	ntpd/engine_reply.c \
	ntpd/engine_sensor.c \
	ntpd/engine_server.c \
	ntpd/engine_service.c \
	ntpd/engine_show.c \
	ntpd/engine_show_constraint.c \
	ntpd/engine_show_nts.c \
	ntpd/engine_show_server.c \
	ntpd/engine_stats.c \
	ntpd/engine_sync.c \
	ntpd/engine_worker.c

# All that speaks TLS.
NTS_SRCS = \
	ntpd/nts.c \
	ntpd/nts_check.c \
	ntpd/nts_client.c \
	ntpd/nts_conn.c \
	ntpd/nts_key.c \
	ntpd/nts_limit.c \
	ntpd/nts_server.c \
	ntpd/nts_tls.c \
	ntpd/nts_tls_ctx.c

SENSOR_SRCS = \
	ntpd/sensor.c \
	ntpd/sensor_find.c \
	$(SENSOR_SRCS_$(OS))

# All of ntpd but its main, so that a test can link any part of it.
NTPD_SRCS = \
	ntpd/constraint.c \
	ntpd/constraint_chain.c \
	ntpd/dns.c \
	ntpd/dns_service.c \
	ntpd/ntpd_check.c \
	ntpd/ntpd_check_file.c \
	ntpd/proc.c \
	ntpd/server.c \
	$(SANDBOX_SRCS_$(OS)) \
	$(BATCH_SRCS) $(CONF_SRCS) $(PARENT_SRCS) $(ENGINE_SRCS) $(NTS_SRCS) \
	$(SENSOR_SRCS)

NTPCTL_SRCS = \
	ntpctl/check.c \
	ntpctl/check_more.c \
	ntpctl/check_view.c \
	ntpctl/cmd.c \
	ntpctl/conn.c \
	ntpctl/fetch.c \
	ntpctl/metrics.c \
	ntpctl/metrics_table.c \
	ntpctl/ntpctl.c \
	ntpctl/out_json.c \
	ntpctl/out_text.c \
	ntpctl/probe.c \
	ntpctl/query.c \
	ntpctl/resolve.c \
	ntpctl/top.c \
	ntpctl/top_text.c \
	ntpctl/value.c \
	ntpctl/view.c \
	ntpctl/view_constraint.c \
	ntpctl/view_nts.c \
	ntpctl/view_process.c \
	ntpctl/view_clients.c \
	ntpctl/view_server.c \
	ntpctl/wait.c

# Of common/core and common/base, and those that need parts of ntpd.
UNIT_TESTS = \
	regress/unit/acl_test.t \
	regress/unit/addr_test.t \
	regress/unit/assoc_test.t \
	regress/unit/backoff_test.t \
	regress/unit/budget_test.t \
	regress/unit/civil_test.t \
	regress/unit/combine_test.t \
	regress/unit/constrain_test.t \
	regress/unit/discipline_test.t \
	regress/unit/dnssrv_test.t \
	regress/unit/extfield_test.t \
	regress/unit/filter_test.t \
	regress/unit/httpdate_test.t \
	regress/unit/imsg_test.t \
	regress/unit/imsgev_test.t \
	regress/unit/json_test.t \
	regress/unit/leap_test.t \
	regress/unit/linfit_test.t \
	regress/unit/log_test.t \
	regress/unit/now_test.t \
	regress/unit/ntptime_test.t \
	regress/unit/ntske_test.t \
	regress/unit/ntsring_test.t \
	regress/unit/osc_test.t \
	regress/unit/packet_test.t \
	regress/unit/poolscore_test.t \
	regress/unit/ratelimit_test.t \
	regress/unit/refclock_test.t \
	regress/unit/refid_test.t \
	regress/unit/reply_test.t \
	regress/unit/select_test.t \
	regress/unit/serve_test.t \
	regress/unit/servestat_test.t \
	regress/unit/srcstat_test.t \
	regress/unit/sync_test.t

# Of common/crypt, one beside an independent implementation.
CRYPT_TESTS = \
	regress/unit/ntscookie_test.t \
	regress/unit/mac_test.t \
	regress/unit/ntsfield_test.t \
	regress/unit/siv_test.t
NETTLE_TESTS_linux = regress/unit/nettle_test.t

NTPD_TESTS_linux = regress/unit/sandbox_test.t regress/unit/sensor_test.t
NTPD_TESTS = \
	$(NTPD_TESTS_$(OS)) \
	regress/conf/confcheck.t \
	regress/unit/conf_test.t \
	regress/unit/drift_test.t \
	regress/unit/engine_constraint_test.t \
	regress/unit/engine_jar_test.t \
	regress/unit/engine_pool_test.t \
	regress/unit/engine_query_test.t \
	regress/unit/engine_sensor_test.t \
	regress/unit/engine_server_test.t \
	regress/unit/gate_test.t \
	regress/unit/io_test.t \
	regress/unit/nts_limit_test.t \
	regress/unit/parent_clock_test.t \
	regress/unit/parent_nts_test.t \
	regress/unit/parent_server_test.t \
	regress/unit/parent_stats_test.t

NTPCTL_TESTS = \
	regress/unit/view_test.t

# The core in a simulated world: a program to try things with, and a test.
SIM_SRCS = \
	regress/sim/scenario.c \
	regress/sim/world.c
SIM_TESTS = regress/sim/sim_test.t

# What the process tests talk to, and what no server can be cheaper than.
TOOLS = \
	regress/bench/echo.t \
	regress/ctl/fakectl.t \
	regress/tools/fakentp.t \
	regress/tools/notifywait.t \
	regress/tools/ntpprobe.t \
	regress/tools/shmfeed.t \
	regress/tools/testdns.t

# What strangers send, each with a corpus; replayed in the tests, and by
# "make fuzz" with libFuzzer, which takes clang.
FUZZ = \
	regress/fuzz/conf.t \
	regress/fuzz/control.t \
	regress/fuzz/dnssrv.t \
	regress/fuzz/httpdate.t \
	regress/fuzz/imsg.t \
	regress/fuzz/keys.t \
	regress/fuzz/ntscookie.t \
	regress/fuzz/ntske.t \
	regress/fuzz/ntsring.t \
	regress/fuzz/ntsserve.t \
	regress/fuzz/packet.t
# with a machine of its own
FUZZ_PARENT = regress/fuzz/parent.t

# Clients of NTS and a server of NTS-KE, on libssl and libcrypto.
NTS_TOOLS = \
	regress/bench/load.t \
	regress/tools/fakeke.t \
	regress/tools/ntsprobe.t
NTS_TOOL_OBJS = \
	regress/bench/measure.o \
	regress/bench/session.o \
	regress/tools/ke.o
NTS_TOOL_HDRS = regress/bench/measure.h regress/bench/session.h \
	regress/tools/ke.h

# A web server, on the same.
TLS_TOOLS = regress/tools/fakehttps.t

# Whole daemons in simulated time: the world, and what is preloaded.
WORLD_SRCS = \
	regress/world/action.c \
	regress/world/addr.c \
	regress/world/check.c \
	regress/world/clock.c \
	regress/world/daemon.c \
	regress/world/dgram.c \
	regress/world/dns.c \
	regress/world/expr.c \
	regress/world/inject.c \
	regress/world/law.c \
	regress/world/main.c \
	regress/world/monitor.c \
	regress/world/net.c \
	regress/world/osc.c \
	regress/world/peer.c \
	regress/world/proc.c \
	regress/world/request.c \
	regress/world/rng.c \
	regress/world/scenario.c \
	regress/world/scenario_host.c \
	regress/world/scenario_link.c \
	regress/world/sock.c \
	regress/world/stamp.c \
	regress/world/stats.c \
	regress/world/stream.c \
	regress/world/turn.c \
	regress/world/words.c \
	regress/world/world.c

SHIM_SRCS = \
	regress/world/shim.c \
	regress/world/shim_env.c \
	regress/world/shim_io.c \
	regress/world/shim_name.c \
	regress/world/shim_proc.c \
	regress/world/shim_sock.c \
	regress/world/shim_time.c \
	regress/world/shim_wait.c

WORLD_HDRS = \
	regress/world/proto.h regress/world/scenario.h \
	regress/world/shim.h regress/world/sock.h regress/world/world.h

WORLD_TOOLS_linux = regress/sim/sim regress/world/world \
	regress/world/shim.so regress/world/tcpecho

CORE_OBJS	= $(CORE_SRCS:.c=.o)
CRYPT_OBJS	= $(CRYPT_SRCS:.c=.o)
BASE_OBJS	= $(BASE_SRCS:.c=.o)
NTPD_OBJS	= $(NTPD_SRCS:.c=.o)
NTPCTL_OBJS	= $(NTPCTL_SRCS:.c=.o)
SIM_OBJS	= $(SIM_SRCS:.c=.o)
WORLD_OBJS	= $(WORLD_SRCS:.c=.o)

LIBS		= common/libbase.a common/libcore.a
LIBS_crypt	= common/libcrypt.a $(LIBS)
COMPILE		= $(CC) $(INC) $(DEFS) $(CPPFLAGS) $(STD) $(WARN) $(CFLAGS)
LDADD		= $(LDFLAGS) -levent $(LIBS_$(OS)) -lm
LDADD_ntpd	= $(LDFLAGS) -levent -ltls -lssl -lcrypto $(LIBS_ntpd_$(OS)) \
		  $(LIBS_$(OS)) -lm

all: ntpd/ntpd ntpctl/ntpctl

.SUFFIXES: .c .o .t

.c.o:
	$(COMPILE) -c -o $@ $<

.c.t:
	$(COMPILE) -o $@ $< $(LIBS) $(LDADD)

common/libcore.a: $(CORE_OBJS)
	rm -f $@; $(AR) rcs $@ $(CORE_OBJS)

common/libcrypt.a: $(CRYPT_OBJS)
	rm -f $@; $(AR) rcs $@ $(CRYPT_OBJS)

common/libbase.a: $(BASE_OBJS)
	rm -f $@; $(AR) rcs $@ $(BASE_OBJS)

ntpd/libntpd.a: $(NTPD_OBJS)
	rm -f $@; $(AR) rcs $@ $(NTPD_OBJS)

ntpd/ntpd: ntpd/ntpd.o ntpd/libntpd.a $(LIBS_crypt)
	$(CC) $(CFLAGS) -o $@ ntpd/ntpd.o ntpd/libntpd.a $(LIBS_crypt) \
	    $(LDADD_ntpd)

ntpctl/ntpctl: $(NTPCTL_OBJS) $(LIBS)
	$(CC) $(CFLAGS) -o $@ $(NTPCTL_OBJS) $(LIBS) $(LDADD) \
	    $(LIBS_ntpctl_$(OS))

# A test may define what it replaces (the clock, say): its own object comes
# first, and the archive's is not looked at.
$(NTPD_TESTS): $(NTPD_TESTS:.t=.c) ntpd/libntpd.a $(LIBS_crypt)
	$(COMPILE) -o $@ $(@:.t=.c) ntpd/libntpd.a $(LIBS_crypt) $(LDADD_ntpd)

$(CRYPT_TESTS): $(CRYPT_TESTS:.t=.c) $(LIBS_crypt)
	$(COMPILE) -o $@ $(@:.t=.c) $(LIBS_crypt) $(LDADD_ntpd)

$(NETTLE_TESTS_linux): $(NETTLE_TESTS_linux:.t=.c) $(LIBS_crypt)
	$(COMPILE) -o $@ $(@:.t=.c) $(LIBS_crypt) -lnettle $(LDADD_ntpd)

$(FUZZ): $(FUZZ:.t=.c) regress/fuzz/replay.c regress/fuzz/fuzz.h \
	$(HDRS) ntpd/libntpd.a $(LIBS_crypt)
	$(COMPILE) -o $@ $(@:.t=.c) regress/fuzz/replay.c ntpd/libntpd.a \
	    $(LIBS_crypt) $(LDADD_ntpd)

$(FUZZ_PARENT): $(FUZZ_PARENT:.t=.c) regress/fuzz/machine.c \
	regress/fuzz/machine.h regress/fuzz/replay.c regress/fuzz/fuzz.h \
	$(HDRS) ntpd/libntpd.a $(LIBS_crypt)
	$(COMPILE) -o $@ $(@:.t=.c) regress/fuzz/machine.c \
	    regress/fuzz/replay.c ntpd/libntpd.a $(LIBS_crypt) $(LDADD_ntpd)

$(NTS_TOOLS): $(NTS_TOOLS:.t=.c) $(NTS_TOOL_OBJS) $(HDRS) $(LIBS_crypt)
	$(COMPILE) -Iregress/bench -Iregress/tools -o $@ $(@:.t=.c) \
	    $(NTS_TOOL_OBJS) $(LIBS_crypt) $(LDADD_ntpd)

$(NTS_TOOL_OBJS): $(NTS_TOOL_HDRS) $(HDRS) config.mk
regress/bench/session.o: regress/bench/session.c
	$(COMPILE) -Iregress/tools -c -o $@ regress/bench/session.c

regress/world/world: $(WORLD_OBJS) common/libcore.a
	$(CC) $(CFLAGS) -o $@ $(WORLD_OBJS) common/libcore.a $(LDFLAGS) \
	    $(LIBS_$(OS)) -lm

# A sanitizer has no place in what is preloaded: no CFLAGS.
regress/world/shim.so: $(SHIM_SRCS) $(WORLD_HDRS)
	$(CC) -D_GNU_SOURCE $(STD) $(WARN) -O2 -g -fPIC -shared \
	    -fvisibility=hidden -U_FORTIFY_SOURCE -o $@ $(SHIM_SRCS)

regress/world/tcpecho: regress/world/tcpecho.c
	$(CC) -D_GNU_SOURCE $(STD) $(WARN) -O2 -g -o $@ $@.c

regress/sim/sim: regress/sim/sim.o $(SIM_OBJS) $(LIBS)
	$(CC) $(CFLAGS) -o $@ regress/sim/sim.o $(SIM_OBJS) $(LIBS) $(LDADD)

regress/sim/sim_test.t: regress/sim/sim_test.c $(SIM_OBJS)
	$(COMPILE) -o $@ regress/sim/sim_test.c $(SIM_OBJS) $(LIBS) $(LDADD)

HDRS = \
	common/base/addr.h common/base/compat.h common/base/ctl.h \
	common/base/imsgev.h common/base/json.h common/base/log.h \
	common/base/msg.h common/base/now.h common/base/poolname.h \
	common/base/refid.h \
	common/core/acl.h common/core/assoc.h common/core/backoff.h \
	common/core/be.h common/core/budget.h common/core/civil.h \
	common/core/combine.h \
	common/core/combine_learn.h common/core/constrain.h \
	common/core/discipline.h common/core/dnssrv.h \
	common/core/extfield.h \
	common/core/filter.h common/core/httpdate.h common/core/leap.h \
	common/core/linfit.h common/core/median.h common/core/ntptime.h \
	common/core/ntske.h common/core/ntsring.h common/core/osc.h \
	common/core/packet.h common/core/poolscore.h \
	common/core/ratelimit.h common/core/refclock.h common/core/reply.h \
	common/core/sample.h common/core/select.h common/core/serve.h \
	common/core/servestat.h common/core/siphash.h common/core/srcstat.h \
	common/core/sync.h common/core/sync_leap.h \
	common/core/sync_synced.h \
	common/crypt/block.h common/crypt/cmac.h common/crypt/mac.h \
	common/crypt/ntscookie.h common/crypt/ntsfield.h \
	common/crypt/ntsserve.h common/crypt/siv.h \
	ntpd/batch.h ntpd/clock.h ntpd/conf.h ntpd/conf_lex.h \
	ntpd/conf_parse.h ntpd/constraint.h ntpd/dns.h ntpd/engine.h \
	ntpd/engine_client.h ntpd/engine_constraint.h ntpd/engine_control.h \
	ntpd/engine_sensor.h ntpd/engine_server.h ntpd/engine_sync.h \
	ntpd/gate.h ntpd/io.h ntpd/ntpd.h ntpd/nts.h ntpd/nts_tls.h \
	ntpd/parent.h ntpd/parent_again.h ntpd/parent_clock.h \
	ntpd/parent_listen.h ntpd/proc.h ntpd/sandbox.h \
	ntpd/sandbox_linux.h ntpd/sensor.h \
	ntpctl/check.h ntpctl/ntpctl.h ntpctl/probe.h ntpctl/top.h

# A header that is gone is no reason to stop; who includes it will tell.
$(HDRS):

$(CORE_OBJS) $(CRYPT_OBJS) $(BASE_OBJS) $(NTPD_OBJS) $(NTPCTL_OBJS) \
	ntpd/ntpd.o: $(HDRS) config.mk
$(NTPCTL_TESTS): $(NTPCTL_TESTS:.t=.c) $(NTPCTL_OBJS)
	$(COMPILE) -Intpctl -o $@ $(@:.t=.c) ntpctl/value.o ntpctl/view.o \
	    ntpctl/view_clients.o ntpctl/view_constraint.o \
	    ntpctl/view_nts.o ntpctl/view_process.o \
	    ntpctl/view_server.o ntpctl/metrics_table.o \
	    $(LIBS) $(LDADD)

$(UNIT_TESTS) $(CRYPT_TESTS) $(NETTLE_TESTS_linux) $(NTPD_TESTS) \
	$(NTPCTL_TESTS) $(SIM_TESTS): \
	$(HDRS) regress/unit/test.h $(LIBS)
$(SIM_OBJS) regress/sim/sim.o: $(HDRS) regress/sim/sim.h config.mk
$(WORLD_OBJS): $(WORLD_HDRS) config.mk
$(TOOLS) $(TLS_TOOLS): $(HDRS) $(LIBS)
$(TLS_TOOLS): $(TLS_TOOLS:.t=.c)
	$(COMPILE) -o $@ $(@:.t=.c) $(LIBS) $(LDADD) -lssl -lcrypto

tests: $(UNIT_TESTS) $(CRYPT_TESTS) $(NETTLE_TESTS_$(OS)) \
	$(NTPD_TESTS) $(NTPCTL_TESTS) $(SIM_TESTS) $(TOOLS) $(NTS_TOOLS) \
	$(FUZZ) $(FUZZ_PARENT) \
	$(TLS_TOOLS) \
	$(WORLD_TOOLS_$(OS))

# The next three set up what is missing before anything is compiled; as
# root (sudo make demo).
demo:
	@sh regress/setup.sh build
	@echo "building ntpd and ntpctl"
	@$(MAKE) -s all $(TOOLS)
	@sh regress/demo.sh

test:
	@sh regress/setup.sh test
	@$(MAKE) all tests
	@sh regress/run.sh

# Some time for each, in a copy of the tree.
fuzz:
	@sh regress/fuzz/libfuzzer.sh

test-san:
	@sh regress/setup.sh test
	@sh regress/san.sh

# Linux only: every scenario, and the table of accuracy.
world-tools: $(WORLD_TOOLS_$(OS))

world:
	@sh regress/setup.sh test
	@$(MAKE) -s all world-tools
	@sh regress/world/run.sh

# Linux only: what an answer costs, beside others; about eight minutes.
bench:
	@sh regress/setup.sh test
	@$(MAKE) -s all $(NTS_TOOLS) regress/bench/echo.t \
	    regress/tools/ntpprobe.t
	@sh regress/bench/bench.sh
	@sh regress/bench/nts.sh

accuracy:
	@sh regress/setup.sh test
	@$(MAKE) -s all world-tools
	@sh regress/world/accuracy.sh

# The sources name OpenBSD's places; what is installed names ours.
SUBST = sed -e 's,/etc/ntpd\.conf,$(SYSCONFDIR)/ntpd.conf,g' \
	-e 's,/var/run/ntpd\.,$(RUNDIR)/ntpd.,g' \
	-e 's,/var/db/ntpd\.,$(DBDIR)/ntpd.,g' \
	-e 's,/etc/ssl/cert\.pem,$(CAFILE),g'

# The sample becomes ntpd.conf only where there is none.
install: all
	mkdir -p $(DESTDIR)$(SBINDIR) $(DESTDIR)$(SYSCONFDIR) \
	    $(DESTDIR)$(DBDIR) $(DESTDIR)$(MANDIR)/man5 \
	    $(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(EXAMPLESDIR)
	install -m 755 ntpd/ntpd ntpctl/ntpctl $(DESTDIR)$(SBINDIR)
	for f in ntpd.conf.5 ntpd.8 ntpctl.8; do \
		$(SUBST) man/$$f >$(DESTDIR)$(MANDIR)/man$${f##*.}/$$f && \
		chmod 644 $(DESTDIR)$(MANDIR)/man$${f##*.}/$$f || exit 1; \
	done
	$(SUBST) -e 's,2\.pool\.ntp\.org,$(NTPPOOL),g' \
	    ntpd.conf.sample >$(DESTDIR)$(EXAMPLESDIR)/ntpd.conf.sample
	chmod 644 $(DESTDIR)$(EXAMPLESDIR)/ntpd.conf.sample
	[ -e $(DESTDIR)$(SYSCONFDIR)/ntpd.conf ] || \
	    cp -p $(DESTDIR)$(EXAMPLESDIR)/ntpd.conf.sample \
	    $(DESTDIR)$(SYSCONFDIR)/ntpd.conf

# ntpd.conf and the drift file stay.
uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/ntpd $(DESTDIR)$(SBINDIR)/ntpctl \
	    $(DESTDIR)$(MANDIR)/man5/ntpd.conf.5 \
	    $(DESTDIR)$(MANDIR)/man8/ntpd.8 \
	    $(DESTDIR)$(MANDIR)/man8/ntpctl.8 \
	    $(DESTDIR)$(EXAMPLESDIR)/ntpd.conf.sample
	rmdir $(DESTDIR)$(EXAMPLESDIR) 2>/dev/null || :

clean:
	rm -f common/*/*.o common/*/*/*.o common/*.a ntpd/*.o ntpd/*.a \
	    ntpd/ntpd ntpctl/*.o ntpctl/ntpctl regress/*/*.t
	rm -f regress/bench/*.o regress/tools/*.o regress/sim/*.o \
	    regress/sim/sim
	rm -f regress/world/*.o regress/world/world regress/world/shim.so \
	    regress/world/tcpecho
	rm -rf regress/tools/bin

.PHONY: accuracy all bench clean demo fuzz install test test-san \
	tests uninstall world world-tools
