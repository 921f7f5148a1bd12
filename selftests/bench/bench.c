// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the module costs, beside its peers, in one run. Run in a guest whose
 * clock counts instructions, one a nanosecond: what is printed as nanoseconds
 * is a repeatable measure of work, whatever else the machine does.
 *
 * Arguments name pages to measure, all by default: hook events reads latency
 * stall memory. Exit status 1 when a figure that is required is missed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "kmod.h"

#define DEBUGFS	 "/sys/kernel/debug/bench/"
#define ROUNDS	 2000
#define RUNS	 5
#define COMMANDS 1000
#define SAMPLES	 300
#define BURST	 10000
#define PCR	 16
#define POLL_MS	 2000
#define KIB	 1024.0
/* What setsockopt() is told: the kernel doubles it. */
#define BUFFER_DEFAULT 106496
#define BUFFER_LIBRARY (8 * 1024 * 1024)

static int do_fd;
static bool missed;

static void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(2);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void act(const char *what)
{
	if (write(do_fd, what, 1) != 1)
		die(what);
}

static void title(const char *what)
{
	printf("\n%s\n", what);
}

static void figure(const char *what, double value, const char *unit)
{
	printf("  %-46s %14.1f %s\n", what, value, unit);
	fflush(stdout);
}

static void require(const char *what, double value, const char *unit, bool met)
{
	printf("  %-46s %14.2f %-12s %s\n", what, value, unit, met ? "met" : "MISSED");
	fflush(stdout);
	missed |= !met;
}

static void load(const char *parameters)
{
	if (engine_reload(parameters))
		die("the module does not load");
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *values, int count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

/* Per command, as the kernel itself sends one. */
static double cost_of_commands(void)
{
	double runs[RUNS], begin;
	int i;

	act("c");
	for (i = 0; i < RUNS; i++) {
		begin = now();
		act("c");
		runs[i] = (now() - begin) / COMMANDS;
	}
	return median(runs, RUNS);
}

/* Per command, as a process does: two functions are hooked on its way. */
static double cost_of_writes(__u32 chip)
{
	double runs[RUNS], begin;
	struct tpm_msg cmd, rsp;
	char name[16];
	int i, j, fd;

	snprintf(name, sizeof(name), "tpm%u", chip);
	fd = tpm_open(name, 0);
	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_GET_RANDOM);
	tpm_u16(&cmd, 4);
	tpm_end(&cmd);
	for (i = 0; i < RUNS; i++) {
		begin = now();
		for (j = 0; j < COMMANDS; j++)
			if (write(fd, cmd.data, cmd.len) < 0 ||
			    read(fd, rsp.data, sizeof(rsp.data)) < 0)
				die(name);
		runs[i] = (now() - begin) / COMMANDS;
	}
	close(fd);
	return median(runs, RUNS);
}

static __u32 bench_chip(void)
{
	FILE *file = fopen(DEBUGFS "chip", "r");
	__u32 chip;

	if (!file || fscanf(file, "%u", &chip) != 1)
		die(DEBUGFS "chip");
	fclose(file);
	return chip;
}

static void bench_hook(void)
{
	double none, bare, ours, writes_none, writes_bare, writes_ours;
	__u32 chip = bench_chip();
	struct engine engine;
	struct chip known;

	none = cost_of_commands();
	writes_none = cost_of_writes(chip);
	act("p");
	bare = cost_of_commands();
	writes_bare = cost_of_writes(chip);
	act("q");
	load("reconcile_seconds=0");
	if (engine_open(&engine, "tpm0") || chip_get(&engine.nl, chip, &known))
		die("the chip is not known");
	ours = cost_of_commands();
	writes_ours = cost_of_writes(chip);
	engine_close(&engine);

	title("Hook on a command that is no extend (instructions)");
	figure("a command without any probe", none, "");
	figure("bare kretprobe", bare - none, "");
	require("drtmon, at most 600", ours - none, "", ours - none <= 600);
	figure("ratio", (ours - none) / (bare - none), "x");
	figure("by a device file: two bare kretprobes", writes_bare - writes_none, "");
	require("by a device file: drtmon, at most 1200", writes_ours - writes_none, "",
		writes_ours - writes_none <= 1200);
}

/* Wait for one message of any kind. */
static ssize_t hear(int fd, const char *what)
{
	struct pollfd heard = { .fd = fd, .events = POLLIN };
	static char buf[65536];
	ssize_t len;

	if (poll(&heard, 1, 60000) != 1)
		die(what);
	len = recv(fd, buf, sizeof(buf), 0);
	if (len < 0)
		die(what);
	return len;
}

/* Per event, done and heard; @fd negative for nobody listening. */
static double cost_of_events(const char *what, int fd, int messages)
{
	double runs[RUNS], begin;
	int i, j, k;

	for (i = 0; i < RUNS; i++) {
		begin = now();
		for (j = 0; j < ROUNDS; j++) {
			act(what);
			for (k = 0; fd >= 0 && k < messages; k++)
				hear(fd, what);
		}
		runs[i] = (now() - begin) / ROUNDS;
	}
	return median(runs, RUNS);
}

static void tell_bytes(ssize_t len)
{
	FILE *file = fopen(DEBUGFS "bytes", "w");

	if (!file || fprintf(file, "%zd\n", len) < 0 || fclose(file))
		die(DEBUGFS "bytes");
}

static __u32 bare_group;

static int take_group(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	const struct nlattr *attr = attrs, *group, *id;

	while ((const char *)attr < (const char *)attrs + len) {
		if ((attr->nla_type & NLA_TYPE_MASK) == CTRL_ATTR_MCAST_GROUPS) {
			group = attr + 1;
			for (id = group + 1; (const char *)id < (const char *)attr + attr->nla_len;
			     id = (const void *)((const char *)id + NLA_ALIGN(id->nla_len)))
				if ((id->nla_type & NLA_TYPE_MASK) == CTRL_ATTR_MCAST_GRP_ID)
					memcpy(&bare_group, id + 1, sizeof(bare_group));
		}
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	return 0;
}

static void open_bare(struct nl *nl)
{
	struct nl_req req;

	if (nl_open_anonymous(nl))
		die("netlink");
	nl_begin(&req, CTRL_CMD_GETFAMILY, 0);
	req.genl.version = 1;
	nl_put(&req, CTRL_ATTR_FAMILY_NAME, "drtmon_bench", sizeof("drtmon_bench"));
	nl->family = GENL_ID_CTRL;
	if (nl_ask(nl, &req, take_group, NULL) || !bare_group || nl_join(nl, bare_group))
		die("drtmon_bench");
}

/* As auditd does: the kernel sends its records to whoever says so. */
static int open_audit(void)
{
	struct {
		struct nlmsghdr hdr;
		struct audit_status status;
	} set = {
		.hdr = { .nlmsg_len = sizeof(set),
			 .nlmsg_type = AUDIT_SET,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.status = { .mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_PID,
			    .enabled = 1,
			    .pid = getpid() },
	};
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	struct timeval quiet = { .tv_usec = 200000 };
	char buf[8192];

	if (fd < 0 || bind(fd, (struct sockaddr *)&self, sizeof(self)) ||
	    send(fd, &set, sizeof(set), 0) < 0)
		return -1;
	/* What was waiting for an auditd comes first. */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet));
	while (recv(fd, buf, sizeof(buf), 0) >= 0)
		;
	memset(&quiet, 0, sizeof(quiet));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet));
	return fd;
}

static void bench_events(void)
{
	double nothing, ours, bare, audit, alone;
	struct engine engine;
	struct nl nl;
	ssize_t len;
	int fd;

	load("reconcile_seconds=0");
	act("f");
	if (engine_open(&engine, "tpm0"))
		die("no family");
	act("e");
	len = hear(engine.ntf.ear, "event");
	tell_bytes(len);
	nothing = cost_of_events("n", -1, 0);
	ours = cost_of_events("e", engine.ntf.ear, 1) - nothing;
	engine_close(&engine);
	alone = cost_of_events("e", -1, 0) - nothing;
	open_bare(&nl);
	bare = cost_of_events("g", nl.ear, 1) - nothing;
	nl_close(&nl);
	fd = open_audit();
	if (fd < 0)
		die("audit");
	/* The record, and the one that says it is the last. */
	act("a");
	printf("\naudit record of %zd bytes, event of %zd bytes\n", hear(fd, "audit"), len);
	audit = cost_of_events("a", fd, 1) - nothing;
	close(fd);

	title("Event, from emit to receive (instructions)");
	figure("bare genl multicast of the same bytes", bare, "");
	figure("audit record", audit, "");
	figure("drtmon", ours, "");
	require("drtmon / bare multicast, at most 1.3", ours / bare, "x", ours / bare <= 1.3);
	require("drtmon / audit, at most 0.4", ours / audit, "x", ours / audit <= 0.4);
	title("Event with no listener beside one with (instructions)");
	figure("with one", ours, "");
	figure("with none", alone, "");
	require("none / one, at most 0.10", alone / ours, "x", alone / ours <= 0.10);
}

static __u64 commands_of(struct engine *engine)
{
	struct chip chip;

	if (chip_get(&engine->nl, 0, &chip))
		die("tpm0");
	return chip.commands;
}

static void read_sysfs(struct engine *engine)
{
	unsigned int i;
	__u8 digest[64];
	__u32 pcr;

	for (i = 0; i < engine->banks; i++)
		for (pcr = 0; pcr < 24; pcr++)
			if (tpm_sysfs_pcr("tpm0", engine->alg[i], pcr, digest))
				die("sysfs");
}

static void run_pcrread(void)
{
	if (system("tpm2_pcrread >/dev/null"))
		die("tpm2_pcrread");
}

static int count_bank(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	++*(unsigned int *)arg;
	return 0;
}

/* Of the one chip that tpm2_pcrread reads, every bank and PCR. */
static unsigned int read_shadow(struct nl *nl)
{
	unsigned int banks = 0;
	static struct nl_req req;

	nl_begin(&req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
	nl_put_u32(&req, DRTMON_A_PCRS_CHIP_ID, 0);
	return nl_ask(nl, &req, count_bank, &banks) ? 0 : banks;
}

static void bench_reads(void)
{
	double shadow[RUNS], tool[RUNS], begin;
	__u64 start, ours, sysfs, pcrread, cached;
	static struct pcr_banks pcrs;
	struct engine engine;
	__u32 digests;
	int i;

	load("reconcile_seconds=0");
	if (engine_open(&engine, "tpm0") || pcr_read(&engine.nl, false, &pcrs))
		die("no family");
	digests = 24 * engine.banks;
	start = commands_of(&engine);
	if (pcr_read(&engine.nl, true, &pcrs))
		die("refresh");
	ours = pcrs.bank[0].snapshot.commands;
	start = commands_of(&engine);
	read_sysfs(&engine);
	sysfs = commands_of(&engine) - start;
	start = commands_of(&engine);
	run_pcrread();
	pcrread = commands_of(&engine) - start;
	start = commands_of(&engine);
	for (i = 0; i < RUNS; i++) {
		begin = now();
		if (read_shadow(&engine.nl) != engine.banks)
			die("pcr-get");
		shadow[i] = now() - begin;
	}
	cached = commands_of(&engine) - start;
	for (i = 0; i < RUNS; i++) {
		begin = now();
		run_pcrread();
		tool[i] = now() - begin;
	}
	engine_close(&engine);

	title("TPM commands for a full snapshot, as the hook counts");
	figure("digests", digests, "");
	figure("sysfs pcr-*", sysfs, "");
	figure("tpm2_pcrread", pcrread, "");
	require("drtmon, exactly ceil(n/8)", ours, "", ours == (digests + 7) / 8);
	require("sysfs / drtmon, at least 8", (double)sysfs / ours, "x", sysfs >= 8 * ours);
	title("Reading all PCRs from the shadow");
	figure("tpm2_pcrread", median(tool, RUNS) / 1e3, "us");
	figure("drtmon", median(shadow, RUNS) / 1e3, "us");
	require("TPM commands, none", cached, "", !cached);
	require("tpm2_pcrread / drtmon, at least 100", median(tool, RUNS) / median(shadow, RUNS),
		"x", median(tool, RUNS) >= 100 * median(shadow, RUNS));
}

struct alerts {
	struct nl nl;
	double heard[SAMPLES];
};

static void *listen_to_alerts(void *arg)
{
	struct alerts *alerts = arg;
	int i;

	for (i = 0; i < SAMPLES; i++) {
		hear(alerts->nl.ear, "alert");
		alerts->heard[i] = now();
	}
	return NULL;
}

static int expect_zeros(struct nl *nl)
{
	struct nl_req req, nest;
	__u8 zeros[32] = {};

	nl_begin(&req, DRTMON_CMD_BASELINE_SET, 0);
	nl_put_u32(&req, DRTMON_A_BASELINE_CHIP_ID, 0);
	nl_begin(&nest, 0, 0);
	nl_put_u32(&nest, DRTMON_A_EXPECT_ALG, TPM2_ALG_SHA256);
	nl_put_u32(&nest, DRTMON_A_EXPECT_INDEX, PCR);
	nl_put(&nest, DRTMON_A_EXPECT_DIGEST, zeros, sizeof(zeros));
	nl_put(&req, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED, nest.attrs,
	       nest.hdr.nlmsg_len - offsetof(struct nl_req, attrs));
	return nl_ask(nl, &req, NULL, NULL);
}

/* An alert of a baseline that an extend breaks, each extend anew. */
static void bench_latency(void)
{
	static struct alerts alerts;
	double late[SAMPLES];
	struct engine engine;
	struct tpm_msg cmd, rsp;
	pthread_t thread;
	int i, fd;

	load("reconcile_seconds=0");
	if (engine_open(&engine, "tpm0") || expect_zeros(&engine.nl) || nl_open(&alerts.nl) ||
	    nl_join(&alerts.nl, alerts.nl.group[NL_GROUP_ALERTS]))
		die("alerts");
	fd = tpm_open("tpm0", 0);
	pthread_create(&thread, NULL, listen_to_alerts, &alerts);
	for (i = 0; i < SAMPLES; i++) {
		tpm_extend(&cmd, PCR, engine.alg, engine.banks, i);
		if (tpm_do(fd, &cmd, &rsp) || tpm_code(&rsp))
			die("extend");
		late[i] = now();
		/* One at a time: what queues up is not what is asked about. */
		while (!__atomic_load_n((__u64 *)&alerts.heard[i], __ATOMIC_SEQ_CST))
			sched_yield();
		late[i] = alerts.heard[i] > late[i] ? alerts.heard[i] - late[i] : 0;
	}
	pthread_join(thread, NULL);
	close(fd);
	nl_close(&alerts.nl);
	engine_close(&engine);
	qsort(late, SAMPLES, sizeof(late[0]), compare);

	title("From the response of an extend to the alert in userspace");
	figure("a poll every 2 s, p50, by arithmetic", POLL_MS / 2, "ms");
	figure("a poll every 2 s, p99, by arithmetic", POLL_MS * 0.99, "ms");
	figure("drtmon, p50", late[SAMPLES / 2] / 1e3, "us");
	require("drtmon, p99, at most 2 ms", late[SAMPLES * 99 / 100] / 1e6, "ms",
		late[SAMPLES * 99 / 100] <= 2e6);
}

struct reader {
	__u64 next;
	__u64 heard;
	bool disorder;
};

static int take_seq(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	const struct nlattr *attr = attrs;
	struct reader *reader = arg;
	__u64 seq = 0;

	while ((const char *)attr < (const char *)attrs + len) {
		if ((attr->nla_type & NLA_TYPE_MASK) == DRTMON_A_EVENT_SEQ)
			memcpy(&seq, attr + 1, sizeof(seq));
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	reader->disorder |= seq != reader->next;
	reader->next = seq + 1;
	reader->heard++;
	return 0;
}

/* A burst while the reader sleeps; then it takes what its socket kept, and the rest from the ring.
 */
static __u64 stall(const char *parameters, int buffer, struct reader *reader)
{
	struct engine engine;
	struct stats stats;
	struct nl_req req;
	__u64 kept;
	int i, ret;

	load(parameters);
	act("f");
	memset(reader, 0, sizeof(*reader));
	if (engine_open(&engine, "tpm0") || stats_get(&engine.nl, &stats))
		die("no family");
	if (setsockopt(engine.ntf.ear, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)))
		die("SO_RCVBUFFORCE");
	reader->next = stats.ring_next;
	for (i = 0; i < BURST; i++)
		act("e");
	do
		ret = nl_listen(&engine.ntf, 0, take_seq, reader);
	while (ret == -ENOBUFS);
	kept = reader->heard;
	nl_begin(&req, DRTMON_CMD_EVENT_GET, NLM_F_DUMP);
	nl_put_u64(&req, DRTMON_A_EVENT_SINCE, reader->next);
	if (nl_ask(&engine.nl, &req, take_seq, reader))
		die("event-get");
	engine_close(&engine);
	return kept;
}

static void bench_stall(void)
{
	struct reader reader;
	__u64 kept;

	title("Stalled reader, a burst of 10,000 events, module and library as they come");
	kept = stall("reconcile_seconds=0", BUFFER_DEFAULT, &reader);
	figure("kept by a socket's default buffer", kept, "");
	figure("and by the ring", reader.heard - kept, "");
	kept = stall("reconcile_seconds=0", BUFFER_LIBRARY, &reader);
	figure("kept by the library's buffer", kept, "");
	figure("of the rest, by the ring", reader.heard - kept, "");
	require("delivered after resynchronising", reader.heard, "", reader.heard == BURST);
	require("twice or out of order", reader.disorder, "", !reader.disorder);
	kept = stall("ring_size=8388608 reconcile_seconds=0", BUFFER_DEFAULT, &reader);
	figure("ring_size=8388608: kept by a default buffer", kept, "");
	require("delivered after resynchronising", reader.heard, "", reader.heard == BURST);
	require("twice or out of order", reader.disorder, "", !reader.disorder);
}

static double sum_of(const char *path, const char *marker, int column)
{
	char line[1024], word[128], *p;
	FILE *file = fopen(path, "r");
	double sum = 0;
	int i, n;

	while (file && fgets(line, sizeof(line), file)) {
		if (!strstr(line, marker))
			continue;
		for (p = line, i = 0; i <= column && sscanf(p, "%127s%n", word, &n) == 1; i++)
			p += n;
		sum += atof(word);
	}
	if (file)
		fclose(file);
	return sum;
}

/* Objects in use times their size, of all caches that kmalloc() takes from. */
static double slab(void)
{
	FILE *file = fopen("/proc/slabinfo", "r");
	char line[512], name[64];
	double sum = 0, used, size;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %lf %*f %lf", name, &used, &size) == 3 &&
		    !strncmp(name, "kmalloc", 7))
			sum += used * size;
	if (file)
		fclose(file);
	return sum;
}

static void bench_memory(void)
{
	double before, text, areas, objects;
	struct engine engine;
	struct chip chip;

	/* Which has the bench's own module go as well: it uses drtmon. */
	close(do_fd);
	if (system("rmmod bare") || (kmod_loaded() && kmod_unload()))
		die("the modules do not go");
	before = slab();
	load("");
	if (engine_open(&engine, "tpm0") || chip_get(&engine.nl, 0, &chip))
		die("no family");
	engine_close(&engine);
	text = sum_of("/proc/modules", "drtmon ", 1);
	areas = sum_of("/proc/vmallocinfo", "[drtmon]", 1);
	objects = slab() - before;
	title("Memory of the module at rest, default ring, this machine's chips");
	figure("/proc/modules", text / KIB, "KiB");
	figure("/proc/vmallocinfo", areas / KIB, "KiB");
	figure("slab, of all that happened meanwhile", objects / KIB, "KiB");
	text += areas + (objects > 0 ? objects : 0);
	require("in all, at most 1024", text / KIB, "KiB", text <= 1024 * KIB);
}

static const struct {
	const char *name;
	void (*run)(void);
} pages[] = {
	{ "hook", bench_hook },	      { "events", bench_events }, { "reads", bench_reads },
	{ "latency", bench_latency }, { "stall", bench_stall },	  { "memory", bench_memory },
};

static bool is_wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(name, argv[i]); i++)
		;
	return argc == 1 || i < argc;
}

int main(int argc, char **argv)
{
	unsigned int i;

	do_fd = open(DEBUGFS "do", O_WRONLY | O_CLOEXEC);
	if (do_fd < 0)
		die(DEBUGFS "do");
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (is_wanted(pages[i].name, argc, argv))
			pages[i].run();
	if (missed)
		printf("\nA required figure was missed.\n");
	else if (argc == 1)
		printf("\nAll required figures are met.\n");
	else
		printf("\nThe required figures asked for are met.\n");
	return missed;
}
