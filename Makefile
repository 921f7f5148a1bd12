# SPDX-License-Identifier: GPL-2.0-or-later
#
# drtmon: the module by Kbuild, userspace by userspace/Makefile, tests by
# selftests/. `make help` lists the targets.

VERSION := $(shell cat VERSION)
V ?= 0
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
DESTDIR ?=

Q := $(if $(filter 1,$(V)),,@)
sub := --no-print-directory V=$(V)

# The running kernel's headers, else the newest installed.
KDIR ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
	$(shell ls -d /lib/modules/*/build 2>/dev/null | sort -rV | head -n 1))

# Debian 12 packages. Building and installing alone, as on a server:
DEPS_BUILD := \
	gcc make pkg-config kmod python3-docutils \
	libnl-3-dev libnl-genl-3-dev libtss2-dev libssl-dev libjansson-dev libsmartcols-dev \
	libarchive-dev libsystemd-dev libsqlite3-dev libinih-dev libmicrohttpd-dev
# The guest, built for and run on a stock kernel:
DEPS_LAB := \
	linux-headers-amd64 python3 ca-certificates xz-utils zstd cpio util-linux libcap2-bin \
	qemu-system-x86 seabios swtpm swtpm-tools tpm2-tools busybox-static
# All tests; tboot brings txt-stat, which is run beside drtmon txt:
DEPS_CHECK := \
	git python3-jsonschema python3-yaml linux-source-6.1 rsync bc libcmocka-dev ovmf jq \
	sparse clang-format mandoc zsh ima-evm-utils tboot
# What only the longer lanes need: check-debug, check-races, check-faults, check-matrix, fuzz,
# bench, coverage and `selftests/check --all`. mmdebstrap makes the matrix' roots, and the guest
# with systemd, in which Prometheus is asked what it thinks of drtmond.
# linux-source-6.12 has the kernel's YNL client, which 6.1 has not. gcovr makes pages of
# what gcov counts, and its JSON is what the table is from.
DEPS_MORE := linux-source-6.12 zlib1g-dev clang libclang-rt-14-dev valgrind time gcovr \
	mmdebstrap prometheus prometheus-alertmanager flex bison libelf-dev

DEPS := $(DEPS_BUILD) $(DEPS_LAB) $(DEPS_CHECK)
# A kernel of one's own has its headers where they were built, and no package.
release := $(shell uname -r)
DEPS_HEADERS := $(if $(wildcard /lib/modules/$(release)/build),,linux-headers-$(release))

.PHONY: all module tool deps deps-build deps-lab deps-more deps-list demo check vm bench fuzz \
	coverage install uninstall style sparse clean help \
	check-matrix soak
all: module tool

# Says what it installs, does nothing when all is there.
define install_packages
	$(Q)missing=$$(for p in $(1); do \
		dpkg-query -W -f '$${db:Status-Status}' $$p 2>/dev/null | grep -qx installed || \
			printf '%s ' $$p; done); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ]; then \
		echo 'These Debian packages are missing; install them as root, or run "make $@" as root:' >&2; \
		echo "  apt-get install $$missing" >&2; \
		exit 1; \
	fi; \
	echo "Installing, which may take some minutes: $$missing"; \
	export DEBIAN_FRONTEND=noninteractive; \
	apt-get -qq update && \
	apt-get -qq -y --no-install-recommends install $$missing >/dev/null
endef

help:
	@echo 'Build:'
	@echo '  all (default)  the module and the tool'
	@echo '  module         kmod/drtmon.ko, for KDIR=$(KDIR)'
	@echo '  tool           userspace/drtmon and userspace/drtmond; needs no kernel headers'
	@echo '  install        into DESTDIR and PREFIX=$(PREFIX): the module under updates/, the'
	@echo '                 programs, man pages, completion, unit, and a line in'
	@echo '                 modules-load.d that loads the module at boot'
	@echo '  uninstall      remove what install put there, for every kernel'
	@echo '  clean          remove what was built; not what fuzz and bench left, nor .coverage'
	@echo 'Try and test (each installs what it needs, no KVM needed):'
	@echo '  demo           a guest with a launched TPM: status, an event and who made it, a report'
	@echo '  check          the tests; ends with "N passed, N failed", and names what it skipped'
	@echo '  check-debug    those in guests, on a kernel with KASAN, UBSAN, lockdep, kmemleak, then'
	@echo '                 check-races'
	@echo '  check-races    those that race, on a kernel and with a module that have KCSAN'
	@echo '  check-faults   each call of the module that allocates or registers fails, under KASAN'
	@echo '  check-matrix   the tests on the kernels of selftests/matrix --list; gcc, clang, arm64; as root'
	@echo '  soak           everything at once for SOAK_TIME= seconds (default 3600), then EVENTS='
	@echo '                 events (default 1000000) through rings and sockets that overflow'
	@echo '  vm             a shell in the guest; modprobe drtmon loads the module, exit ends it'
	@echo '  fuzz           libFuzzer on every parser, FUZZ_TIME= seconds each (default 60), JOBS= at a time'
	@echo '  bench          figures beside a peer, in one run; takes 25 minutes; kept in'
	@echo '                 bench.json and compared with what that held'
	@echo '  coverage       lines and branches of the module and of userspace that tests reach'
	@echo '  deps           install the Debian packages that building and make check need'
	@echo '  deps-more      those of the longer lanes as well; deps-lab: only those for demo and vm'
	@echo '  deps-build     only those for make and make install, as on a server'
	@echo 'Style:'
	@echo '  style          checkpatch --strict and clang-format'
	@echo '  sparse         sparse on the module'
	@echo 'Variables: V=1 shows commands, KDIR= chooses the kernel to build for.'

module:
	$(Q)if [ ! -d "$(KDIR)" ]; then \
		echo 'No kernel headers found. Run "make deps", or say where: make KDIR=...' >&2; \
		exit 1; \
	fi
	$(Q)$(MAKE) $(sub) -C $(KDIR) M=$(CURDIR) modules

tool:
	$(Q)$(MAKE) $(sub) -C userspace

deps-list:
	@echo $(DEPS)

deps:
	$(call install_packages,$(DEPS))

deps-build:
	$(call install_packages,$(DEPS_BUILD))
	$(call install_packages,$(DEPS_HEADERS))

deps-lab:
	$(call install_packages,$(DEPS_BUILD) $(DEPS_LAB))

deps-more:
	$(call install_packages,$(DEPS) $(DEPS_MORE))

# The guest runs a stock kernel, so that is what the module is built for here.
demo: deps-lab
	$(Q)$(MAKE) $(sub) all
	$(Q)selftests/demo

check: deps
	$(Q)$(MAKE) $(sub) all
	$(Q)selftests/check

# Not reload/: an emulator with a thread for each processor can crash a guest that places
# probes while they are run into, see selftests/qemu/lab/accel.py.
RACES := races.sh storm/ others/ plain/ops engine/
run_races := selftests/qemu/kernel-debug --light && \
	selftests/check --only guest --kernel debug-light $(RACES)

# Each kernel is built once, and says then how long that takes.
.PHONY: check-debug check-races
check-debug: deps-more
	$(Q)$(MAKE) $(sub) all
	$(Q)selftests/qemu/kernel-debug
	$(Q)status=0; \
	selftests/check --only guest --kernel debug || status=1; \
	{ $(run_races); } || status=1; \
	exit $$status

check-races: deps-more
	$(Q)$(MAKE) $(sub) all
	$(Q)$(run_races)

.PHONY: check-faults
check-faults: deps-more
	$(Q)$(MAKE) $(sub) all
	$(Q)selftests/qemu/kernel-debug
	$(Q)selftests/faults

check-matrix: deps-more
	$(Q)$(MAKE) $(sub) all
	$(Q)selftests/matrix

SOAK_TIME ?= 3600
EVENTS ?= 1000000
soak: deps
	$(Q)$(MAKE) $(sub) all
	$(Q)status=0; \
	SOAK_TIME=$(SOAK_TIME) selftests/check --all --only guest endurance/soak || status=1; \
	EVENTS=$(EVENTS) selftests/check --all --only guest endurance/overflow || status=1; \
	exit $$status

vm: deps-lab
	$(Q)$(MAKE) $(sub) all
	$(Q)selftests/qemu/run --drtm default --shell

fuzz: deps-more
	$(Q)$(MAKE) $(sub) tool
	$(Q)$(MAKE) $(sub) -C userspace/fuzz -j$(JOBS) run TIME=$(or $(FUZZ_TIME),60) JOBS=$(JOBS)

bench: deps-more
	$(Q)$(MAKE) $(sub) all
	$(Q)selftests/bench/page

coverage: deps-more
	$(Q)$(MAKE) $(sub) all
	$(Q)selftests/qemu/kernel-debug --light
	$(Q)status=0; \
	selftests/coverage || status=1; \
	userspace/tests/coverage || case $$? in \
	4) echo 'Skipped: the figures of userspace, for want of the real logs.' ;; \
	*) status=1 ;; \
	esac; \
	exit $$status

install: all
	$(Q)$(MAKE) $(sub) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) \
		INSTALL_MOD_DIR=updates modules_install
	$(Q)$(if $(DESTDIR),:,depmod "$$(modinfo -F vermagic kmod/drtmon.ko | cut -d ' ' -f 1)")
	$(Q)$(MAKE) $(sub) -C userspace install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

# Every kernel's: one that was removed since may come back.
uninstall:
	$(Q)$(MAKE) $(sub) -C userspace uninstall DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)
	$(Q)for ko in $(DESTDIR)/lib/modules/*/updates/kmod/drtmon.ko*; do \
		[ -e "$$ko" ] || continue; \
		echo "  RM      $$ko"; \
		rm -f "$$ko" && release=$${ko%/updates/*} && \
		$(if $(DESTDIR),:,depmod "$${release##*/}") || exit 1; \
	done

style:
	$(Q)selftests/style

sparse: module
	$(Q)touch kmod/*.c
	$(Q)$(MAKE) $(sub) -C $(KDIR) M=$(CURDIR) C=1 CF=-Wsparse-error modules

clean:
	$(Q)if [ -d "$(KDIR)" ]; then $(MAKE) $(sub) -C $(KDIR) M=$(CURDIR) clean; fi
	$(Q)$(MAKE) $(sub) -C userspace clean
	$(Q)rm -rf selftests/bin
