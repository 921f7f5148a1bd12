#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# drtmon baseline and drtmon pcr diff, in a guest with a TPM 2.0. Locks the
# baseline in the end, so the guest is of no use afterwards.

export TPM2TOOLS_TCTI=device:/dev/tpmrm0
# shellcheck source=selftests/tap.sh
. "${0%/*}/tap.sh"

load || skip_all 'no module'
# Whatever ran before: a reset brings back what is expected.
tpm2_pcrreset 23

t 'nothing expected is never a pass' \
	"run 1 drtmon baseline check && said 'nothing was compared'"
t 'nothing expected, in JSON' "run 1 drtmon baseline check -j &&
	json '.schema == 1 and .result == \"not-compared\" and .compared == 0 and .locked == false'"
t 'pcr diff with nothing to compare with' \
	"run 1 drtmon pcr diff && said 'not-compared: 0 match'"

t 'set from the present values' "run 0 drtmon baseline set --from-current --bank sha256 \
	--pcrs 0-7,23 && said '^9 values set' && said '^tpm0: match: 9 match'"
t 'check is good' "run 0 drtmon baseline check && said 'match     sha256: 0-7, 23'"
t 'check is good, without privileges' "run 0 plain drtmon baseline check"
t 'check says it in JSON' "run 0 drtmon baseline check -j &&
	json '.result == \"match\" and .compared == 9 and .match == 9 and .chips[0].name == \"tpm0\"' &&
	json '[.chips[0].pcrs[] | select(.baseline == .present and .bank == \"sha256\")] | length == 9'"
t 'pcr diff agrees' "run 0 drtmon pcr diff --baseline && said 'not-compared  sha1: 0-23'"
t 'pcr shows it' "run 0 drtmon pcr --bank sha256 && said '^    23  0*  match'"
t 'pcr -j stays as it was' "run 0 drtmon pcr -j &&
	json '.schema == 1 and (.chips[0] | .name == \"tpm0\" and .version == \"2.0\" and
	.snapshot.consistent and .snapshot.commands > 0 and (.pcrs.sha256 | length == 24) and
	(.pcrs.sha256[\"0\"] | test(\"^[0-9a-f]{64}$\")))'"

extend 23 one
t 'an extend is a mismatch' "run 1 drtmon baseline check && said '^tpm0: mismatch: 8 match, 1 mis' &&
	said '^  mismatch  sha256: 23' && said '^    expected  0*$' && said '^    present '"
t 'a mismatch in JSON has both values' "run 1 drtmon baseline check -j &&
	json '.result == \"mismatch\" and ([.chips[0].pcrs[] | select(.baseline_state == \"mismatch\")]
	| length == 1 and .[0].index == 23 and .[0].baseline != .[0].present)'"
t 'pcr shows the mismatch' "run 0 drtmon pcr --bank sha256 && said '^    23 .*  mismatch' &&
	said '  expected$'"
t 'report shows the mismatch, and zeros on one line' \
	"drtmon report >$dir/out 2>$dir/err; said 'mismatch' && said ': zero$'"
t 'pcr diff shows the mismatch' "run 1 drtmon pcr diff -j && json '.result == \"mismatch\" and
	.mismatch == 1 and ([.pcrs[] | select(.state == \"mismatch\")][0].index == 23)'"
t 'an event told of it' "run 0 drtmon events -j --kind pcr-mismatch &&
	said '\"pcr\": *23' && said '\"severity\": *\"critical\"'"
tpm2_pcrreset 23
t 'a reset brings the value back' "run 0 drtmon baseline check"
t 'an event told of that, too' "run 0 drtmon events -j --kind pcr-match && said '\"pcr\": *23'"

tpm2_pcrread >"$dir/tpm2"
drtmon pcr -j >"$dir/drtmon"
jq '.chips[0].pcrs' "$dir/drtmon" >"$dir/json"
for n in 0 7 23; do
	echo "pcr-sha256/$n: $(pcr_value sha256 $n)"
done >"$dir/sysfs"
for form in tpm2 drtmon json sysfs; do
	t "pcr diff reads the form of $form" "run 0 drtmon pcr diff $dir/$form --bank sha256"
	t "set reads the form of $form" "run 0 drtmon baseline del &&
		run 0 drtmon baseline set $dir/$form --bank sha256 --pcrs 0,7,23 &&
		run 0 drtmon baseline check -j && json '.compared == 3'"
done
t 'set reads standard input' "run 0 drtmon baseline set --pcrs 1 - <$dir/json"
t 'set adds to what was expected' "run 0 drtmon baseline check -j && json '.compared == 7'"
t 'set replaces a value' "sed 's/7: ..../7: ABCD/' $dir/sysfs >$dir/other &&
	run 0 drtmon baseline set $dir/other && run 1 drtmon baseline check -j &&
	json '.compared == 7 and .mismatch == 1'"

t 'a bank that the TPM lacks' "
	{ cat $dir/sysfs; echo pcr-sm3_256/0: $(printf '%064d' 0); } >$dir/sm3 &&
	run 1 drtmon baseline set $dir/sm3 && said 'no active bank of this algorithm'"
t 'a PCR that the TPM lacks' "
	{ sed /7:/d $dir/sysfs; echo pcr-sha256/31: $(printf '%064d' 0); } >$dir/pcr31 &&
	run 1 drtmon baseline set $dir/pcr31 && said 'the bank has no such PCR'"
t 'a refused set changed nothing' "run 1 drtmon baseline check -j &&
	json '.compared == 7 and .mismatch == 1'"
t 'a file without values' "run 1 drtmon baseline set /dev/null && said 'no PCR value'"
t 'a file that is none' "run 1 drtmon baseline set /nowhere && said 'cannot open /nowhere'"
t 'PCRs that the file lacks' "run 1 drtmon baseline set $dir/sysfs --pcrs 0-2 &&
	said 'no value of PCR 1-2; nothing was changed'"
t 'no PCR there, from current' "run 1 drtmon baseline set --from-current --pcrs 30 &&
	said 'no value of PCR 30'"
t 'a chip that is not there' "run 5 drtmon baseline check --chip tpm7 && said 'there is no tpm7'"
t 'set without privileges' "run 4 plain drtmon baseline set $dir/sysfs && said 'CAP_SYS_ADMIN'"
t 'del without privileges' "run 4 plain drtmon baseline del && said 'CAP_SYS_ADMIN'"
t 'lock without privileges' "run 4 plain drtmon baseline lock --yes && said 'CAP_SYS_ADMIN'"
t 'usage' "run 2 drtmon baseline set && run 2 drtmon baseline frob &&
	run 2 drtmon baseline check --yes && run 2 drtmon baseline set --pcrs 7-0 --from-current"

t 'del of some' "run 0 drtmon baseline del --pcrs 7 --bank sha256 && said '^1 value deleted' &&
	run 0 drtmon baseline check -j && json '.compared == 6'"
t 'del of a bank' "run 0 drtmon baseline del --bank sha1 -j && json '.deleted == 1 and .compared == 5'"
t 'del of nothing' "run 1 drtmon baseline del --pcrs 9 && said 'nothing is expected there'"

echo 0 >/sys/kernel/debug/kprobes/enabled
drtmon pcr --refresh >/dev/null 2>&1
t 'what cannot be seen is unknown' "run 1 drtmon baseline check -j &&
	json '.result == \"unknown\" and .unknown > 0 and .mismatch == 0'"
t 'unknown has words' "run 1 drtmon baseline check && said '  unknown   sha256: '"
echo 1 >/sys/kernel/debug/kprobes/enabled
t 'it is known again' "run 0 drtmon baseline check --refresh"

t 'lock asks first' "run 2 drtmon baseline lock </dev/null && said 'Until reboot' &&
	said 'lock --yes' && run 0 drtmon baseline show -j && json '.locked == false'"
t 'lock' "run 0 drtmon baseline lock --yes && said '^locked until reboot'"
t 'lock shows' "run 0 drtmon baseline show -j && json '.locked == true'"
t 'lock again' "run 0 drtmon baseline lock && said 'locked already'"
t 'set after lock' "run 1 drtmon baseline set --from-current && said 'locked until reboot'"
t 'del after lock' "run 1 drtmon baseline del && said 'locked until reboot'"
t 'the module stays' "! rmmod drtmon 2>$dir/err"
t 'and still checks' "run 0 drtmon baseline check"

finish
