#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tool's commands say about events and failures, with a real module: a
# reader that does not read, a ring that has forgotten, sequences to come.

# shellcheck source=selftests/tap.sh
. "${0%/*}/tap.sh"

# extends [TIMES]: extends by the kernel's interface, which is quicker than tpm2-tools
extends() {
	/root/extend tpmrm0 23 1 "${1:-1}"
}

next() {
	echo $(($(drtmon events -j | tail -n 1 | jq .seq) + 1))
}

load

end=$(next)
t 'the next sequence is no error' "run 0 drtmon events --since $end && [ ! -s $dir/out ]"
t 'a sequence to come is one' "run 1 drtmon events --since $((end + 5)) && [ ! -s $dir/out ] &&
	grep -q \"^drtmon: there is no event $((end + 5)) yet: the next one will be $end;\" $dir/err"
t 'nor can it be waited for' "run 1 drtmon monitor --since $((end + 5)) --timeout 60 &&
	grep -q 'the next one will be' $dir/err"
t 'quiet, and nothing' "run 0 drtmon events -q --since $end && [ ! -s $dir/out ]"
t "somebody extends" extends
t 'quiet, and something' "run 1 drtmon events -q --since $end && [ ! -s $dir/out ] && [ ! -s $dir/err ]"
t 'quiet, as a monitor' "run 1 drtmon monitor -q --since $end --count 1 --timeout 60 && [ ! -s $dir/out ]"
t 'last alert: none' "drtmon status >$dir/out && grep -q '^Last Alert: none$' $dir/out"

# The pipe's writer never gets to write, its reader holds it open.
mkfifo "$dir/pipe"
for signal in INT TERM; do
	sleep 600 <>"$dir/pipe" &
	holder=$!
	t "somebody extends a lot" "extends 400"
	drtmon monitor -j --since 1 >"$dir/pipe" 2>"$dir/err" &
	monitor=$!
	until_true 60 "grep -q '^State:.S' /proc/$monitor/status"
	kill -$signal $monitor
	t "$signal ends a monitor that nobody reads" "until_true 60 '[ ! -d /proc/$monitor ] ||
		grep -q ^State:.Z /proc/$monitor/status' && wait $monitor"
	kill -9 $monitor 2>/dev/null
	kill $holder
	wait $holder 2>/dev/null
done

mkfifo "$dir/gone"
(drtmon monitor >"$dir/gone" 2>"$dir/words"; echo $? >"$dir/code") &
head -n 0 <"$dir/gone"
t 'a reader that left ends it without a word' "until_true 60 '[ -s $dir/code ]' &&
	[ \"\$(cat $dir/code)\" = 1 ] && [ ! -s $dir/words ]"

# Between having a family and answering it a module that is loaded is no different to a user.
asked() {
	for i in 1 2 3 4 5 6 7 8; do
		rmmod drtmon
		modprobe drtmon &
		while drtmon events --since 1 >/dev/null 2>"$dir/err"; grep -q 'not loaded' "$dir/err"; do :; done
		wait $!
		[ ! -s "$dir/err" ] || return 1
	done
}
t 'who asks while it is loaded is answered' asked

# As a filter: what it prints is JSON, the event among it, and it keeps nothing.
t "somebody extends" extends
drtmond --stdout --severity info >"$dir/lines" 2>"$dir/err" &
daemon=$!
t 'drtmond prints what happened before' "until_true 60 'grep -q pcr-extend $dir/lines'"
before=$(grep -c pcr-extend "$dir/lines")
t "somebody extends" extends
t 'and what happens' "until_true 60 '[ \$(grep -c pcr-extend $dir/lines) -gt $before ]'"
kill -TERM $daemon
t 'it ends when told to' "wait $daemon && [ ! -s $dir/err ]"
t 'each line is JSON' "jq -e .kind <$dir/lines >/dev/null && [ \"\$(jq -c . <$dir/lines | wc -l)\" = \
	\"\$(wc -l <$dir/lines)\" ]"
t 'nothing else is written' "[ ! -e /var/lib/drtmon/history.db ] && [ ! -e /var/lib/drtmon ]"

# More than the ring holds: whether there was an alert among the first is not known.
load ring_size=16384
t "somebody extends a lot" "extends 300"
t 'the ring has forgotten' "drtmon status -j >$dir/out && jq -e '.last_alert_state == \"lost\" and
	.last_alert == null and .events_lost > 0' $dir/out >/dev/null"
t 'which it says' "drtmon status >$dir/out && grep -q '^Last Alert: unknown (none among .* lost)$' $dir/out"

finish
