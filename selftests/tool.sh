#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The real tool in a guest, whatever TPM that has: what it says agrees with the
# TPM core and tpm2-tools, it names who extended, and it ends with the right
# code where it cannot do what it was asked.

export TPM2TOOLS_TCTI=device:/dev/tpmrm0
# shellcheck source=selftests/tap.sh
. "${0%/*}/tap.sh"

# Every PCR of sysfs as "bank index digest", in lower case.
sysfs_pcrs() {
	# Before 5.12 a TPM 1.2 has a line each, and a TPM 2.0 nothing.
	[ ! -e /sys/class/tpm/tpm0/pcrs ] || sysfs_has_banks || {
		sed -n 's/^PCR-\([0-9]*\):/sha1 \1 /p' /sys/class/tpm/tpm0/pcrs | tr A-F a-f |
			awk '{ printf "%s %d ", $1, $2; for (i = 3; i <= NF; i++) printf "%s", $i; print "" }' |
			sort
		return
	}
	for file in /sys/class/tpm/tpm0/pcr-*/*; do
		bank=${file%/*}
		echo "${bank##*/pcr-} ${file##*/} $(tr A-F a-f <"$file")"
	done | sort
}

# The same of tpm2_pcrread, whose lines are "  sha256:" and "    0 : 0x...".
tpm2_pcrs() {
	tpm2_pcrread | tr A-F a-f | awk '
		NF == 1 { sub(":", "", $1); bank = $1 }
		/0x/ { sub(":", "", $1); sub(".*0x", "", $NF); print bank, $1 + 0, $NF }' | sort
}

tool_pcrs() {
	jq -r '.chips[0].pcrs | to_entries[] | .key as $bank | .value | to_entries[] |
		"\($bank) \(.key) \(.value)"' "$dir/out" | sort
}

same_pcrs() {
	tool_pcrs >"$dir/mine"
	"$1" >"$dir/theirs"
	[ -s "$dir/mine" ] && cmp "$dir/mine" "$dir/theirs" 2>>"$dir/err"
}

# await_event FILTER: drtmon events knows one; the module tells it a little later
await_event() {
	tries=600
	while [ "$tries" -gt 0 ]; do
		run 0 drtmon events -j || return 1
		jq -es "map(select($1)) | length > 0" "$dir/out" >/dev/null && return 0
		tries=$((tries - 1))
		usleep 50000
	done
	return 1
}

usage_tests() {
	t 'usage: an unknown command' "run 2 drtmon nonsense && sentence 'drtmon --help'"
	t 'usage: an unknown option' "run 2 drtmon status --nonsense && sentence 'status --help'"
	t 'help lists the exit codes' "run 0 drtmon --help && silent && grep -q '^Exit codes: 0 good' $dir/out"
	t 'versions' "run 0 drtmon -V && silent && grep -q '[0-9]' $dir/out"
}

absent_tests() {
	unload
	t 'without the module: events' "run 3 drtmon events && sentence modprobe"
	t 'without the module: monitor' "run 3 drtmon monitor && sentence modprobe"
	t 'without the module: status says so' "run $1 drtmon status -j &&
		json '.module.state == \"absent\" and (.module.reason | test(\"modprobe\"))'"
	t 'without the module: doctor finds it' "run 1 drtmon doctor -j && json '.schema == 1'"
}

unprivileged_tests() {
	t 'unprivileged: events' "run 4 plain drtmon events && sentence ."
	t 'unprivileged: monitor' "run 4 plain drtmon monitor --timeout 5 && sentence ."
	t 'unprivileged: status' "plain drtmon status -j >$dir/out 2>$dir/err;
		json '.module.state == \"running\"' && silent"
	t 'unprivileged: report' "plain drtmon report -j >$dir/out 2>$dir/err; json '.schema == 1'"
}

unmounted_tests() {
	umount /sys/kernel/security
	t 'securityfs not mounted: status' "run $1 drtmon status -j && json '.lockdown == \"unknown\"'"
	t 'securityfs not mounted: doctor says how to' "run 0 drtmon doctor -j ||
		[ \$got = 1 ] && grep -q 'mount -t securityfs' $dir/out"
	mount -t securityfs securityfs /sys/kernel/security
}

# A module that says to speak another version of the interface: the number is
# what follows the name in its struct genl_family.
other_version_tests() {
	known=false
	sysfs_has_banks || known=null
	name=6472746d6f6e00000000000000000000
	unload
	xxd -p "/lib/modules/$(uname -r)/updates/drtmon.ko" | tr -d '\n' |
		sed "s/${name}01000000/${name}63000000/" | xxd -r -p >"$dir/drtmon.ko"
	t 'another interface: such a module loads' "insmod $dir/drtmon.ko 2>$dir/err"
	t 'another interface: events' "run 1 drtmon events && sentence 'version 99 .*version 1; run: drtmon doctor'"
	t 'another interface: monitor' "run 1 drtmon monitor && sentence 'version 99'"
	t 'another interface: status does not use it' "run 1 drtmon status -j &&
		json '.module.state != \"running\" and (.module.reason | test(\"version 99\")) and
		.drtm.enabled == $known'"
	t 'another interface: doctor finds it' "run 1 drtmon doctor && said 'version 99'"
	unload
	load
}

pcr_tests() {
	extend 23 something
	t 'pcr: schema' "run 0 drtmon pcr -j && silent && json '.schema == 1 and
		(.chips | length) == 1 and .chips[0].name == \"tpm0\" and .chips[0].version == \"2.0\"'"
	sysfs_has_banks &&
		t 'pcr: equal to sysfs' "run 0 drtmon pcr -j && same_pcrs sysfs_pcrs"
	t 'pcr: all banks' "run 0 drtmon pcr -j && json '.chips[0].pcrs |
		[.sha1, .sha256, .sha384, .sha512] | all(length == 24)'"
	t 'pcr: equal to tpm2_pcrread' "run 0 drtmon pcr -j && same_pcrs tpm2_pcrs"
	t 'pcr: eight digests a command' "run 0 drtmon pcr -j && json '.chips[0] |
		([.pcrs[] | length] | add) as \$n | .snapshot.consistent and
		.snapshot.commands == ((\$n + 7) / 8 | floor)'"
	unload
	if sysfs_has_banks; then
		t 'pcr: equal to sysfs without the module' "run 0 drtmon pcr -j &&
			same_pcrs sysfs_pcrs && json '.chips[0].snapshot.consistent == null'"
	else
		t 'pcr: nothing to show without the module' "run 1 drtmon pcr &&
			grep -q 'this kernel shows no PCRs in sysfs' $dir/out"
	fi
	load
}

# Both name tpm2-tools, the device, the PCR and the digest.
named='.kind == "pcr-extend" and .severity == "notice" and .chip == "tpm0" and .pcr == 23 and
	.rc == "0x000" and .origin == "user" and .process.comm == "tpm2_pcrextend" and
	.process.uid == 0 and .process.exe == "/usr/bin/tpm2" and (.process.pid | type) == "number"'

event_tests() {
	extend 23 'an event'
	t 'events: an extend over tpmrm0' "await_event '$named and .device == \"tpmrm0\" and
		.digests.sha256 == \"$(digest 'an event')\"'"
	TPM2TOOLS_TCTI=device:/dev/tpm0 extend 23 'another event'
	t 'events: an extend over tpm0' "await_event '$named and .device == \"tpm0\" and
		.digests.sha256 == \"$(digest 'another event')\"'"
	t 'events: a schema and a time on each line' "run 0 drtmon events -j && silent && jq -es '
		all(.schema == 1 and (.seq | type) == \"number\" and
		(.time | test(\"^[0-9-]{10}T[0-9:]{8}\\\\.[0-9]+Z\$\")))' $dir/out >/dev/null"
	t 'events: contiguous from 1' "run 0 drtmon events -j &&
		jq -es '[.[].seq] == [range(1; length + 1)]' $dir/out >/dev/null"
	last=$(jq -r .seq "$dir/out" | tail -n 1)
	t 'events: since a sequence number' "run 0 drtmon events -j --since $last &&
		jq -es 'length == 1 and .[0].seq == $last' $dir/out >/dev/null"
	t 'events: since none yet' "run 0 drtmon events -j --since $((last + 1)) && [ ! -s $dir/out ]"
}

# hear FILTER COMMAND: do this until monitor hears one event, which passes. It
# does not say when it begins to listen.
hear() {
	drtmon monitor -j --count 1 --timeout 300 >"$dir/monitor" 2>&1 &
	monitor=$!
	while kill -0 $monitor 2>/dev/null; do
		eval "$2"
		usleep 100000
	done
	wait $monitor || return 1
	cp "$dir/monitor" "$dir/out"
	[ "$(wc -l <"$dir/out")" = 1 ] && json "$1"
}

monitor_tests() {
	for device in tpmrm0 tpm0; do
		t "monitor: names who extended over $device" "hear '$named and .device == \"$device\"' \
			'TPM2TOOLS_TCTI=device:/dev/$device extend 23 heard'"
	done
	t 'monitor: ends after --timeout' "run 0 drtmon monitor -j --timeout 1 && [ ! -s $dir/out ]"
}

# A program that was never measured, on a file system whose programs are.
measured() {
	number=$((number + 1))
	{
		cat /bin/busybox
		echo $number
	} >"$dir/measured/program"
	chmod 755 "$dir/measured/program"
	"$dir/measured/program" true
}

ima_tests() {
	if [ ! -e /sys/kernel/security/ima ]; then
		skip 'monitor: names the kernel, for IMA' 'the kernel has no IMA'
		return
	fi
	number=0
	mkdir "$dir/measured"
	mount -t ramfs none "$dir/measured"
	t 'monitor: names the kernel, for IMA' "hear '.kind == \"pcr-extend\" and .pcr == 10 and
		.origin == \"kernel\" and .chip == \"tpm0\" and .device == \"tpm0\" and .rc == \"0x000\" and
		(.digests | has(\"sha256\")) and (.process.pid | type) == \"number\" and
		.process.uid == 0' measured"
	umount "$dir/measured"
}

report_tests() {
	t 'report: text' "run 0 drtmon report && silent && grep -q 'DRTM' $dir/out"
	t 'report: JSON' "run 0 drtmon report -j && silent && json '.schema == 1'"
	t 'doctor: healthy' "run 0 drtmon doctor && silent &&
		grep -q '^ok *hook-tpm_transmit' $dir/out"
}

tpm2_tests() {
	t 'status: not launched' "run 0 drtmon status -j && silent && json '.schema == 1 and
		.drtm.enabled == false and .drtm.state == \"not-launched\" and
		(.drtm.reason | test(\"PCR 17\")) and .tpm.present == true and
		.tpm.version == \"2.0\" and (.tpm.banks | index(\"sha256\")) and
		(.secure_boot.state | type) == \"string\" and .module.state == \"running\"'"
	t 'status: not launched, in text' "run 0 drtmon status && silent &&
		grep -q '^DRTM Enabled: false (..*)$' $dir/out &&
		grep -q '^TPM Present: true' $dir/out &&
		grep -q '^TPM Version: 2.0' $dir/out && grep -q '^Secure Boot: ..*' $dir/out"
	pcr_tests
	event_tests
	monitor_tests
	report_tests
	unprivileged_tests
	unmounted_tests 0
	other_version_tests
	if sysfs_has_banks; then absent_tests 0; else absent_tests 1; fi
}

tpm12_tests() {
	t 'status: version 1.2' "run 0 drtmon status -j && json '.tpm.present == true and
		.tpm.version == \"1.2\" and .tpm.banks == [\"sha1\"]'"
	t 'status: version 1.2, in text' "run 0 drtmon status && grep -q '^TPM Version: 1.2' $dir/out"
	t 'pcr: equal to sysfs' "run 0 drtmon pcr -j && same_pcrs sysfs_pcrs"
	absent_tests 0
	t 'pcr: equal to sysfs without the module' "run 0 drtmon pcr -j && same_pcrs sysfs_pcrs"
}

# fake MODE: a TPM that answers like this, from the tests of the module
fake() {
	modprobe tpm_vtpm_proxy
	: >"$dir/fake"
	"${0%/*}/fake-tpm" "$1" >"$dir/fake" &
	faker=$!
	until [ -s "$dir/fake" ] || ! kill -0 $faker 2>/dev/null; do
		usleep 20000
	done
}

unfake() {
	kill $faker
	wait $faker 2>/dev/null
	until [ ! -e /dev/tpm0 ]; do
		usleep 20000
	done
}

none_tests() {
	for state in running absent; do
		t "no TPM, module $state: status" "drtmon status -j >$dir/out 2>$dir/err;
			json '.tpm.present == false and .drtm.enabled != true and
			(.drtm.reason | test(\"TPM\")) and .tpm.version == null and
			.module.state == \"$state\"'"
		t "no TPM, module $state: status, in text" "drtmon status >$dir/out 2>$dir/err;
			grep -q '^TPM Present: false (..*)$' $dir/out &&
			grep -Eq '^DRTM Enabled: (false|unknown) (..*TPM.*)$' $dir/out"
		t "no TPM, module $state: pcr" "run 5 drtmon pcr && sentence TPM"
		unload
	done
	load
	odd_tests
	silent_tests
}

# Each answer that is none: no value is shown, somebody is told, and the verdict is
# no better for it, though of the last two the kernel's own files in sysfs have a value.
odd_tests() {
	for mode in failure short long wrong-length cut banks-none; do
		fake $mode
		t "TPM that answers $mode: status" "drtmon status -j >$dir/out 2>$dir/err;
			json '.tpm.present == true and .drtm.enabled == null'"
		t "TPM that answers $mode: pcr" "run 1 drtmon pcr --refresh && said ."
		t "TPM that answers $mode: an alert" "await_event '.kind == \"tpm-error\" and
			.severity == \"warning\" and .chip == \"tpm0\"'"
		unfake
		load
	done
}

# The kernel waits two minutes for each PCR of such a TPM: the daemon must not.
silent_tests() {
	fake silent-read
	printf '[metrics]\ntextfile = %s\n[history]\nenabled = no\n' "$dir/prom" >"$dir/conf"
	drtmond --config "$dir/conf" 2>"$dir/daemon" &
	daemon=$!
	t 'TPM that reads no PCR: the daemon goes on' "until_true 60 'test -s $dir/prom' &&
		grep -qx 'drtmon_tpm_state{state=\"unknown\"} 1' $dir/prom"
	kill -TERM $daemon
	t 'TPM that reads no PCR: the daemon ends when told to' "until_true 60 '[ ! -e /proc/$daemon/exe ]'"
	unfake
	t 'and says that all was well' "wait $daemon"
	sed 's/^/# drtmond: /' "$dir/daemon"
	load
}

load
usage_tests
if grep -q ima_policy= /proc/cmdline; then
	ima_tests
elif [ -e /dev/tpmrm0 ]; then
	tpm2_tests
elif [ -e /dev/tpm0 ]; then
	tpm12_tests
else
	none_tests
fi
unload
finish
