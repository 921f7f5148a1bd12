#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What drtmon_kunit.ko finds of parts of the module, a line for each of its cases.
# Needs a kernel with CONFIG_KUNIT, as the debug kernel is.

if [ ! -e /root/drtmon_kunit.ko ] || [ ! -d /sys/kernel/debug/kunit ]; then
	echo '1..0 # SKIP needs a kernel with CONFIG_KUNIT and CONFIG_KUNIT_DEBUGFS'
	exit 4
fi
echo 'TAP version 13'
insmod /root/drtmon_kunit.ko || exit
count=0
failed=0
for suite in /sys/kernel/debug/kunit/drtmon_*; do
	# Cases stand below their suite, and what a case did with each parameter below that.
	grep -E '^    (not )?ok [0-9]+ ' "$suite/results" >/tmp/kunit
	while read -r line; do
		count=$((count + 1))
		result=ok
		case $line in not*) result='not ok' failed=$((failed + 1)) ;; esac
		echo "$result $count ${suite##*/}.${line#*ok [0-9]* }"
	done </tmp/kunit
done
[ "$failed" = 0 ] || dmesg | grep -B 8 -E 'not ok|EXPECTATION|ASSERTION' | sed 's/^/# /'
echo "1..$count"
rmmod drtmon_kunit
[ "$failed" = 0 ]
