#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What drtmon status answers, in a guest with a launched TPM and a TXT register
# window that agrees with it (--drtm default --txt default): without the module,
# by PCRs alone, with the window, and with a window that contradicts the TPM.

# shellcheck source=selftests/tap.sh
. "${0%/*}/tap.sh"

# status EXIT FILTER: status ends with this exit code, and its JSON passes
status() {
	drtmon status -j >"$dir/out" 2>"$dir/err"
	[ $? = "$1" ] && jq -e "$2" "$dir/out" >/dev/null
}

# line PATTERN: a line of the text is like this
line() {
	drtmon status >"$dir/out" 2>"$dir/err"
	grep -q "$1" "$dir/out"
}

[ -n "$TXT_BASE" ] || skip_all 'no TXT register window in this guest'

unload
if sysfs_has_banks; then
	t 'without the module' "status 0 '.schema == 1 and .drtm.enabled == true and
	.drtm.state == \"launched\" and .drtm.judged_by == \"pcrs\" and .module.state == \"absent\"'"
	t 'without the module, in text' "line '^DRTM Enabled: true (.*PCRs 17-22 alone'"
else
	t 'without the module, and a kernel that shows no PCRs' "status 1 '.drtm.enabled == null and
	.drtm.state == \"unknown\" and (.drtm.reason | test(\"no PCRs in sysfs\"))'"
fi

load
t 'by PCRs alone' "status 0 '.drtm.enabled == true and .drtm.judged_by == \"pcrs\" and
	.tpm.present == true and .tpm.version == \"2.0\" and .module.state == \"running\" and
	(.tpm.banks | index(\"sha256\"))'"
t 'a virtual machine is said to be one' "line '^DRTM Enabled: true (.*PCRs 17-22 alone;.* host'"
# Only the module's own: the kernel draws random numbers from the TPM when it likes.
before=$(drtmon pcr -j | jq '.chips[0].self_commands')
drtmon status >"$dir/out" 2>"$dir/err"
t 'it makes the module read nothing' "[ $(drtmon pcr -j | jq '.chips[0].self_commands') = $before ]"
t 'unprivileged' "plain drtmon status -j >$dir/out 2>$dir/err &&
	jq -e '.drtm.enabled == true and .last_alert_state == \"unreadable\"' $dir/out >/dev/null"

load "txt_base=$TXT_BASE"
t 'a window that agrees' "status 0 '.drtm.enabled == true and .drtm.state == \"measured\" and
	.drtm.judged_by == \"chain\"'"
t 'a window that agrees, in text' "line '^DRTM Enabled: true (SENTER is done.*laboratory'"
t 'the same word as why' "[ \$(drtmon why -j | jq -r .verdict) = measured ]"
t 'a window that may not be read' "plain drtmon status -j >$dir/out 2>$dir/err;
	jq -e '.drtm.enabled == true and .drtm.judged_by == \"pcrs\" and
	(.drtm.reason | test(\"registers could not be read\"))' $dir/out >/dev/null"

# The window of this laboratory is memory, and STS is its first register.
sts=$(devmem "$TXT_BASE" 64)
devmem "$TXT_BASE" 64 0
t 'a window that contradicts' "status 1 '.drtm.enabled == null and
	.drtm.state == \"contradictory\" and .drtm.judged_by == \"chain\"'"
t 'a window that contradicts, in text' "line '^DRTM Enabled: unknown (.*PCR 17 holds a measurement'"
devmem "$TXT_BASE" 64 "$sts"
t 'it agrees again' "status 0 '.drtm.state == \"measured\"'"

# Nobody asks for the registers: the event log is the ring's.
told() {
	drtmon events -j | jq -es 'any(.[]; .kind == "txt-change")' >/dev/null
}
load "txt_base=$TXT_BASE" reconcile_seconds=1
devmem "$TXT_BASE" 64 0
t 'the module looks again by itself' "until_true 60 told"
devmem "$TXT_BASE" 64 "$sts"
load "txt_base=$TXT_BASE"

# Registers and heap that change while they are read: each look finds one or the
# other, or both, and never more than that.
heap=$((0x31000000))
size=$(devmem $heap 64)
while [ ! -e "$dir/enough" ]; do
	devmem "$TXT_BASE" 64 0
	devmem $heap 64 0x8000000000000000
	devmem "$TXT_BASE" 64 "$sts"
	devmem $heap 64 "$size"
done &
restless=$!
# changing COMMAND FILTER: five looks, each whole JSON that passes
changing() {
	for _ in 1 2 3 4 5; do
		$1 >"$dir/out" 2>"$dir/err"
		[ $? -le 1 ] && jq -e "$2" "$dir/out" >/dev/null || return
	done
}
t 'why, while registers and heap change' "changing 'drtmon why -j' '.verdict == \"measured\" or
	.verdict == \"contradictory\"'"
t 'txt, while registers and heap change' "changing 'drtmon txt -j' '.window.state == \"ok\" and
	(.registers.sts | type) == \"string\"'"
t 'a capture, while registers and heap change' "changing 'drtmon capture -j $dir/changing.tar' \
	true; run 0 drtmon why -q --from $dir/changing.tar || [ \$got = 1 ]"
# Killed it might leave a devmem behind, which writes after us.
touch "$dir/enough"
wait $restless
t 'it agrees after all that' "status 0 '.drtm.state == \"measured\"'"

dmesg -c >/dev/null
load txt_base=0x1000000
t 'a window in System RAM is not mapped' "dmesg >$dir/out; said 'txt_base .*not mapped: System RAM' &&
	run 1 drtmon txt && said 'registers: '"
rmmod drtmon

finish
