#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# drtmon pcr explain, in a guest that booted with ima_policy=tcb, a launched TPM
# and the launch's log (--drtm default --txt default): the firmware's own log,
# IMA's list, the DRTM log and what the module saw are joined down to the values
# now in the TPM, and what was extended before the module came is unexplained.

dir=$(mktemp -d)
count=0
failed=0

# t NAME COMMAND: the command, a shell's, succeeds
t() {
	count=$((count + 1))
	if eval "$2"; then
		echo "ok $count $1"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $count $1"
	head -c 3000 "$dir/out" | sed 's/^/# out: /'
	sed 's/^/# err: /' "$dir/err"
}

# explain EXIT FILTER PCR...: explain ends with this exit code, and its JSON passes
explain() {
	exit=$1 filter=$2
	shift 2
	drtmon pcr explain -j "$@" >"$dir/out" 2>"$dir/err"
	[ $? = "$exit" ] && jq -e "$filter" "$dir/out" >/dev/null
}

# Every bank of every PCR asked for has this verdict, and there is one.
all() {
	echo "([.pcrs[].banks[].verdict] | length > 0 and all(. == \"$1\"))"
}

# line PATTERN PCR...: a line of the text is like this
line() {
	pattern=$1
	shift
	drtmon pcr explain "$@" >"$dir/out" 2>"$dir/err"
	grep -q -- "$pattern" "$dir/out"
}

echo 'TAP version 13'
[ -n "$TXT_BASE" ] && [ -e /sys/kernel/security/ima/binary_runtime_measurements ] || {
	echo '1..0 # SKIP no TXT register window or no IMA list in this guest'
	exit 4
}

lsmod | grep -q '^drtmon ' && rmmod drtmon
t 'firmware, without the module' "explain 0 '$(all explained) and (.pcrs | length) == 8 and
	.logs.firmware.complete and all(.pcrs[]; .cause_count > 0 and
	all(.causes[]; .source == \"firmware\"))' 0 1 2 3 4 5 6 7"
t 'IMA, without the module' "explain 0 '$(all explained) and
	any(.pcrs[0].causes[]; .source == \"ima\" and (.text | test(\"boot_aggregate\")))' 10"
t 'a launch, without its log' "explain 1 '$(all unexplained)' 17"

# Nobody sees this one but the TPM.
tpm2_pcrextend 15:sha256="$(printf %064d 1)" 2>"$dir/err" || exit 1
modprobe drtmon "txt_base=$TXT_BASE" || exit 1

t 'the launch, from its log' "explain 0 '$(all explained) and (.pcrs | length) == 2 and
	.logs.drtm.complete and all(.pcrs[].causes[]; .source == \"drtm\")' 17 18"
t 'the launch, in text' "line '^  drtm .*EV_TXT_HASH_START' 17 && grep -q '^PCR 17 sha256 .*: explained' $dir/out"
t 'IMA, with the module' "explain 0 '$(all explained)' 10"
t 'before the module came' "explain 1 '.pcrs[0].banks.sha256.verdict == \"unexplained\" and
	.pcrs[0].cause_count == 0' 15"
t 'before the module came, in text' "! drtmon pcr explain 15 >$dir/out 2>$dir/err &&
	grep -q '^PCR 15 sha256 .*: unexplained; no log holds an extend of this PCR' $dir/out"

tpm2_pcrextend 14:sha256="$(printf %064d 2)" 2>"$dir/err"
t 'at run time' "explain 0 '.pcrs[0].banks.sha256.verdict == \"explained\" and
	([.pcrs[0].causes[] | select(.source == \"run-time\")] | length) == 1 and
	any(.pcrs[0].causes[]; .text | test(\"tpm2\"))' 14"

# IMA does not measure what lies in the initial file system.
mkdir "$dir/measured" && mount -t ramfs none "$dir/measured" || exit 1
measured() {
	cp /usr/bin/busybox "$dir/measured/$1" && "$dir/measured/$1" >/dev/null 2>&1
}
measured uname
t 'IMA at run time' "explain 0 '$(all explained) and any(.pcrs[0].causes[];
	.source == \"ima\" and .seen_at_run_time and (.text | test(\"measured/uname\")))' 10"
t 'monitor names the file of a past extend' "drtmon monitor -j --since 1 --kind pcr-extend --timeout 2 \
	>$dir/out 2>$dir/err; jq -es 'any(.[]; .pcr == 10 and (.ima_file | tostring | test(\"measured/uname\"))) and
	any(.[]; .pcr == 14 and .ima_file == null)' $dir/out >/dev/null"
drtmon monitor --kind pcr-extend --count 1 --timeout 60 >"$dir/out" 2>"$dir/err" &
monitor=$!
i=0
while kill -0 $monitor 2>/dev/null; do
	i=$((i + 1))
	measured "date"
	echo $i >>"$dir/measured/date"
	"$dir/measured/date" >/dev/null
done
t 'monitor names the file as it happens' "grep -q 'PCR 10 .*measured .*measured/date' $dir/out"
umount "$dir/measured"

tpm2_pcrextend 15:sha256="$(printf %064d 3)" 2>"$dir/err"
t 'seen since, but not before' "explain 1 '.pcrs[0].banks.sha256.verdict == \"unexplained\" and
	.pcrs[0].cause_count == 1' 15"
tpm2_pcrreset 23 2>"$dir/err" && tpm2_pcrextend 23:sha256="$(printf %064d 4)" 2>"$dir/err"
t 'a reset and what followed' "explain 0 '.pcrs[0].banks.sha256.verdict == \"explained\" and
	any(.pcrs[0].causes[]; .reset)' 23"
t 'never extended' "explain 0 '$(all untouched)' 16"

# All at once: only the PCR that somebody extended unseen is a finding.
t 'all PCRs' "explain 1 '[.pcrs[] | select(any(.banks[]; .verdict == \"unexplained\")) | .pcr] == [15]'"

# Values to compare with come from the TPM itself, or from a capture of it.
log=/sys/kernel/security/tpm0/binary_bios_measurements
compared='([.compare.sha256 | to_entries[] | select(.key | tonumber < 8) | .value] |
	length == 8 and all(. == "match")) and .complete'
t 'the log beside the TPM' "drtmon log -j --pcrs tpm $log >$dir/out 2>$dir/err &&
	jq -e '$compared' $dir/out >/dev/null"

# The same from a capture, where no module is at hand.
drtmon capture "$dir/taken.tar" 2>"$dir/err"
rmmod drtmon
t 'the log beside a capture' "drtmon log -j --pcrs $dir/taken.tar $log >$dir/out 2>$dir/err &&
	jq -e '$compared' $dir/out >/dev/null"
t 'from a capture' "drtmon --from $dir/taken.tar pcr explain -j >$dir/out 2>$dir/err;
	jq -e '[.pcrs[] | select(any(.banks[]; .verdict == \"unexplained\")) | .pcr] == [15]' $dir/out >/dev/null"

echo "1..$count"
rm -r "$dir"
[ "$failed" = 0 ]
