/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_ACCOUNT_H
#define SELFTESTS_ACCOUNT_H

#include <stdbool.h>

#include "family.h"

/* What came of all events since account_open(). */
struct account {
	struct nl ntf; /* a subscriber, and nothing else */
	struct nl nl;
	__u64 first;
	__u64 next;
	__u64 heard;
	__u64 folded;  /* the ring said so */
	__u64 missing; /* nobody said so */
	__u64 fetched; /* from the ring, not from the socket */
};

int account_open(struct account *account, int buffer);
int account_take(struct account *account, int timeout_ms);
int account_settle(struct account *account);
void account_close(struct account *account);

#endif /* SELFTESTS_ACCOUNT_H */
