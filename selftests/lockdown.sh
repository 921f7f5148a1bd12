#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel that is locked down after the module was loaded: nothing of drtmon's
# may need what lockdown takes away. In a guest with a launched TPM and a TXT
# register window (--drtm default --txt default), all to itself: lockdown ends
# with the boot.

# shellcheck source=selftests/tap.sh
. "${0%/*}/tap.sh"

[ -n "$TXT_BASE" ] || skip_all 'no TXT register window in this guest'
[ -w /sys/kernel/security/lockdown ] || skip_all 'no lockdown in this kernel'

load "txt_base=$TXT_BASE"
drtmon txt -j | jq -S .registers >"$dir/before"
echo integrity >/sys/kernel/security/lockdown

t 'the kernel is locked down' "grep -q '\[integrity\]' /sys/kernel/security/lockdown"
t '/dev/mem is closed' "! dd if=/dev/mem of=/dev/null bs=1 count=1 2>$dir/err"
t 'status' "run 0 drtmon status -j && json '.lockdown == \"integrity\" and
	.drtm.state == \"measured\" and .module.state == \"running\"'"
t 'why' "run 0 drtmon why -j && json '.verdict == \"measured\"'"
t 'txt reads the same registers, heap and log' "run 0 drtmon txt -j &&
	json '.heap.walk.complete and .log.records > 0' &&
	jq -S .registers $dir/out | cmp -s - $dir/before"
t 'PCRs, read now' "run 0 drtmon pcr --refresh"
t 'the hook sees an extend' "/root/extend tpmrm0 23 && run 0 drtmon events -j --kind pcr-extend &&
	tail -n 1 $dir/out | jq -e '.pcr == 23 and .process.comm == \"extend\"' >/dev/null"
t 'monitor' "run 0 drtmon monitor --since 1 --count 1 --timeout 60 && [ -s $dir/out ]"
t 'baseline' "run 0 drtmon baseline set --bank sha256 --pcrs 0-7 --from-current &&
	run 0 drtmon baseline check"
t 'capture, and the same verdict from it' "run 0 drtmon capture $dir/case.tar &&
	run 0 drtmon why --from $dir/case.tar"
t 'report' "run 0 drtmon report"
t 'doctor tells that the next load would fail' "run 1 drtmon doctor -j &&
	json '.findings[] | select(.id == \"signature\") | .result == \"broken\"'"

rmmod drtmon
t 'an unsigned module is refused' "! modprobe drtmon 2>$dir/err"
finish
