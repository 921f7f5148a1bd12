#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel without IMA: the module and the tool do all else, and what is of IMA is
# absent, not empty, not good and not a problem. Such a kernel is one that was told
# not to start it: initcall_blacklist=init_ima.

. /root/tap.sh

[ ! -e /sys/kernel/security/ima ] || skip_all 'needs initcall_blacklist=init_ima'

load
t 'status answers' 'run 0 drtmon status -j && json ".module.state == \"running\""'
t 'no log of IMA is among the logs' '
	run 1 drtmon log --summary; said binary_bios_measurements && ! said runtime_measurements'
t 'PCR 10 is untouched, by no event of IMA' '
	run 0 drtmon pcr explain 10 -j && json "
		.logs.ima.event_count == 0 and .logs.ima.problem_count == 0 and
		([.pcrs[0].banks[].verdict] | length > 0 and all(. == \"untouched\"))"'
t 'what is extended there is known to be no event of IMA' '
	extend 10 no-ima && drtmon pcr explain 10 -j >"$dir/out" 2>"$dir/err"
	json "any(.pcrs[0].causes[]; .source == \"run-time\") and
		all(.pcrs[0].causes[]; .source != \"ima\")"'
t 'a capture says why there is no list' '
	run 0 drtmon capture "$dir/capture" &&
		said "ima/runtime_measurements.bin *absent .*No such file"'
t 'a report says absent' 'run 0 drtmon report && grep -q "^IMA  *absent " "$dir/out"'
unload
finish
