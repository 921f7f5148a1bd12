/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_FAKE_LOOP_H
#define DRTMON_TESTS_FAKE_LOOP_H

/*
 * The same kernel for a program that waits in an event loop: its sockets are
 * descriptors that can be waited for. And there is no journal, so that a test
 * writes nothing into the one of the machine it runs on.
 */

#include <systemd/sd-event.h>

/* The sockets that are open now have something to read. */
void fake_wake(void);
/* Let @loop forget that once it was heard; after the sockets were opened. */
void fake_watch(sd_event *loop);

#endif
