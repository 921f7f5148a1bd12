// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeps the books of a subscriber: each event is heard, or fetched from the
 * ring, or the ring says that it is gone. Anything else is missing.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "account.h"

static void enter(struct account *account, __u64 seq, __u64 folded)
{
	__u64 gap = seq - account->next;

	account->folded += folded < gap ? folded : gap;
	account->missing += folded < gap ? gap - folded : 0;
	account->heard++;
	account->next = seq + 1;
}

struct seen {
	struct account *account;
	bool gap;
};

static __u64 number(const void *attrs, size_t len, __u16 type)
{
	const struct nlattr *attr = attrs;
	const char *end = (const char *)attrs + len;
	__u64 value = 0;

	for (; (const char *)attr + sizeof(*attr) <= end && attr->nla_len >= sizeof(*attr);
	     attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len)))
		if ((attr->nla_type & NLA_TYPE_MASK) == type &&
		    attr->nla_len == sizeof(*attr) + sizeof(value))
			memcpy(&value, attr + 1, sizeof(value));
	return value;
}

/* What was fetched already is told again, in order: it is no news. */
static int hear(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	struct seen *seen = arg;
	__u64 seq = number(attrs, len, DRTMON_A_EVENT_SEQ);

	if (seq > seen->account->next) {
		seen->gap = true;
		return 1;
	}
	if (seq == seen->account->next)
		enter(seen->account, seq, 0);
	return 0;
}

static int fetch_one(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg)
{
	struct account *account = arg;
	__u64 seq = number(attrs, len, DRTMON_A_EVENT_SEQ);

	if (seq < account->next)
		return -EPROTO;
	enter(account, seq, number(attrs, len, DRTMON_A_EVENT_FOLDED));
	account->fetched++;
	return 0;
}

static int fetch(struct account *account)
{
	struct nl_req req;

	nl_begin(&req, DRTMON_CMD_EVENT_GET, NLM_F_DUMP);
	nl_put_u64(&req, DRTMON_A_EVENT_SINCE, account->next);
	return nl_ask(&account->nl, &req, fetch_one, account);
}

/**
 * account_open() - subscribe
 * @account: filled
 * @buffer: of the socket, in bytes
 *
 * Return: 0 or a negative errno.
 */
int account_open(struct account *account, int buffer)
{
	struct stats stats;
	int ret;

	memset(account, 0, sizeof(*account));
	ret = event_open(&account->ntf);
	if (ret)
		return ret;
	if (setsockopt(account->ntf.ear, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)))
		return -errno;
	ret = nl_open(&account->nl);
	if (!ret)
		ret = stats_get(&account->nl, &stats);
	if (!ret)
		account->first = account->next = stats.ring_next;
	return ret;
}

/**
 * account_take() - take what there is, and what was missed
 * @account: from account_open()
 * @timeout_ms: how long to wait for more
 *
 * Return: 0 or a negative errno.
 */
int account_take(struct account *account, int timeout_ms)
{
	struct seen seen;
	int ret;

	do {
		seen = (struct seen){ .account = account };
		ret = nl_listen(&account->ntf, timeout_ms, hear, &seen);
		if (seen.gap || ret == -ENOBUFS)
			ret = fetch(account);
		else if (ret == -ETIMEDOUT)
			return 0;
	} while (!ret);
	return ret;
}

/**
 * account_settle() - take all there is
 * @account: from account_open(); nothing happens any more
 *
 * Return: 0, or a negative errno.
 */
int account_settle(struct account *account)
{
	int ret = account_take(account, 0);

	return ret ? ret : fetch(account);
}

/**
 * account_close() - done
 * @account: from account_open()
 */
void account_close(struct account *account)
{
	nl_close(&account->ntf);
	nl_close(&account->nl);
}
