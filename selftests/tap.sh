# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the shell tests have in common: numbered TAP lines, the output of the
# command that was looked at last, and the module. To be sourced.

dir=$(mktemp -d)
chmod 755 "$dir"
count=0
failed=0

# t NAME COMMAND: the command, a shell's, succeeds; else what was said last is shown
t() {
	count=$((count + 1))
	: >"$dir/out"
	: >"$dir/err"
	if eval "$2"; then
		echo "ok $count $1"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $count $1"
	head -n 60 "$dir/out" | sed 's/^/# out: /'
	head -n 40 "$dir/err" | sed 's/^/# err: /'
}

# skip NAME REASON: what this kernel cannot show
skip() {
	count=$((count + 1))
	echo "ok $count $1 # SKIP $2"
}

# until_true SECONDS COMMAND: it succeeds at last
until_true() {
	late=$(($(date +%s) + $1))
	while ! eval "$2"; do
		[ "$(date +%s)" -lt $late ] || return 1
		usleep 100000
	done
}

# Whether the TPM core shows PCRs by bank, as it does since 5.12.
sysfs_has_banks() {
	[ -e /sys/class/tpm/tpm0/pcr-sha1 ] || [ -e /sys/class/tpm/tpm0/pcr-sha256 ]
}

# pcr_value BANK PCR: as the TPM core shows it, or tpm2-tools where that does not
pcr_value() {
	if sysfs_has_banks; then
		cat "/sys/class/tpm/tpm0/pcr-$1/$2"
	else
		tpm2_pcrread "$1:$2" | sed -n 's/.*: *0x//p'
	fi
}

# run STATUS COMMAND...: it ends with this exit code
run() {
	want=$1
	shift
	"$@" >"$dir/out" 2>"$dir/err"
	got=$?
	[ "$got" = "$want" ] && return
	echo "# $* ended with $got instead of $want" >>"$dir/err"
	return 1
}

# said PATTERN: on either stream
said() {
	grep -q -e "$1" "$dir/out" "$dir/err"
}

# json FILTER: standard output is JSON that passes
json() {
	jq -e "$1" "$dir/out" >/dev/null
}

# Nothing on standard error.
silent() {
	[ ! -s "$dir/err" ]
}

# sentence PATTERN: one sentence on standard error, nothing on standard output
sentence() {
	[ ! -s "$dir/out" ] && [ "$(wc -l <"$dir/err")" = 1 ] && grep -q "^drtmon: .*$1" "$dir/err"
}

# Without any privilege.
plain() {
	/usr/bin/setpriv --reuid nobody --clear-groups --inh-caps -all --bounding-set -all "$@"
}

unload() {
	! lsmod | grep -q '^drtmon ' || rmmod drtmon
}

# load [PARAMETER...]: anew, whatever was there before
load() {
	unload
	modprobe drtmon "$@"
}

# digest TEXT, extend PCR TEXT: one digest, of sha256
digest() {
	echo "$1" | sha256sum | cut -d ' ' -f 1
}

extend() {
	tpm2_pcrextend "$1:sha256=$(digest "$2")"
}

skip_all() {
	echo "1..0 # SKIP $1"
	rm -r "$dir"
	exit 4
}

# Plan and exit status, in the end.
finish() {
	echo "1..$count"
	rm -r "$dir"
	[ "$failed" = 0 ]
	exit
}

echo 'TAP version 13'
for tool in drtmon jq; do
	command -v $tool >/dev/null || skip_all "needs $tool"
done
