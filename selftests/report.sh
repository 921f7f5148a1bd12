#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# drtmon report and drtmon tpm in a guest with a launched TPM and a TXT register
# window that agrees with it (--drtm default --txt default).

dir=$(mktemp -d)
count=0
failed=0
export TPM2TOOLS_TCTI=device:/dev/tpmrm0

# t NAME COMMAND: the command, a shell's, succeeds
t() {
	count=$((count + 1))
	if eval "$2" >"$dir/said" 2>&1; then
		echo "ok $count $1"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $count $1"
	head -n 20 "$dir/said" | sed 's/^/# said: /'
	head -c 2000 "$dir/out" | sed 's/^/# out: /'
	echo
	sed 's/^/# err: /' "$dir/err"
}

# tool EXIT FILTER ARGUMENT...: drtmon ends with this exit code, and its JSON passes
tool() {
	want=$1 filter=$2
	shift 2
	drtmon "$@" -j >"$dir/out" 2>"$dir/err"
	got=$?
	[ "$got" = "$want" ] || {
		echo "exit code $got"
		return 1
	}
	jq -e "$filter" "$dir/out" >/dev/null
}

plain() {
	/usr/bin/setpriv --reuid nobody --clear-groups --inh-caps -all --bounding-set -all "$@"
}

echo 'TAP version 13'
[ -n "$TXT_BASE" ] || {
	echo '1..0 # SKIP no TXT register window in this guest'
	exit 4
}
lsmod | grep -q '^drtmon ' && rmmod drtmon
modprobe drtmon "txt_base=$TXT_BASE"
: >"$dir/out"
: >"$dir/err"

# Somebody whose name is markup extends a PCR.
cp "${0%/*}/extend" "$dir/<b>&\"x"
t 'extended by a hostile name' "'$dir/<b>&\"x' tpmrm0 23 1"

t 'report' "tool 0 '.schema == 1 and .live and .why.verdict == \"measured\" and
	.status.drtm.enabled == true and (.picture | length) == 6 and
	([.picture[] | select(.id == \"kernel\")][0].state == \"ok\") and
	([.logs[] | select(.id == \"launch\")][0].result == \"match\") and
	([.logs[] | select(.id == \"firmware\")][0].result == \"match\") and
	.events.readable and (.hooks | length) > 0 and .stats.commands > 0' report"
t 'report and page of one moment' "tool 0 .live report --html $dir/page.html"
t 'the page has its verdict' "grep -q 'data-key=\"why.verdict\">measured<' $dir/page.html"
t 'the page has every sha256 value of a PCR that was extended' "
	for i in 0 1 2 3 4 5 6 7 17 18 23; do
		v=\$(jq -r \".chips[0].pcrs.sha256.\\\"\$i\\\"\" $dir/out)
		grep -q \"data-key=\\\"chips.0.pcrs.sha256.\$i\\\">\$v<\" $dir/page.html || exit 1
	done"
t 'names are escaped' "grep -q '&lt;b&gt;&amp;&quot;x' $dir/page.html && ! grep -q '<b>&' $dir/page.html"
t 'the page asks for nothing' "! grep -E -q 'https?:|<script|url\\(|src=' $dir/page.html"
t 'text' "drtmon report >$dir/text && grep -q '^Kernel  *ok' $dir/text && grep -q '^IMA ' $dir/text"
t 'unprivileged: events are unknown, and said to be' "plain drtmon report -j >$dir/out 2>$dir/err;
	jq -e '.events.readable == false and .events.by_severity == null' $dir/out"

d=$(echo x | sha256sum | cut -d ' ' -f 1)
t 'kept' "drtmon report --save $dir/kept --keep 2 | grep -q 'first report'"
t 'a change is told' "tpm2_pcrextend 16:sha256=$d && drtmon report --save $dir/kept --keep 2 |
	grep -q '^changed: tpm0 PCR 16 sha256: '"
t 'only so many are kept' "drtmon report -q --save $dir/kept --keep 2 &&
	[ \$(ls $dir/kept | grep -c '^report-') = 4 ]"
tpm2_pcrreset 16

t 'tpm' "tool 0 '.tpm | .version == \"2.0\" and .manufacturer == \"IBM\" and .kind == \"virtual\" and
	(.banks | index(\"sha256\")) and (.algorithms | index(\"rsa\")) and .random.answers and
	.lockout.locked == false and .lockout.failed_tries == 0 and .lockout.max_tries > 0 and
	.lockout.unlocked_in_s == 0 and .ownership.owner_auth_set == false and
	.persistent_keys == [] and .firmware != null and (.spec_revision | test(\"^1[.][0-9]+\$\"))' tpm"
t 'a key and two indices are made' "tpm2_createprimary -Q -C o -G ecc -c $dir/k.ctx &&
	tpm2_evictcontrol -Q -C o -c $dir/k.ctx 0x81000001 &&
	tpm2_nvdefine -Q -C o -s 64 0x1500016 && tpm2_nvdefine -Q -C o -s 70 0x1c10106"
t 'they are listed' "tool 0 '.tpm | .persistent_keys[0].handle == \"0x81000001\" and
	.persistent_keys[0].type == \"ecc\" and (.persistent_keys[0].use | test(\"storage root\")) and
	([.nv_indices[] | select(.txt)][0].index == \"0x01c10106\") and
	([.nv_indices[] | select(.index == \"0x01500016\")][0] | .size == 64 and .lost_on_clear)' tpm"
t 'an owner is seen' "tpm2_changeauth -Q -c owner secret &&
	tool 0 '.tpm.ownership.owner_auth_set and (.tpm.ownership.lockout_auth_set | not)' tpm"
tpm2_changeauth -Q -c owner -p secret
t 'clear lists what would be lost, and does nothing' "
	drtmon tpm clear -j >$dir/out 2>$dir/err; [ \$? -le 1 ] &&
	jq -e '.requested == false and ([.items[] | select(.lost)] | length) == 3' $dir/out"
t 'nothing was lost' "tool 0 '(.tpm.persistent_keys | length) == 1' tpm"
t 'unprivileged: it says what is needed' "plain drtmon tpm >$dir/out 2>$dir/err; [ \$? = 1 ] &&
	grep -q 'group tss' $dir/out"
t 'a chip that is not there' "drtmon tpm --chip tpm7 2>$dir/err; [ \$? = 5 ] || [ \$? = 1 ]"

# One judgement: the daemon's policy decides what the report calls an alert.
mkdir -p /etc/drtmon
printf '[ignore]\npcrs = 16\n[pcr 23]\nexpected = none\nunexpected = critical\n' >/etc/drtmon/other.conf
t 'without a policy the module decides' "tool 0 '.alert_policy.by == \"module\" and
	(.alert_policy.reason | test(\"policy.conf\"))' status"
t 'by the policy that drtmond.conf names' "printf '[policy]\nfile = /etc/drtmon/other.conf\n' \
	>/etc/drtmon/drtmond.conf && \
	'$dir/<b>&\"x' tpmrm0 23 1 && tool 0 '.events.policy.file == \"/etc/drtmon/other.conf\" and
	([.events.alerts[] | select(.pcr == 23)][0] | .policy.severity == \"critical\" and
	.severity != \"critical\") and .status.last_alert.policy.severity == \"critical\" and
	([.events.recent[] | select(.pcr == 16)] | length) == 0' report"
t 'text names it' "drtmon | grep -q '^Alert Policy: /etc/drtmon/other.conf$'"
t 'who may not read it is told' "chmod 600 /etc/drtmon/other.conf &&
	plain drtmon status -j >$dir/out 2>$dir/err;
	jq -e '.alert_policy.by == \"module\" and (.alert_policy.reason | test(\"denied\"))' $dir/out"
rm -r /etc/drtmon
rmmod drtmon

echo "1..$count"
rm -r "$dir"
[ "$failed" = 0 ]
