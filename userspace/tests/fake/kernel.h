/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_FAKE_KERNEL_H
#define DRTMON_TESTS_FAKE_KERNEL_H

/*
 * A kernel with the drtmon family, behind the C library's socket calls: what
 * goes into sendmsg() is answered by recvmsg(). So sockets can be tested
 * without the module, without privileges, and with every fault there is.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attr.h"

struct attrs;

struct fake_kernel {
	bool loaded;
	uint16_t family; /* message type; changes with every load */
	uint32_t version;
	uint64_t load_id;
	uint64_t first;	       /* oldest event held */
	uint64_t next;	       /* sequence of the next event */
	uint64_t skip;	       /* this one is missing in the ring */
	unsigned int room;     /* notifications a socket can hold */
	unsigned int intr;     /* dumps that are going to be interrupted */
	unsigned int requests; /* seen so far */
	uint8_t refuse;	       /* this command is refused */
	int refuse_errno;
	const char *refuse_text;
	bool refuse_in_done;
	bool refuse_uncapped;
	bool silent;	/* no answers at all */
	bool groupless; /* nobody can listen to events */
	int join_errno;
	void (*on_dump)(void);		   /* called when an event dump was answered */
	void (*fill)(struct attrs *attrs); /* adds to an event */
	void (*on_families)(void);	   /* called before the families are listed */
};

extern struct fake_kernel fake;

/* Start over: loaded, version as in the header, no events. */
void fake_reset(void);
/* @count events happen. */
void fake_events(unsigned int count);
/* The ring forgets all before @seq. */
void fake_fold(uint64_t seq);
/* This socket is gone, and its number may become another's. */
void fake_close(int fd);
void fake_unload(void);
void fake_load(void);
/* One more message in the answer to @cmd, instead of the usual answer. */
void fake_reply(uint8_t cmd, const struct attrs *attrs);
/* The attributes of the last request of this command; empty when there was none. */
struct drtmon_attrs fake_request(uint8_t cmd);
/* Give every socket a datagram as it is; @port 0 is the kernel. */
void fake_inject(const void *data, size_t len, uint32_t port);

#endif
