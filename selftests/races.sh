#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whether a data race would be seen at all: KCSAN passed its own test at boot, and
# reports the race that racy.ko has on purpose. Then that nothing is reported of the
# module means something. Needs a kernel with KCSAN.

. /root/tap.sh

[ -e /root/racy.ko ] || skip_all 'needs a kernel with KCSAN'

# Somebody waits for as long as a busy emulator may take.
seen() {
	tries=600
	until dmesg | grep -q "$1"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		usleep 100000
	done
}

t 'KCSAN passed its own test' 'seen "kcsan: selftest: .* passed"'
insmod /root/racy.ko
t 'a race on purpose is reported' 'seen "BUG: KCSAN: data-race in .*racy_count"'
t 'and is over with its module' 'rmmod racy'
finish
